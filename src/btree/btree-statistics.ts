import type { StoreStatistics } from '../kv-store/statistics.ts'
import type { BTreeCore } from './btree-core.ts'
import type { PagerCounts } from './btree-counts.ts'
import type { TreeCounts } from './tree/tree-counts.ts'

/** What a B-tree counts beside what every store does. Since opening, except where it is what is there now. */
export interface BTreeNumbers {
  /** Splits and frees by kind: leaves = those at opening + leaf splits - leaf frees. */
  tree: TreeCounts
  pager: PagerCounts
  /** Levels of pages, the leaves included. */
  height: number
  pageBytes: number
  /** Pages that the file has ids for, and those of them that are free. */
  pages: number
  freePages: number
  cache: { hits: number; misses: number; evictions: number; pages: number; dirtyPages: number; capacityPages: number }
  /** Earlier versions of pages that are in memory for open snapshots, scans and writes on their way; never written. */
  versions: { pages: number; bytes: number; mostPages: number }
  /** Bytes by class; their sum is all that was written to files. */
  writtenBytes: { log: number; page: number; doubleWrite: number; checkpointFile: number }
  /** Log bytes since the last checkpoint began. */
  logBytesSinceCheckpoint: number
  /** Of the last checkpoint: operations since the one before it, for each page that there was. */
  insertsPerPage: number
}

/** What `stats()` of a B-tree returns: counts since opening, sizes in bytes. */
export interface BTreeStatistics extends StoreStatistics {
  btree: BTreeNumbers
}

/** Under the shared names: flush is pages written, with their copies; manifest is checkpoint files; the tree is one level. */
export function btreeStatistics(core: BTreeCore, openScans: number): BTreeStatistics {
  const { fileSystem, health, observer } = core.context
  const { counts } = fileSystem
  const { queue, reads, writes, stalls, snapshots } = core
  const { cache, counts: pager } = core.parts.pager
  const { wal, page, manifest } = counts.writtenBytes
  const btree = btreeNumbers(core)
  const flush = page + counts.writtenBytes['double-write']
  const bytes = (btree.pages - btree.freePages) * btree.pageBytes
  const { userBytes } = writes
  const ratio = (written: number): number => (userBytes === 0 ? 0 : written / userBytes)
  const checkpoints = Object.values(pager.checkpoints).reduce((sum, count) => sum + count, 0)
  return {
    state: health.state,
    uptimeMs: observer.uptimeMs,
    sequence: writes.published,
    userBytes,
    writtenBytes: { wal, flush, compaction: 0, manifest },
    writeAmplification: ratio(wal + flush + manifest),
    writeAmplificationWithoutWal: ratio(flush + manifest),
    spaceAmplification: btree.pages === btree.freePages ? 1 : btree.pages / (btree.pages - btree.freePages),
    readAmplification: reads.lookups === 0 ? 0 : reads.lookupPages / reads.lookups,
    levels: [{ tables: 1, runs: 1, bytes }],
    memtableBytes: 0,
    blockCache: { hits: cache.hits, misses: cache.misses, bytes: cache.size * btree.pageBytes },
    filters: { probes: 0, negatives: 0, falsePositives: 0, bytes: 0 },
    indexBytes: 0,
    syncs: counts.syncs + counts.directorySyncs,
    stalls: { count: stalls.count, milliseconds: stalls.milliseconds },
    openFiles: counts.openFiles,
    openSnapshots: snapshots.size,
    openScans,
    pendingBytes: queue.pendingBytes,
    flushes: checkpoints,
    compactions: 0,
    droppedBytes: 0,
    largestSliceBytes: core.slices.bytes,
    commits: { ...queue.counts },
    latency: observer.latencies.statistics(),
    btree,
  }
}

function btreeNumbers(core: BTreeCore): BTreeNumbers {
  const { pager, logs } = core.parts
  const { cache, versions, space, pageBytes, counts } = pager
  const { writtenBytes } = core.context.fileSystem.counts
  const { lastCheckpointPages, lastCheckpointRows } = counts
  return {
    tree: { ...core.tree.counts },
    pager: structuredClone(counts),
    height: core.tree.height,
    pageBytes,
    pages: space.pageCount,
    freePages: space.freeCount,
    cache: {
      hits: cache.hits,
      misses: cache.misses,
      evictions: cache.evictions,
      pages: cache.size,
      dirtyPages: cache.dirtyCount,
      capacityPages: cache.capacity,
    },
    versions: { pages: versions.count, bytes: versions.count * pageBytes, mostPages: versions.mostCount },
    writtenBytes: {
      log: writtenBytes.wal,
      page: writtenBytes.page,
      doubleWrite: writtenBytes['double-write'],
      checkpointFile: writtenBytes.manifest,
    },
    logBytesSinceCheckpoint: logs.bytes,
    insertsPerPage: lastCheckpointPages === 0 ? 0 : lastCheckpointRows / lastCheckpointPages,
  }
}
