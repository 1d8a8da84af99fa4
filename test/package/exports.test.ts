import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { exportsPage, publicEntries, publicExports } from '../../bench/package/public-exports.ts'
import { projectPath } from '../../bench/project.ts'

const all = publicExports()

test('every export of every entry says what it is', () => {
  expect(all.filter(({ comment }) => comment === '').map(({ entry, name }) => `${entry}: ${name}`)).toEqual([])
})

test('what is imported is what was found in the sources', async () => {
  for (const [entry, file] of Object.entries(publicEntries)) {
    const module: object = await import(projectPath('dist', 'src', file.replace(/\.ts$/, '.js')))
    const values = all.filter((each) => each.entry === entry && !each.isType).map(({ name }) => name)
    expect(values.sort()).toEqual(Object.keys(module).sort())
  }
})

test('docs/exports.md is made from these sources: npm run docs:exports', () => {
  expect(readFileSync(projectPath('docs', 'exports.md'), 'utf8')).toBe(exportsPage())
})

test('the functions and classes of the main entry are in a document', () => {
  const documents = ['api', 'options', 'observability'].map((name) => projectPath('docs', `${name}.md`))
  const text = documents.map((path) => readFileSync(path, 'utf8')).join('\n')
  const values = all.filter(({ entry, isType }) => entry === 'varve' && !isType).map(({ name }) => name)
  expect(values.filter((name) => !new RegExp(`\\b${name}\\b`).test(text))).toEqual([])
})

test('the methods of a store are in docs/api.md', () => {
  const source = readFileSync(projectPath('src', 'kv-store', 'kv-store.ts'), 'utf8')
  const body = /export interface KeyValueStore[\s\S]*?\n\}/.exec(source)![0]
  const methods = new Set([...body.matchAll(/^ {2}(\w+)[<(]/gm)].map(([, name]) => name!))
  expect(methods.size).toBeGreaterThan(10)
  const text = readFileSync(projectPath('docs', 'api.md'), 'utf8')
  expect([...methods].filter((name) => !text.includes(name))).toEqual([])
})
