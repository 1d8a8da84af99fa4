import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { transformSync } from 'rolldown/utils'
import { afterAll, describe, expect, test } from 'vitest'
import { projectPath } from '../../bench/project.ts'
import { temporaryDirectory } from '../support/file-system-place.ts'

const names = readdirSync(projectPath('examples')).map((name) => name.replace(/\.ts$/, ''))
const sourceOf = (name: string): string => readFileSync(projectPath('examples', `${name}.ts`), 'utf8')
/** A program runs by itself; the others export what a test calls. */
const isProgram = (name: string): boolean => !/^export /m.test(sourceOf(name))

describe('the examples', () => {
  const place = temporaryDirectory()
  afterAll(() => place.remove())

  // They share a folder, and the quick start makes the store that others look into.
  const programs = names.filter(isProgram).sort((a, b) => Number(b === 'quick-start') - Number(a === 'quick-start'))
  test.each(programs)('%s runs', (name) => {
    const words = [projectPath('dist', 'examples', `${name}.js`)]
    const { status, stdout, stderr } = spawnSync(process.execPath, words, { cwd: place.directory, encoding: 'utf8' })
    expect([status, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/Grace|Ada/.test(sourceOf(name)) ? /Grace|Ada/ : /./)
  })

  const testSources = readdirSync(projectPath('test'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => readFileSync(projectPath('test', file), 'utf8'))
  test.each(names.filter((name) => !isProgram(name)))('%s is run by a test', (name) => {
    expect(testSources.some((source) => source.includes(`/examples/${name}.ts'`))).toBe(true)
  })

  const blocksOf = (document: string): string[] => {
    const text = readFileSync(projectPath(document), 'utf8')
    return [...text.matchAll(/^```ts\n(.*?)\n```$/gms)].map(([, code]) => code!)
  }

  test.each([
    ['README.md', 2],
    ['docs/cli.md', 1],
    ['docs/options.md', 1],
    ['docs/recipes.md', 2],
  ])('are what %s shows', (document, least) => {
    const blocks = blocksOf(document)
    expect(blocks.length).toBeGreaterThanOrEqual(least)
    for (const block of blocks) expect(names.map((name) => sourceOf(name).trim())).toContain(block)
  })

  test('are docs/api.md, block after block', () => {
    expect(`${blocksOf('docs/api.md').join('\n\n')}\n`).toBe(sourceOf('api'))
  })

  test.each(['docs/testing.md', 'docs/btree.md'])('the blocks of %s run, each by itself', (document) => {
    // Within the project, where its own name can be imported.
    const directory = mkdtempSync(projectPath('dist', 'blocks-'))
    try {
      const words = blocksOf(document).map((block, i) => {
        const path = join(directory, `${i}.mjs`)
        writeFileSync(path, transformSync(`${i}.ts`, block).code)
        return `--import=${pathToFileURL(path)}`
      })
      expect(words.length).toBeGreaterThan(0)
      const options = { cwd: place.directory, encoding: 'utf8' } as const
      const { status, stderr } = spawnSync(process.execPath, [...words, '--eval', ''], options)
      expect([status, stderr]).toEqual([0, ''])
    } finally {
      rmSync(directory, { recursive: true, force: true })
    }
  })
})
