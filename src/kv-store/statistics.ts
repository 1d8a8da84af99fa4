import type { LatencyStatistics } from '../observe/latency-statistics.ts'

/** Tables, runs and bytes on disk of one level. */
export interface LevelStatistics {
  tables: number
  runs: number
  bytes: number
}

/**
 * What a store takes: 'writable'; reads alone, because it was opened so ('read-only'), until `resume()` ('suspended') or
 * until it is opened again ('poisoned').
 */
export type StoreState = 'writable' | 'read-only' | 'suspended' | 'poisoned'

/**
 * Numbers since opening, except where they describe what is there now. Bytes and counts, unless the name says
 * otherwise.
 */
export interface StoreStatistics {
  state: StoreState
  /** How long the store has been open, in milliseconds. */
  uptimeMs: number
  /** The last published sequence. */
  sequence: number
  /** Key and value bytes of accepted operations. */
  userBytes: number
  /** Bytes appended by category. */
  writtenBytes: { wal: number; flush: number; compaction: number; manifest: number }
  /** All bytes written / user bytes; 0 before the first write. */
  writeAmplification: number
  /** The same without the log. */
  writeAmplificationWithoutWal: number
  /** Table bytes / estimated live bytes; 1 when there are no tables. */
  spaceAmplification: number
  /** Data blocks read (from cache or disk) per point lookup. */
  readAmplification: number
  levels: LevelStatistics[]
  /** Bytes of memtables in memory, those included that a flushed one has left to the next. */
  memtableBytes: number
  blockCache: { hits: number; misses: number; bytes: number }
  filters: { probes: number; negatives: number; falsePositives: number; bytes: number }
  /** Bytes of block indexes in memory. */
  indexBytes: number
  /** Syncs of files and directories. */
  syncs: number
  /** Times that writers had to wait for background work, and for how long in all. */
  stalls: { count: number; milliseconds: number }
  openFiles: number
  openSnapshots: number
  openScans: number
  /** Bytes waiting in the commit queue. */
  pendingBytes: number
  flushes: number
  compactions: number
  /** Bytes of tables that the compaction strategy has dropped: FIFO by size or age, time windows by age. */
  droppedBytes: number
  /** The longest slice of background work by bytes handled, which bounds how long the event loop is held. */
  largestSliceBytes: number
  /** Groups of writes that shared a log record; and writes that failed or were refused, those that were OVERLOADED among them. */
  commits: { groups: number; failedWrites: number; overloadedWrites: number }
  /** How long operations took, with the waiting. */
  latency: LatencyStatistics
}
