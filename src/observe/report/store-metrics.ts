import type { StoreState, StoreStatistics } from '../../kv-store/statistics.ts'
import { type LatencySummary, latencyBoundsMs } from '../latency-statistics.ts'
import type { Labels, MetricFamily, Sample } from './metric-family.ts'

const MS_PER_SECOND = 1000
const STATES: readonly StoreState[] = ['writable', 'read-only', 'suspended', 'poisoned']

/** A metric that is one number of the statistics, or several that differ in one label. */
type Row = readonly [
  name: string,
  kind: 'counter' | 'gauge',
  help: string,
  value: (stats: StoreStatistics) => number | readonly Point[],
]
type Point = readonly [labels: Labels, value: number]

const ROWS: readonly Row[] = [
  ['varve_state', 'gauge', 'What the store takes: 1 for the state that it is in.', stateOf],
  ['varve_uptime_seconds', 'gauge', 'Time since the store was opened.', (stats) => stats.uptimeMs / MS_PER_SECOND],
  ['varve_sequence', 'gauge', 'Last published sequence.', (stats) => stats.sequence],
  ['varve_user_bytes_total', 'counter', 'Key and value bytes of accepted operations.', (stats) => stats.userBytes],
  ['varve_written_bytes_total', 'counter', 'Bytes appended to files, by category.', writtenBytes],
  ['varve_write_amplification_ratio', 'gauge', 'Bytes written / user bytes.', (stats) => stats.writeAmplification],
  [
    'varve_write_amplification_without_wal_ratio',
    'gauge',
    'The same without the log.',
    (stats) => stats.writeAmplificationWithoutWal,
  ],
  [
    'varve_space_amplification_ratio',
    'gauge',
    'Table bytes / estimated live bytes.',
    (stats) => stats.spaceAmplification,
  ],
  [
    'varve_read_amplification_blocks',
    'gauge',
    'Data blocks read per point lookup.',
    (stats) => stats.readAmplification,
  ],
  ['varve_level_tables', 'gauge', 'Tables of a level.', (stats) => perLevel(stats, ({ tables }) => tables)],
  ['varve_level_runs', 'gauge', 'Sorted runs of a level.', (stats) => perLevel(stats, ({ runs }) => runs)],
  ['varve_level_bytes', 'gauge', 'Table bytes of a level.', (stats) => perLevel(stats, ({ bytes }) => bytes)],
  ['varve_memtable_bytes', 'gauge', 'Bytes that memtables hold in memory.', (stats) => stats.memtableBytes],
  ['varve_block_cache_bytes', 'gauge', 'Bytes of blocks or pages in memory.', (stats) => stats.blockCache.bytes],
  ['varve_block_cache_hits_total', 'counter', 'Blocks found in the cache.', (stats) => stats.blockCache.hits],
  ['varve_block_cache_misses_total', 'counter', 'Blocks read from files.', (stats) => stats.blockCache.misses],
  ['varve_filter_bytes', 'gauge', 'Bytes of bloom filters in memory.', (stats) => stats.filters.bytes],
  ['varve_filter_probes_total', 'counter', 'Questions to bloom filters.', (stats) => stats.filters.probes],
  ['varve_filter_negatives_total', 'counter', 'Tables that filters spared.', (stats) => stats.filters.negatives],
  [
    'varve_filter_false_positives_total',
    'counter',
    'Tables read in vain, past a filter.',
    (stats) => stats.filters.falsePositives,
  ],
  ['varve_index_bytes', 'gauge', 'Bytes of block indexes in memory.', (stats) => stats.indexBytes],
  ['varve_pending_bytes', 'gauge', 'Bytes that wait in the commit queue.', (stats) => stats.pendingBytes],
  ['varve_commit_groups_total', 'counter', 'Groups of writes with one log record.', (stats) => stats.commits.groups],
  [
    'varve_failed_writes_total',
    'counter',
    'Writes that failed or were refused.',
    (stats) => stats.commits.failedWrites,
  ],
  [
    'varve_overloaded_writes_total',
    'counter',
    'Of the failed writes, those refused because too much was waiting.',
    (stats) => stats.commits.overloadedWrites,
  ],
  ['varve_syncs_total', 'counter', 'Syncs of files and directories.', (stats) => stats.syncs],
  ['varve_stalls_total', 'counter', 'Waits of writers for background work.', (stats) => stats.stalls.count],
  [
    'varve_stall_seconds_total',
    'counter',
    'Time that writers waited for background work.',
    (stats) => stats.stalls.milliseconds / MS_PER_SECOND,
  ],
  ['varve_flushes_total', 'counter', 'Flushes, or checkpoints of a B-tree.', (stats) => stats.flushes],
  ['varve_compactions_total', 'counter', 'Merges, moves and drops of tables.', (stats) => stats.compactions],
  ['varve_dropped_bytes_total', 'counter', 'Bytes of tables dropped by the strategy.', (stats) => stats.droppedBytes],
  [
    'varve_largest_slice_bytes',
    'gauge',
    'Most bytes of background work between two turns of the event loop.',
    (stats) => stats.largestSliceBytes,
  ],
  ['varve_open_files', 'gauge', 'Files that are open.', (stats) => stats.openFiles],
  ['varve_open_snapshots', 'gauge', 'Snapshots that are open.', (stats) => stats.openSnapshots],
  ['varve_open_scans', 'gauge', 'Scans that are open.', (stats) => stats.openScans],
]

/** The metrics of one store, always the same ones in the same order; every sample has `labels`, too. */
export function metricsOf(stats: StoreStatistics, labels: Labels): MetricFamily[] {
  const families: MetricFamily[] = ROWS.map(([name, kind, help, value]) => {
    const found = value(stats)
    const points: readonly Point[] = typeof found === 'number' ? [[{}, found]] : found
    return {
      name,
      kind,
      help,
      samples: points.map(([own, at]) => ({ suffix: '', labels: { ...labels, ...own }, value: at })),
    }
  })
  families.push({
    name: 'varve_operation_seconds',
    kind: 'histogram',
    help: 'How long operations took, with the waiting; hot ones are sampled, and each sample counts for its gap.',
    samples: Object.entries(stats.latency).flatMap(([operation, summary]) =>
      histogramSamples({ ...labels, operation }, summary),
    ),
  })
  return families
}

function histogramSamples(labels: Labels, { buckets, count, totalMs }: LatencySummary): Sample[] {
  const samples: Sample[] = latencyBoundsMs.map((boundMs, i) => ({
    suffix: '_bucket',
    labels: { ...labels, le: `${boundMs / MS_PER_SECOND}` },
    value: buckets[i]!,
  }))
  samples.push({ suffix: '_bucket', labels: { ...labels, le: '+Inf' }, value: count })
  samples.push({ suffix: '_sum', labels, value: totalMs / MS_PER_SECOND })
  samples.push({ suffix: '_count', labels, value: count })
  return samples
}

function stateOf({ state }: StoreStatistics): Point[] {
  return STATES.map((each) => [{ state: each }, each === state ? 1 : 0])
}

function writtenBytes({ writtenBytes: bytes }: StoreStatistics): Point[] {
  return Object.entries(bytes).map(([category, written]) => [{ category }, written])
}

function perLevel({ levels }: StoreStatistics, value: (level: StoreStatistics['levels'][number]) => number): Point[] {
  return levels.map((level, i) => [{ level: `${i}` }, value(level)])
}
