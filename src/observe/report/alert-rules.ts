import type { StoreState, StoreStatistics } from '../../kv-store/statistics.ts'

/** A number of the statistics and from where on it asks for attention. All are the worse the greater they are. */
export interface AlertRule {
  readonly metric: string
  /** 'share' is from 0 to 1; 'state': 0 as it was opened, 1 suspended, 2 poisoned. */
  readonly unit: 'ms' | 'bytes' | 'ratio' | 'share' | 'count' | 'state'
  /** Reached from here on, this value included. */
  readonly warning: number
  readonly critical: number
  /** What to do. */
  readonly action: string
  /** Undefined where there is too little to judge by. */
  readonly value: (stats: StoreStatistics) => number | undefined
}

const MIB = 1024 * 1024
/** Before so much is written, the files' own overhead is most of every amplification. */
const JUDGED_BYTES = 64 * MIB
const JUDGED_OPERATIONS = 1000
/** One wait in the first second would be most of it. */
const JUDGED_UPTIME_MS = 10_000

const SEVERITY: Readonly<Record<StoreState, number>> = { writable: 0, 'read-only': 0, suspended: 1, poisoned: 2 }

/**
 * When a number of `stats()` is a warning, and when it is critical. The numbers are those since opening: a store that
 * was in trouble once may say so until it is opened again.
 */
export const alertRules: readonly AlertRule[] = [
  {
    metric: 'state',
    unit: 'state',
    warning: 1,
    critical: 2,
    action:
      'suspended: free disk space or mend what the log says, then resume(); poisoned: close the store and open it again',
    value: ({ state }) => SEVERITY[state],
  },
  {
    metric: 'latency.put.p99Ms',
    unit: 'ms',
    warning: 100,
    critical: 1000,
    action:
      'look at latency.sync and latency.stall: the greater of the two is where writers wait; if neither, the event loop is busy',
    value: ({ latency: { put } }) => (isJudged(put) ? put.p99Ms : undefined),
  },
  {
    metric: 'latency.sync.p50Ms',
    unit: 'ms',
    warning: 5,
    critical: 50,
    action:
      'let more writers share a sync (concurrent puts, batch, commitLingerMs), choose durability per write, or a faster disk',
    value: ({ latency: { sync } }) => (isJudged(sync) ? sync.p50Ms : undefined),
  },
  {
    metric: 'latency.sync.p99Ms',
    unit: 'ms',
    warning: 50,
    critical: 500,
    action: 'something else keeps the disk busy, or it is worn or throttled: look at the system',
    value: ({ latency: { sync } }) => (isJudged(sync) ? sync.p99Ms : undefined),
  },
  {
    metric: 'stalls.share',
    unit: 'share',
    warning: 0.05,
    critical: 0.25,
    action:
      'background work cannot keep up: write less or in larger batches, or try sizeTiered(), a larger memtable, a faster disk',
    value: ({ stalls, uptimeMs }) => (uptimeMs < JUDGED_UPTIME_MS ? undefined : stalls.milliseconds / uptimeMs),
  },
  {
    metric: 'latency.stall.maxMs',
    unit: 'ms',
    warning: 1000,
    critical: 10_000,
    action: 'a writer waited this long for a flush, a merge or a checkpoint: as for stalls.share',
    value: ({ latency }) => (latency.stall.count === 0 ? undefined : latency.stall.maxMs),
  },
  {
    metric: 'pendingBytes',
    unit: 'bytes',
    warning: 16 * MIB,
    critical: 48 * MIB,
    action: 'await writes before making more; at maxPendingBytes (64 MiB unless set) they are OVERLOADED',
    value: ({ pendingBytes }) => pendingBytes,
  },
  {
    metric: 'commits.overloadedWrites',
    unit: 'count',
    warning: 1,
    critical: 1000,
    action: 'more is written than the store takes: await writes, and retry after retryAfterMs',
    value: ({ commits }) => commits.overloadedWrites,
  },
  {
    metric: 'commits.failedWrites',
    unit: 'count',
    warning: 1,
    critical: 100,
    action: 'writes failed for other reasons than overload: look at their errors, or at varve:error',
    value: ({ commits }) => commits.failedWrites - commits.overloadedWrites,
  },
  {
    metric: 'writeAmplification',
    unit: 'ratio',
    warning: 10,
    critical: 20,
    action: 'write in larger groups, use a larger memtable or sizeTiered(); fifo() or timeWindow() where data ages',
    value: ({ userBytes, writeAmplification }) => (userBytes < JUDGED_BYTES ? undefined : writeAmplification),
  },
  {
    metric: 'spaceAmplification',
    unit: 'ratio',
    warning: 2,
    critical: 4,
    action: 'compact(), close old snapshots and scans, or use leveled()',
    value: (stats) => (tableBytes(stats) < JUDGED_BYTES ? undefined : stats.spaceAmplification),
  },
  {
    metric: 'readAmplification',
    unit: 'ratio',
    warning: 6,
    critical: 12,
    action: 'compact(), use leveled(), or more filterBitsPerKey',
    value: ({ latency, readAmplification }) => (latency.get.count < JUDGED_OPERATIONS ? undefined : readAmplification),
  },
  {
    metric: 'filters.falsePositiveShare',
    unit: 'share',
    warning: 0.05,
    critical: 0.2,
    action: 'more filterBitsPerKey: 10 let 0.8 % of missing keys pass',
    value: ({ filters: { negatives, falsePositives } }) => {
      const absent = negatives + falsePositives
      return absent < JUDGED_OPERATIONS ? undefined : falsePositives / absent
    },
  },
  {
    metric: 'runs',
    unit: 'count',
    warning: 32,
    critical: 128,
    action: 'every scan asks every run: compact(), or leveled(); under fifo() a larger memtable makes fewer',
    value: ({ levels }) => levels.reduce((sum, { runs }) => sum + runs, 0),
  },
  {
    metric: 'openScans',
    unit: 'count',
    warning: 100,
    critical: 1000,
    action: 'scans that are not read to their end must be closed: use `using` or close()',
    value: ({ openScans }) => openScans,
  },
  {
    metric: 'openSnapshots',
    unit: 'count',
    warning: 100,
    critical: 1000,
    action: 'snapshots keep old versions until they are closed: use `using` or close()',
    value: ({ openSnapshots }) => openSnapshots,
  },
]

function isJudged({ count }: { readonly count: number }): boolean {
  return count >= JUDGED_OPERATIONS / 10
}

function tableBytes({ levels }: StoreStatistics): number {
  return levels.reduce((sum, { bytes }) => sum + bytes, 0)
}
