import { compareBytes } from '../bytes/compare.ts'
import type { StoreStatistics } from '../kv-store/statistics.ts'
import type { TableEntry } from '../manifest/table-entry.ts'
import type { Version } from '../manifest/version.ts'
import type { StoreCore } from './store-core.ts'

/**
 * Numbers since opening. Write amplification is all bytes that the store appended to its files, by the count of the file system, over the key and value
 * bytes of accepted operations: device bytes / user bytes.
 */
export function storeStatistics(core: StoreCore, openScans: number): StoreStatistics {
  const { tree, tables, shared, writes, queue, stalls, snapshots, work } = core
  const { fileSystem, health, observer } = core.context
  const { counts } = fileSystem
  const { wal, flush, compaction, manifest } = counts.writtenBytes
  const { counters, cache } = shared
  const { userBytes } = writes
  const version = tree.versions.current
  const ratio = (bytes: number): number => (userBytes === 0 ? 0 : bytes / userBytes)
  return {
    state: health.state,
    uptimeMs: observer.uptimeMs,
    sequence: tree.published,
    userBytes,
    writtenBytes: { wal, flush, compaction, manifest },
    writeAmplification: ratio(wal + flush + compaction + manifest),
    writeAmplificationWithoutWal: ratio(flush + compaction + manifest),
    spaceAmplification: spaceAmplification(version),
    readAmplification: core.reads.lookups === 0 ? 0 : counters.blockReads / core.reads.lookups,
    levels: version.levels.map(({ runs, bytes }) => ({
      tables: runs.reduce((sum, run) => sum + run.tables.length, 0),
      runs: runs.length,
      bytes,
    })),
    memtableBytes: tree.memtableBytes,
    blockCache: { hits: cache.hits, misses: cache.misses, bytes: cache.bytes },
    filters: {
      probes: counters.filterProbes,
      negatives: counters.filterNegatives,
      falsePositives: counters.filterFalsePositives,
      bytes: tables.filterBytes,
    },
    indexBytes: tables.indexBytes,
    syncs: counts.syncs + counts.directorySyncs,
    stalls: { count: stalls.count, milliseconds: stalls.milliseconds },
    openFiles: counts.openFiles,
    openSnapshots: snapshots.size,
    openScans,
    pendingBytes: queue.pendingBytes,
    flushes: work.flushes,
    compactions: work.compactions,
    droppedBytes: work.droppedBytes,
    largestSliceBytes: core.slices.bytes,
    commits: { ...queue.counts },
    latency: observer.latencies.statistics(),
  }
}

/** Table bytes over an estimate of those that are live: tables whose range no older table touches, counted from the oldest up. */
function spaceAmplification(version: Version): number {
  let all = 0
  let live = 0
  let covered: TableEntry[] = []
  for (const level of [...version.levels].reverse()) {
    for (const run of [...level.runs].reverse()) {
      const fresh = run.tables.filter((table) => !touches(covered, table))
      for (const table of run.tables) all += table.bytes
      for (const table of fresh) live += table.bytes
      if (fresh.length > 0) covered = [...covered, ...fresh].sort((a, b) => compareBytes(a.smallest, b.smallest))
    }
  }
  return live === 0 ? 1 : all / live
}

/** Whether one of these tables, which are in key order and do not overlap, shares keys with `table`. */
function touches(covered: readonly TableEntry[], table: TableEntry): boolean {
  let low = 0
  let high = covered.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (compareBytes(covered[middle]!.largest, table.smallest) < 0) low = middle + 1
    else high = middle
  }
  const candidate = covered[low]
  return candidate !== undefined && compareBytes(candidate.smallest, table.largest) <= 0
}
