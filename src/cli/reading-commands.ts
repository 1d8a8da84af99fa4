import type { CommandSpec } from './command.ts'
import { DIRECTORY, ENCODING, KEY, RANGE, WINDOW } from './shared-options.ts'

const NOTHING_WRITTEN = 'Nothing is written; a store that a killed process left behind is read as it will be recovered.'

/** Commands that show what a store holds. */
export const READING_COMMANDS: readonly CommandSpec[] = [
  {
    name: 'get',
    summary: 'print the value of a key',
    notes: ['Exit code 1 where the key is missing.', NOTHING_WRITTEN],
    operands: [DIRECTORY, KEY],
    options: [ENCODING, { name: 'raw', about: 'print the bytes as they are, and no newline' }],
    examples: [
      ['get ./my-store user:1', 'its value, with control characters escaped'],
      ['get ./my-store image:7 --raw > image.png', 'its bytes'],
      ['get ./my-store 00ff --encoding hex', 'of a key that is no text'],
    ],
    load: () => import('./commands/get.ts'),
  },
  {
    name: 'scan',
    summary: 'print entries in key order: key, tab, value',
    notes: [NOTHING_WRITTEN],
    operands: [DIRECTORY],
    options: [
      ...RANGE,
      ...WINDOW,
      { name: 'keys', about: 'print keys alone' },
      { name: 'values', about: 'print values alone' },
      ENCODING,
    ],
    examples: [
      ['scan ./my-store --prefix user: --limit 10', 'the first ten below user:'],
      ['scan ./my-store --gte a --lt b --keys', 'keys from a up to before b'],
      ['scan ./my-store --reverse --limit 1 --json', 'the last entry, as JSON'],
    ],
    load: () => import('./commands/scan.ts'),
  },
  {
    name: 'count',
    summary: 'count keys exactly, by reading them',
    notes: [NOTHING_WRITTEN],
    operands: [DIRECTORY],
    options: [...RANGE, ENCODING],
    examples: [['count ./my-store --prefix user:', 'how many keys are below user:']],
    load: () => import('./commands/count.ts'),
  },
  {
    name: 'stats',
    summary: 'tell what a store is, how its last life ended, and what it takes on the disk',
    notes: [NOTHING_WRITTEN],
    operands: [DIRECTORY],
    options: [],
    examples: [
      ['stats ./my-store', 'for people'],
      ['stats ./my-store --json', 'all numbers that there are'],
    ],
    load: () => import('./commands/stats.ts'),
  },
  {
    name: 'levels',
    summary: 'draw the tables of an LSM store, level by level, over its keys',
    notes: ['Reads the manifest alone, and so works beside a process that has the store open.'],
    operands: [DIRECTORY],
    options: [],
    examples: [
      ['levels ./my-store', 'a line for each run'],
      ['levels ./my-store --json', 'every table, with its keys, sizes and sequences'],
    ],
    load: () => import('./commands/levels.ts'),
  },
  {
    name: 'export',
    summary: 'print every entry as a line of JSON, which import reads',
    notes: ['Fields that are no UTF-8 are spelled in base64: key64, value64.', NOTHING_WRITTEN],
    operands: [DIRECTORY],
    options: [...RANGE, ...WINDOW, ENCODING],
    examples: [
      ['export ./my-store > backup.ndjson', 'the whole store'],
      ['export ./my-store --prefix user: | gzip > users.gz', 'a part of it'],
    ],
    load: () => import('./commands/export.ts'),
  },
]
