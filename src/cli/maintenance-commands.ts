import type { CommandSpec } from './command.ts'
import { DIRECTORY, ENCODING } from './shared-options.ts'

/** Commands for a store that is damaged, locked or not understood. */
export const MAINTENANCE_COMMANDS: readonly CommandSpec[] = [
  {
    name: 'verify',
    summary: 'read every byte of a store and hold it against every rule',
    notes: ['Exit code 1 where anything is wrong; each problem is a line. Nothing is written.'],
    operands: [DIRECTORY],
    options: [],
    examples: [['verify ./my-store', 'what is wrong, and where']],
    load: () => import('./commands/verify.ts'),
  },
  {
    name: 'repair',
    summary: 'build a new store from what can be proven of a damaged one, which is left as it is',
    notes: ['Exit code 1 where something was lost: the new store is there all the same, and the report says what.'],
    operands: [DIRECTORY, { name: 'target', about: 'where the new store goes: a directory that is missing or empty' }],
    options: [],
    examples: [['repair ./my-store ./my-store-repaired', 'and what could not be read']],
    load: () => import('./commands/repair.ts'),
  },
  {
    name: 'dump',
    summary: 'print what a log, a table or a manifest says, record by record; without a file, list the files',
    notes: [
      'Works beside a process that has the store open. Damage is told in its place; exit code 1 where it is proven,',
      'and not for the torn end that a crash leaves.',
    ],
    operands: [DIRECTORY, { name: 'file', about: 'the name of a file in it', isOptional: true }],
    options: [{ name: 'values', about: 'print values, too, and not their sizes alone' }, ENCODING],
    examples: [
      ['dump ./my-store', 'which files there are'],
      ['dump ./my-store MANIFEST-000001', 'every edit of the manifest'],
      ['dump ./my-store 000002.wal --values', 'every write of a log'],
    ],
    load: () => import('./commands/dump.ts'),
  },
  {
    name: 'unlock',
    summary: 'tell who holds a store, and take away a lock file that nobody stands behind',
    notes: [
      'The lock is a socket, which the system frees when its process ends, however that ends: after a crash there is',
      'nothing to unlock. The file LOCK only names the holder. It is removed where its process is proven dead, or with',
      '--force where that cannot be proven. A lock that is held is never taken away: end its process instead.',
    ],
    operands: [DIRECTORY],
    options: [
      { name: 'force', about: 'remove LOCK though its process may live, on another machine or in a container' },
    ],
    examples: [['unlock ./my-store', 'whether it is held, and by whom']],
    load: () => import('./commands/unlock.ts'),
  },
]
