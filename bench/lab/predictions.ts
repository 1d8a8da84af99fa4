import { type Amplification, clusteredAmplification, type Protection } from './oracle/btree-arms.ts'
import {
  clusteredLayout,
  RANDOM_FILL,
  splitsPerRandomInsert,
  splitsPerSequentialInsert,
} from './oracle/btree-layout.ts'
import { fifoWritten } from './oracle/fifo.ts'
import { flushesOf } from './oracle/flush.ts'
import { leveledWritten } from './oracle/leveled.ts'
import { sizeTieredWritten } from './oracle/size-tiered.ts'
import { flushesByWindow, timeWindowWritten } from './oracle/time-window.ts'
import { type Written, writeAmplification } from './oracle/written.ts'
import { compare, type OracleResult, type RunResult } from './result.ts'
import { KEY_BYTES, RECORD_BYTES, VALUE_BYTES } from './workloads/records.ts'
import { SERIES_HOURS } from './workloads/time-series.ts'
import { WRITERS } from './writers.ts'

/** What a run is compared with: its settings are all that a prediction knows. */
type Facts = Pick<RunResult, 'arm' | 'pace' | 'workload' | 'userBytes' | 'classes' | 'amplification' | 'counters'>

const HOUR_MS = 3_600_000
const LINE_POINTS = 60

/** Exact counts for the strategies that have them, a model for leveled. */
const EXACT = { fifo: 0.01, tiers: 0.03 }
const MODEL = 0.1
const TREE_SHAPE = 0.03
const CHECKPOINTS = 0.05

/** Every prediction that there is for a run; none for what theory does not foresee. */
export function predictions(facts: Facts): OracleResult[] {
  return facts.arm.engine === 'btree' ? treePredictions(facts) : strategyPredictions(facts)
}

function setting({ arm }: Facts, name: string): number {
  return Number(arm.settings[name] ?? Number.NaN)
}

/** What the strategy of an arm writes for these flushes, in records; undefined where nobody knows. */
type Oracle = (flushes: readonly number[]) => Written

function oracleOf(facts: Facts): { oracle: Oracle; tolerance: number } | undefined {
  const { arm, workload } = facts
  const tiers = { mergeWidth: setting(facts, 'mergeWidth'), levels: 64 }
  const isOverwrite = workload.name === 'overwrite-uniform'
  if (workload.name === 'overwrite-zipfian' || workload.recordBytes !== RECORD_BYTES) return undefined
  if (arm.name === 'fifo') return { oracle: (flushes) => fifoWritten(flushes), tolerance: EXACT.fifo }
  if (arm.name.startsWith('leveled')) return leveledOracle(facts)
  if (isOverwrite) return undefined
  if (arm.name.startsWith('size-tiered')) {
    return { oracle: (flushes) => sizeTieredWritten(flushes, tiers), tolerance: EXACT.tiers }
  }
  if (arm.name !== 'time-window') return undefined
  const windows = (SERIES_HOURS * HOUR_MS) / setting(facts, 'windowMs')
  const perWindow = workload.name === 'time-series' ? workload.records / windows : Number.POSITIVE_INFINITY
  return {
    oracle: (flushes) => timeWindowWritten(flushesByWindow(flushes, perWindow), tiers.mergeWidth, true),
    tolerance: EXACT.tiers,
  }
}

function leveledOracle(facts: Facts): { oracle: Oracle; tolerance: number } | undefined {
  const { name, records } = facts.workload
  const given = (option: string): { [option: string]: number } =>
    Number.isNaN(setting(facts, option)) ? {} : { [option]: setting(facts, option) }
  const configuration = {
    ...given('sizeRatio'),
    ...given('level0Tables'),
    ...given('tableBytes'),
    ...given('baseBytes'),
  }
  const liveBytes = name === 'overwrite-uniform' ? records * RECORD_BYTES : undefined
  const inBytes = (flushes: readonly number[]): number[] => flushes.map((count) => count * RECORD_BYTES)
  if (name === 'random-load' || name === 'overwrite-uniform') {
    return { oracle: (flushes) => leveledWritten(inBytes(flushes), configuration, liveBytes), tolerance: MODEL }
  }
  // Tables that overlap nothing are moved, not merged.
  if (name !== 'sequential-load' && name !== 'fillseq') return undefined
  return { oracle: (flushes) => fifoWritten(flushes), tolerance: 0.02 }
}

function strategyPredictions(facts: Facts): OracleResult[] {
  const found = oracleOf(facts)
  const measured = facts.amplification.writeOfFlushes
  // Theory merges after each flush; at full speed merges lag behind, and find more to merge at once.
  if (found === undefined || measured === undefined || facts.pace === 'full') return []
  const shape = {
    memtableBytes: setting(facts, 'memtableBytes'),
    ...{ keyBytes: KEY_BYTES, valueBytes: VALUE_BYTES, groupRecords: WRITERS },
  }
  const flushes = flushesOf(facts.workload.operations, shape)
  const predicted = writeAmplification(found.oracle(flushes))
  const step = Math.max(1, Math.floor(flushes.length / LINE_POINTS))
  const line: [number, number][] = []
  for (let count = 1, records = 0; count <= flushes.length; count++) {
    records += flushes[count - 1]!
    if (count % step !== 0 && count !== flushes.length) continue
    line.push([records * RECORD_BYTES, writeAmplification(found.oracle(flushes.slice(0, count)))])
  }
  return [{ ...compare('write amplification, flush-based', predicted, measured, found.tolerance), line }]
}

function layoutOf(facts: Facts): ReturnType<typeof clusteredLayout> {
  return clusteredLayout(setting(facts, 'pageBytes'), KEY_BYTES, VALUE_BYTES)
}

/** What checkpoints of a random load write, by the settings of its arm. */
export function predictedTree(facts: Facts): Amplification {
  const rows = facts.workload.operations
  const rowsPerCheckpoint = setting(facts, 'checkpointRows') || rows
  const protection = facts.arm.settings['tornPageProtection'] as Protection
  return clusteredAmplification(layoutOf(facts), { rows, rowsPerCheckpoint, logBytesPerRow: 0, protection })
}

function treePredictions(facts: Facts): OracleResult[] {
  const { counters, workload, userBytes, classes } = facts
  if (counters === undefined) return []
  const layout = layoutOf(facts)
  const splits = counters['leafSplits']! / workload.operations
  if (workload.name === 'sequential-load') {
    return [compare('leaf splits per insert', splitsPerSequentialInsert(layout), splits, TREE_SHAPE)]
  }
  if (workload.name !== 'random-load') return []
  const predicted = predictedTree(facts)
  const share = (bytes: number | undefined): number => (bytes ?? 0) / userBytes
  const results = [
    compare('leaf splits per insert', splitsPerRandomInsert(layout), splits, TREE_SHAPE),
    compare('fill of leaves', RANDOM_FILL, counters['leafFill']!, TREE_SHAPE),
  ]
  // Pages that had to go because the cache is smaller than the tree are not foreseen here.
  if (counters['pagesWrittenByEviction']! > 0) return results
  results.push(
    compare('pages written per user byte', predicted.page + predicted.splitPages, share(classes['page']), CHECKPOINTS),
  )
  if (predicted.image > 0) {
    const measured = share(counters['logImageBytes'])
    results.push(compare('page images logged per user byte', predicted.image, measured, CHECKPOINTS))
  }
  return results
}
