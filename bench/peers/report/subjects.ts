import type { SubjectName } from '../cell.ts'

interface Look {
  readonly title: string
  /** A class of the style sheet that gives a colour. */
  readonly color: string
}

/** How each subject is named and coloured, wherever it is shown. */
export const LOOKS: Readonly<Record<SubjectName, Look>> = {
  varve: { title: 'Varve', color: 'c-blue' },
  'varve-level': { title: 'varve/level', color: 'c-sky' },
  'varve-btree': { title: 'varve/btree', color: 'c-green' },
  'classic-level': { title: 'classic-level', color: 'c-red' },
  'classic-level-4': { title: 'classic-level, 4 threads', color: 'c-red' },
  lmdb: { title: 'lmdb', color: 'c-orange' },
  'rocksdb-native': { title: 'rocksdb-native', color: 'c-purple' },
  'memory-level': { title: 'memory-level', color: 'c-soft' },
  db_bench: { title: 'RocksDB C++', color: 'c-ink' },
  bare: { title: 'write + fdatasync', color: 'c-soft' },
  memory: { title: 'one read of memory', color: 'c-soft' },
}
