import type { Shape, StoreSizes } from './cell.ts'
import { KEY_BYTES } from './records.ts'
import { WRITES_PER_SECOND } from './work/reads.ts'

/** How db_bench does a work. */
export interface DbBenchPlan {
  /** The name of its own. */
  readonly benchmark: string
  /** It ends by time alone: db_bench knows no run that ends at either. */
  readonly timed?: boolean
  /** Flushes and merges belong to it. */
  readonly drained?: boolean
  /** Everything is read once before, so that the block cache holds it. */
  readonly warmed?: boolean
  /** A writer beside it writes as many records a second as ours. */
  readonly isPaced?: boolean
  readonly threads?: number
  readonly extra?: readonly string[]
  /** Entries that one of its operations is. */
  readonly perOperation?: number
}

export interface DbBenchSettings {
  readonly directory: string
  readonly isExisting: boolean
  readonly shape: Shape
  readonly milliseconds: number
  /** By default, as many as there are records; fewer would warm less. */
  readonly reads?: number
  readonly seed: number
  readonly sizes: StoreSizes
}

/**
 * Settings as Varve's beside it: no compression, bloom filters of 10 bits, the same memtable, tables, cache and keys.
 */
function commonArguments(settings: DbBenchSettings): string[] {
  const { directory, isExisting, shape, seed, sizes } = settings
  const { memtableBytes, cacheBytes, tableBytes, baseBytes } = sizes
  return [
    `--db=${directory}`,
    `--use_existing_db=${isExisting ? 1 : 0}`,
    `--num=${shape.records}`,
    `--key_size=${KEY_BYTES}`,
    `--value_size=${shape.valueBytes}`,
    '--compression_type=none',
    '--bloom_bits=10',
    `--cache_size=${cacheBytes}`,
    `--write_buffer_size=${memtableBytes}`,
    '--max_write_buffer_number=2',
    '--level0_file_num_compaction_trigger=4',
    `--max_bytes_for_level_base=${baseBytes}`,
    '--max_bytes_for_level_multiplier=10',
    `--target_file_size_base=${tableBytes}`,
    `--seed=${seed}`,
  ]
}

export function dbBenchArguments(plan: DbBenchPlan, settings: DbBenchSettings): string[] {
  const names = [
    ...(plan.warmed ? ['readseq'] : []),
    plan.benchmark,
    ...(plan.drained ? ['flush', 'waitforcompaction'] : []),
  ]
  const pace = WRITES_PER_SECOND * (KEY_BYTES + settings.shape.valueBytes)
  return [
    `--benchmarks=${names.join(',')}`,
    ...commonArguments(settings),
    `--threads=${plan.threads ?? 1}`,
    ...(plan.timed ? [`--duration=${Math.max(1, Math.round(settings.milliseconds / 1000))}`] : []),
    ...(settings.reads !== undefined && plan.warmed ? [`--reads=${settings.reads}`] : []),
    ...(plan.isPaced ? [`--benchmark_write_rate_limit=${pace}`] : []),
    ...(plan.extra ?? []),
  ]
}

/** Every key once, in random order, merged into one level: what reads begin with, on every side. */
export function loadArguments(settings: DbBenchSettings): string[] {
  return ['--benchmarks=filluniquerandom,flush,waitforcompaction,compact', ...commonArguments(settings)]
}

interface DbBenchReport {
  readonly operations: number
  readonly perSecond: number
  readonly seconds: number
}

/** What db_bench says of one of its benchmarks; of the last one, where that was run twice. */
export function parseReport(benchmark: string, output: string): DbBenchReport {
  const number = '([\\d.]+)'
  const line = `^${benchmark}\\s*:\\s+${number} micros/op ${number} ops/sec ${number} seconds ${number} operations`
  const found = [...output.matchAll(new RegExp(line, 'gm'))].at(-1)
  if (found === undefined) throw new Error(`db_bench reported no ${benchmark}: ${output.slice(-300)}`)
  return { perSecond: Number(found[2]), seconds: Number(found[3]), operations: Number(found[4]) }
}

/**
 * Of RocksDB's LOG: from the opening to the end of the last flush or merge. db_bench's own waitforcompaction first
 * sleeps for five seconds, and is not timed.
 */
export function secondsOfLog(log: string): number {
  const times = [...log.matchAll(/^(\d{4})\/(\d\d)\/(\d\d)-(\d\d:\d\d:\d\d)\.(\d{6})/gm)]
  const micros = times.map(([, year, month, day, time, fraction]) => {
    return 1000 * Date.parse(`${year}-${month}-${day}T${time}`) + Number(fraction)
  })
  const events = [...log.matchAll(/"time_micros": (\d+), "job": \d+, "event": "(\w+)"/g)]
  const ends = events.filter(([, , event]) => event === 'flush_finished' || event === 'compaction_finished')
  if (micros.length === 0 || ends.length === 0) throw new Error("RocksDB's LOG tells of no flush")
  return (Math.max(...ends.map(([, end]) => Number(end))) - micros[0]!) / 1e6
}
