import { dbBenchOutput } from '../db-bench-process.ts'

/** What db_bench and Varve are both told. */
export interface DbBenchSettings {
  readonly records: number
  readonly memtableBytes: number
  readonly baseBytes: number
  readonly tableBytes: number
  readonly seed: number
}

export interface DbBenchResult {
  readonly command: string
  readonly version: string
  readonly operationsPerSecond: number
  readonly flushBytes: number
  readonly compactionBytes: number
  /** Flushed and merged over flushed bytes. */
  readonly writeOfFlushes: number
}

export type DbBenchName = 'fillseq' | 'fillrandom' | 'overwrite'

/** `directory` is relative to the project's. `overwrite` needs the store that a `fillrandom` left in the same directory. */
export function dbBenchArguments(name: DbBenchName, directory: string, settings: DbBenchSettings): string[] {
  return [
    // Without the flush, up to two memtables would be missing from the count.
    `--benchmarks=${name},flush,waitforcompaction`,
    `--db=${directory}`,
    `--use_existing_db=${name === 'overwrite' ? 1 : 0}`,
    `--num=${settings.records}`,
    '--key_size=16',
    '--value_size=100',
    '--compression_type=none',
    '--bloom_bits=10',
    `--write_buffer_size=${settings.memtableBytes}`,
    '--max_write_buffer_number=2',
    '--level0_file_num_compaction_trigger=4',
    `--max_bytes_for_level_base=${settings.baseBytes}`,
    '--max_bytes_for_level_multiplier=10',
    `--target_file_size_base=${settings.tableBytes}`,
    '--threads=1',
    '--disable_wal=1',
    `--seed=${settings.seed}`,
    '--statistics=1',
  ]
}

export function runDbBench(name: DbBenchName, directory: string, settings: DbBenchSettings): DbBenchResult {
  const given = dbBenchArguments(name, directory, settings)
  return { command: ['db_bench', ...given].join(' '), ...parseDbBench(name, dbBenchOutput(given)) }
}

/** Of what db_bench prints with --statistics: the rate, and the exact byte counts behind its rounded tables. */
export function parseDbBench(name: DbBenchName, output: string): Omit<DbBenchResult, 'command'> {
  const found = (pattern: RegExp): string => {
    const match = pattern.exec(output)
    if (match === null) throw new Error(`db_bench printed nothing like ${pattern.source}`)
    return match[1]!
  }
  const flushBytes = Number(found(/^rocksdb\.flush\.write\.bytes COUNT : (\d+)/m))
  const compactionBytes = Number(found(/^rocksdb\.compact\.write\.bytes COUNT : (\d+)/m))
  return {
    version: found(/RocksDB:\s+version (\S+)/),
    operationsPerSecond: Number(found(new RegExp(`^${name}\\s*:.*?(\\d+) ops/sec`, 'm'))),
    flushBytes,
    compactionBytes,
    writeOfFlushes: (flushBytes + compactionBytes) / flushBytes,
  }
}
