import type { CommandSpec } from './command.ts'
import { CREATE, DIRECTORY, ENCODING, KEY, RANGE } from './shared-options.ts'

/** Commands that change what a store holds, or how. */
export const WRITING_COMMANDS: readonly CommandSpec[] = [
  {
    name: 'put',
    summary: 'set the value of a key, durably',
    notes: ['Without a value, what standard input holds is the value, byte for byte.'],
    operands: [DIRECTORY, KEY, { name: 'value', about: 'the value, as --encoding says', isOptional: true }],
    options: [ENCODING, ...CREATE],
    examples: [
      ['put ./my-store user:1 Ada', 'of text'],
      ['put ./my-store image:7 < image.png', 'of a file'],
      ['put ./new-store a 1 --create', 'in a store that is made'],
    ],
    load: () => import('./commands/put.ts'),
  },
  {
    name: 'delete',
    summary: 'delete a key, durably',
    notes: ['A key that is not there is no failure.'],
    operands: [DIRECTORY, KEY],
    options: [ENCODING],
    examples: [['delete ./my-store user:1', 'and whether it was there']],
    load: () => import('./commands/delete.ts'),
  },
  {
    name: 'import',
    summary: 'put the entries of NDJSON, or of a LevelDB database',
    notes: [
      'Reads a file, or standard input. An import that was cut short is begun again: what is there is put again.',
      '--from-leveldb needs the package classic-level. LevelDB opens its database as always, which writes to it.',
    ],
    operands: [
      DIRECTORY,
      { name: 'file', about: 'NDJSON as export prints it; - or none: standard input', isOptional: true },
    ],
    options: [
      ...CREATE,
      { name: 'from-leveldb', value: 'path', about: 'take the entries of this LevelDB database instead' },
    ],
    examples: [
      ['import ./new-store backup.ndjson --create', 'into a new store'],
      ['export ./a | varve import ./b --create', 'a copy of a store'],
      ['import ./new-store --create --from-leveldb ./old', 'what classic-level has written'],
    ],
    load: () => import('./commands/import.ts'),
  },
  {
    name: 'compact',
    summary: 'merge tables into the deepest level, so that what was deleted or overwritten gives back its space',
    notes: ['A B-tree makes a checkpoint. Under fifo and time-window strategies only the memory is flushed.'],
    operands: [DIRECTORY],
    options: [...RANGE, ENCODING],
    examples: [
      ['compact ./my-store', 'all of it'],
      ['compact ./my-store --prefix log:', 'the tables that hold these keys'],
    ],
    load: () => import('./commands/compact.ts'),
  },
]
