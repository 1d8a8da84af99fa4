import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
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

  test('are what the README shows', () => {
    const readme = readFileSync(projectPath('README.md'), 'utf8')
    const snippets = [...readme.matchAll(/^```[jt]s\n(.*?)\n```$/gms)].map(([, code]) => code!)
    expect(snippets.length).toBeGreaterThanOrEqual(4)
    for (const snippet of snippets) expect(names.map((name) => sourceOf(name).trim())).toContain(snippet)
  })
})
