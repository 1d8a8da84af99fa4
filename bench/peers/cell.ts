/** Who is measured. */
export const SUBJECTS = [
  'varve',
  'varve-level',
  'varve-btree',
  'classic-level',
  'lmdb',
  'rocksdb-native',
  'memory-level',
  'db_bench',
  'bare',
] as const

export type SubjectName = (typeof SUBJECTS)[number]

export type Durability = 'power' | 'process'

/** The data of a cell. */
export interface Shape {
  readonly records: number
  readonly valueBytes: number
}

/** One subject doing one work once, in a process of its own. */
export interface CellRequest {
  readonly work: string
  readonly subject: SubjectName
  readonly shape: Shape
  /** A run ends at so many operations or after so long, whichever comes first. */
  readonly milliseconds: number
  readonly seed: number
  /** Empty, or a loaded and drained store, or one whose process was killed: as the work wants it. */
  readonly directory: string
  /** Numbers that only this work knows. */
  readonly parameters?: Readonly<Record<string, number>>
}

export interface CellRun {
  readonly operations: number
  readonly perSecond: number
  /** Numbers beside the rate, named with their unit. */
  readonly extras?: Readonly<Record<string, number>>
  /** Of db_bench: what was run. */
  readonly command?: string
}

/** Block caches, LMDB's map aside, hold this much: all of the data of every cell. */
export const CACHE_BYTES: number = 512 << 20
export const MEMTABLE_BYTES: number = 16 << 20
export const TABLE_BYTES: number = 8 << 20

/** The work that makes what reads begin with. */
export const LOAD = 'load'
/** What a cell's process prints its result behind. */
export const RESULT_MARK = 'RESULT '
