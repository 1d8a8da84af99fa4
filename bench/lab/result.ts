import type { LevelStatistics } from '../../src/index.ts'
import type { LatencySummary } from './measure/latency.ts'
import type { ByteCheck } from './measure/process-io.ts'

/** Bytes by what they were written for; only classes that have any. */
export type ByteClasses = Readonly<Record<string, number>>

/** How far a run had come; bytes and times since measuring began. */
export interface Window {
  readonly ms: number
  readonly operations: number
  readonly userBytes: number
  readonly classes: ByteClasses
  /** Of files, logs excluded, at that moment. */
  readonly dataBytes: number
  readonly liveBytes: number
  readonly stallMs: number
  readonly counters?: Readonly<Record<string, number>>
}

export interface Amplification {
  /** All bytes written over user bytes. */
  readonly write: number
  readonly writeWithoutLog: number
  /** Flushed and merged bytes over flushed bytes, as RocksDB's W-Amp; of LSM-trees. */
  readonly writeOfFlushes?: number
  /** Bytes of files, logs excluded, over live key and value bytes: the mean of the windows of the second half (of a B-tree
   * and at full speed: once drained); 0 where nothing is live. */
  readonly space: number
  readonly spacePeak: number
  /** Data blocks (pages) looked into per lookup of a key that is there, and of one that is not: means, as those below. */
  readonly readHit?: number
  readonly readMiss?: number
  /** The same per seek to a random key and ten entries on: no filter helps there, so that every run costs. */
  readonly readSeek?: number
  /** Sorted runs that a read without filters would look into. */
  readonly runs?: number
}

export interface LevelResult extends LevelStatistics {
  /** Bytes written into this level since opening. */
  readonly flushedInto: number
  readonly mergedInto: number
}

export interface OracleResult {
  /** What is compared, in words. */
  readonly what: string
  readonly predicted: number
  readonly measured: number
  /** (measured - predicted) / predicted */
  readonly relativeError: number
  /** The largest share that the two may be apart. */
  readonly tolerance: number
  /** The prediction while the run goes on: pairs of user bytes and amplification. */
  readonly line?: readonly (readonly [userBytes: number, amplification: number])[]
}

/** The parts of the lab; `npm run lab -- --only btree` runs one. */
export const SECTIONS = ['strategies', 'memtable', 'btree', 'budgets', 'latency', 'db-bench', 'ycsb'] as const
export type Section = (typeof SECTIONS)[number]

export const BUDGETS = [
  'equal dirty memory',
  'equal recovery distance',
  'whole tree cached',
  'sequential inserts',
] as const
export type Budget = (typeof BUDGETS)[number]

export interface RunResult {
  readonly section: Section
  readonly arm: {
    readonly name: string
    readonly title: string
    readonly engine: 'lsm' | 'btree'
    readonly settings: Readonly<Record<string, string | number>>
  }
  readonly workload: {
    readonly name: string
    readonly title: string
    readonly records: number
    readonly operations: number
    readonly seed: number
    readonly recordBytes: number
  }
  /** Under which budget this is compared with others; of the part 'budgets'. */
  readonly budget?: Budget
  /** 'drained': writers wait until merges are done after each flush; 'full': they go on as fast as they can. */
  readonly pace: 'drained' | 'full'
  /** Measured operations, without load and drain. */
  readonly milliseconds: number
  readonly drainMilliseconds: number
  readonly operationsPerSecond: number
  readonly userBytes: number
  /** Of measured operations and what they left to be drained. */
  readonly classes: ByteClasses
  readonly amplification: Amplification
  readonly flushes: number
  readonly levels: readonly LevelResult[]
  readonly windows: readonly Window[]
  /** Whether five windows in a row agreed within 2 % in write amplification, and from which on. */
  readonly steady: { readonly reached: boolean; readonly fromWindow?: number }
  readonly latency: Readonly<Record<string, LatencySummary>>
  readonly stalls: { readonly count: number; readonly milliseconds: number }
  /** Of the whole run, load included. */
  readonly bytes: ByteCheck
  readonly counters?: Readonly<Record<string, number>>
  readonly oracles: readonly OracleResult[]
}

/** (measured - predicted) / predicted, with what it was made of. */
export function compare(what: string, predicted: number, measured: number, tolerance: number): OracleResult {
  return { what, predicted, measured, relativeError: (measured - predicted) / predicted, tolerance }
}
