import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { projectPath } from '../../../bench/project.ts'

const INCIDENTS_MIN = 25

/** The file and the beginning of the name of each test that the table names, by row. */
function namedTests(): { readonly row: string; readonly file: string; readonly name: string }[] {
  const rows = readFileSync(projectPath('docs', 'incidents.md'), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| incident'))
  return rows.map((row) => {
    const [, file = '', name = ''] = /`(test\/[^`]+)`: (.*?) ?\|$/.exec(row) ?? []
    return { row, file, name }
  })
}

test('every incident has a test, and that test is there', () => {
  const named = namedTests()
  expect(named.length).toBeGreaterThanOrEqual(INCIDENTS_MIN)
  for (const { row, file, name } of named) {
    expect(file, row).not.toBe('')
    expect(name.length, row).toBeGreaterThan(10)
    const source = readFileSync(projectPath(...file.split('/')), 'utf8')
    const names = [...source.matchAll(/(?:test|describe)(?:\.\w+\([^)]*\))?\(\s*(['"`])(.*?)\1/g)].map(
      (found) => found[2],
    )
    const isThere = names.some((each) => each!.startsWith(name))
    expect(isThere, `${file} has a test that begins with: ${name}`).toBe(true)
  }
})
