import { readdirSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { describe, expect, test } from 'vitest'
import { importTable } from './support/import-table.ts'
import { importsOf, roomOf, violations } from './support/tidy-rules.ts'

const sourceRoot = join(process.cwd(), 'src')

function sourceFiles(): string[] {
  const names = readdirSync(sourceRoot, { recursive: true, encoding: 'utf8' })
  return names.filter((name) => name.endsWith('.ts')).map((name) => name.split(sep).join('/'))
}

describe('the house is tidy', () => {
  test('every file keeps the rules of its room', () => {
    const files = sourceFiles()
    expect(files.length).toBeGreaterThan(10)
    expect(files.flatMap((file) => violations(file, readFileSync(join(sourceRoot, file), 'utf8')))).toEqual([])
  })

  test('the import table has no cycles', () => {
    const leadsTo = (room: string, seen: Set<string>): Set<string> => {
      for (const next of importTable[room] ?? []) {
        if (next.startsWith('(') || seen.has(next)) continue
        leadsTo(next, seen.add(next))
      }
      return seen
    }
    const cyclic = Object.keys(importTable).filter((room) => leadsTo(room, new Set()).has(room))
    expect(cyclic).toEqual([])
  })
})

describe('the rules find', () => {
  const refused: [rule: string, path: string, source: string][] = [
    ['an upward import', 'key/kind.ts', "import { a } from '../fs/file-system.ts'\n"],
    ['an upward import of types', 'key/kind.ts', "import type { A } from '../fs/file-system.ts'\n"],
    ['a value where only types are allowed', 'wal/log.ts', "import { type A, b } from '../kv-store/scan.ts'\n"],
    ['an import over several lines', 'key/kind.ts', "import {\n  a,\n  b,\n} from '../fs/x.ts'\n"],
    ['a re-export', 'key/kind.ts', "export * from '../fs/x.ts'\n"],
    ['an import for its effects', 'key/kind.ts', "import '../fs/x.ts'\n"],
    ['a dynamic import', 'table/reader.ts', "const a = await import('../database/x.ts')\n"],
    ['a computed import', 'table/reader.ts', 'const a = await import(name)\n'],
    ['a required module', 'table/reader.ts', "const a = require('bloom-filters/dist/x.js')\n"],
    ['a module of npm', 'database/store.ts', "import bloom from 'bloom-filters'\n"],
    ['a job in a strategy', 'compaction/leveled.ts', "import { merge } from './job/merge.ts'\n"],
    ['a room that nobody planned', 'extra/thing.ts', ''],
    ['node:fs beside the door', 'wal/log.ts', "import fs from 'node:fs'\n"],
    ['a clock', 'wal/log.ts', 'const now = Date.now()\n'],
    ['a timer', 'wal/log.ts', 'setTimeout(wake, 1)\n'],
    ['randomness', 'fs/node-file.ts', 'const a = Math.random()\n'],
    ['output', 'wal/log.ts', 'console.log(1)\n'],
    ['a name that says nothing', 'wal/utils.ts', ''],
    ['unfinished work', 'wal/log.ts', `// ${'TO'}${'DO'} later\n`],
    ['a file that is too long', 'wal/log.ts', 'a\n'.repeat(251)],
  ]
  test.each(refused)('%s', (_rule, path, source) => {
    expect(violations(path, source)).toHaveLength(source.includes('node:fs') ? 2 : 1)
  })

  const accepted: [what: string, path: string, source: string][] = [
    ['an import of the room itself', 'wal/log.ts', "import { a } from './frame.ts'\n"],
    ['errors', 'wal/log.ts', "import { VarveError } from '../errors.ts'\n"],
    ['types where types are allowed', 'wal/log.ts', "import { type A, type B } from '../kv-store/scan.ts'\n"],
    ['a clock in the runtime', 'runtime.ts', 'const now = () => Date.now()\n'],
    ['a banned word in a comment', 'wal/log.ts', "/** Not Date.now. */\n// nor import { a } from '../database/x.ts'\n"],
    ['a file of 250 lines', 'wal/log.ts', 'a\n'.repeat(250)],
  ]
  test.each(accepted)('nothing wrong with %s', (_what, path, source) => {
    expect(violations(path, source)).toEqual([])
  })

  test('all kinds of imports, and the room of a file', () => {
    const source = "import a, { type B } from 'a'\nimport type { C } from 'c'\nexport { type D } from 'd'\n"
    const typeOnly = importsOf(source).map((found) => [found.specifier, found.typeOnly])
    expect(typeOnly).toEqual([
      ['a', false],
      ['c', true],
      ['d', true],
    ])
    expect(['errors.ts', 'compaction/job/flush-job.ts', 'compaction/fifo.ts'].map(roomOf)).toEqual([
      'errors',
      'compaction/job',
      'compaction',
    ])
  })
})
