/**
 * How long one kind of operation has taken since opening, in milliseconds. A percentile is off by at most 1.6 %; below
 * 0.06 us and above 70 minutes it is only known to be there. All are 0 where nothing was measured.
 */
export interface LatencySummary {
  /** Operations that succeeded. Of kinds that are sampled, each measured one counts for those skipped before it. */
  count: number
  /** How many were measured. */
  samples: number
  totalMs: number
  meanMs: number
  p50Ms: number
  p90Ms: number
  p99Ms: number
  p999Ms: number
  /** The longest that was measured, exactly. */
  maxMs: number
  /** How many took at most `latencyBoundsMs[i]`: cumulative, exact at the bounds. */
  buckets: number[]
}

/** By what was measured; with all the waiting that the caller had: queue, stall and sync. */
export interface LatencyStatistics {
  /**
   * From the call to the moment when the write has its durability. One in 16 is measured, and every 'power' write that
   * finds the queue idle.
   */
  put: LatencySummary
  delete: LatencySummary
  batch: LatencySummary
  /** `get` and `getSync`; one in 64 is measured. */
  get: LatencySummary
  /**
   * Batches that scans read: what an iteration reads ahead (8 to 256 entries), or what was asked for. One in 16 is
   * measured.
   */
  scan: LatencySummary
  /** Of the B-tree: checkpoints. */
  flush: LatencySummary
  /** Merges, moves and drops. The B-tree has none. */
  compaction: LatencySummary
  /** Syncs of files and directories, in the pool or in place. */
  sync: LatencySummary
  /** Waits of writers for background work. */
  stall: LatencySummary
}

/** The upper bounds of `LatencySummary.buckets`: powers of two from 2^-10 ms (about 1 us) to 2^16 ms (about 65 s). */
export const latencyBoundsMs: readonly number[] = Array.from({ length: 27 }, (_, i) => 2 ** (i - 10))
