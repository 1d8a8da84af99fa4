/** Who is measured. */
export const SUBJECTS = [
  'varve',
  'varve-level',
  'varve-btree',
  'classic-level',
  'classic-level-4',
  'lmdb',
  'rocksdb-native',
  'memory-level',
  'db_bench',
  'bare',
  'memory',
] as const

export type SubjectName = (typeof SUBJECTS)[number]

/** Subjects with native code, each named as its package is. */
const NATIVE: readonly SubjectName[] = ['classic-level', 'lmdb', 'rocksdb-native']

export function isNative(subject: SubjectName): boolean {
  return NATIVE.includes(subject)
}

/** Subjects for which nothing is on the disk before they begin. */
const UNSTORED: readonly SubjectName[] = ['memory-level', 'bare', 'memory']

export function isStored(subject: SubjectName): boolean {
  return !UNSTORED.includes(subject)
}

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
  /** A run ends after so long, or at so many operations: by default as many as there are records. */
  readonly milliseconds: number
  readonly operations?: number
  readonly seed: number
  /** Empty, or a loaded and drained store, or one whose process was killed: as the work wants it. */
  readonly directory: string
  readonly sizes: StoreSizes
  /** Of works that keep a pace. */
  readonly perSecond?: number
}

export interface CellRun {
  readonly operations: number
  readonly perSecond: number
  /** Numbers beside the rate, named with their unit. */
  readonly extras?: Readonly<Record<string, number>>
  /** Of db_bench: what was run. */
  readonly command?: string
}

/** What every store is told of that has such a thing. */
export interface StoreSizes {
  readonly memtableBytes: number
  /** Of the block cache: it holds all the data of the cell. LMDB's is the page cache. */
  readonly cacheBytes: number
  readonly tableBytes: number
  /** The most that the level below level 0 should hold. */
  readonly baseBytes: number
}

const MIB = 2 ** 20

export const SIZES: StoreSizes = {
  memtableBytes: 16 * MIB,
  cacheBytes: 512 * MIB,
  tableBytes: 8 * MIB,
  baseBytes: 64 * MIB,
}

/** For ten million records: RocksDB's own defaults for memtable, tables and levels. */
export const LARGE_SIZES: StoreSizes = {
  memtableBytes: 64 * MIB,
  cacheBytes: 2048 * MIB,
  tableBytes: 64 * MIB,
  baseBytes: 256 * MIB,
}

/** Of works that are run to their end. */
export const NO_LIMIT_MS = 1e12

/** The work that makes what reads begin with. */
export const LOAD = 'load'
/** The work that leaves a store with a full log, as a killed process does. */
export const KILL = 'kill'
/** What a cell's process prints its result behind. */
export const RESULT_MARK = 'RESULT '
