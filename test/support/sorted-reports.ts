import type { RecoveryReport } from '../../src/kv-store/recovery-report.ts'
import type { StoreStatistics } from '../../src/kv-store/statistics.ts'
import { LatencyHistogram } from '../../src/observe/latency-histogram.ts'
import { StoreLatencies } from '../../src/observe/store-latencies.ts'
import { nodeRuntime } from '../../src/runtime.ts'

/** What the reference says of an opening: it loses nothing and finds nothing. */
export function reportOfOpening(created: boolean, epoch: number): RecoveryReport {
  return {
    created,
    clean: true,
    databaseId: '0'.repeat(32),
    epoch,
    logs: [],
    groupsReplayed: 0,
    operationsReplayed: 0,
    firstSequence: 0,
    lastSequence: 0,
    droppedBytes: 0,
    droppedReason: undefined,
    manifestDroppedBytes: 0,
    tablesFlushed: 0,
    quarantined: [],
    filesRemoved: [],
    downgrades: [],
    milliseconds: 0,
  }
}

export function emptyStatistics(): StoreStatistics {
  return {
    state: 'writable',
    uptimeMs: 0,
    sequence: 0,
    userBytes: 0,
    writtenBytes: { wal: 0, flush: 0, compaction: 0, manifest: 0 },
    writeAmplification: 0,
    writeAmplificationWithoutWal: 0,
    spaceAmplification: 1,
    readAmplification: 0,
    levels: [],
    memtableBytes: 0,
    blockCache: { hits: 0, misses: 0, bytes: 0 },
    filters: { probes: 0, negatives: 0, falsePositives: 0, bytes: 0 },
    indexBytes: 0,
    syncs: 0,
    stalls: { count: 0, milliseconds: 0 },
    openFiles: 0,
    openSnapshots: 0,
    openScans: 0,
    pendingBytes: 0,
    flushes: 0,
    compactions: 0,
    droppedBytes: 0,
    largestSliceBytes: 0,
    commits: { groups: 0, failedWrites: 0, overloadedWrites: 0 },
    latency: new StoreLatencies(nodeRuntime, new LatencyHistogram()).statistics(),
  }
}
