import { describe, expect, test } from 'vitest'
import { SIZES } from '../../bench/peers/cell.ts'
import { dbBenchArguments, loadArguments, parseReport, secondsOfLog } from '../../bench/peers/db-bench-plan.ts'

const OUTPUT = `RocksDB:    version 7.8.3
DB path: [data/scratch/peers/cell]
readseq      :       0.281 micros/op 3558718 ops/sec 0.281 seconds 1000000 operations;  393.7 MB/s
readrandom   :       3.387 micros/op 295246 ops/sec 3.387 seconds 1000000 operations;   32.7 MB/s (1000000 of 1000000 found)
`

const LOG = `2026/11/22-16:00:45.500000 7f RocksDB version: 7.8.3
2026/11/22-16:00:46.000000 7f EVENT_LOG_v1 {"time_micros": FLUSHED, "job": 2, "event": "flush_finished", "lsm_state": [1]}
2026/11/22-16:00:47.000000 7f EVENT_LOG_v1 {"time_micros": MERGED, "job": 3, "event": "compaction_finished", "output": 1}
2026/11/22-16:00:55.000000 7f EVENT_LOG_v1 {"time_micros": LATER, "job": 4, "event": "table_file_deletion"}
`

const settings = {
  directory: 'data/scratch/x',
  isExisting: false,
  shape: { records: 1000, valueBytes: 100 },
  milliseconds: 2500,
  seed: 7,
  sizes: SIZES,
}

describe('db_bench', () => {
  test('its report of a benchmark is found among others', () => {
    expect(parseReport('readrandom', OUTPUT)).toEqual({ perSecond: 295_246, seconds: 3.387, operations: 1_000_000 })
  })

  test('a report that is missing is an error, and not the one of another benchmark', () => {
    expect(() => parseReport('readmissing', OUTPUT)).toThrow('reported no readmissing')
    expect(() => parseReport('random', OUTPUT)).toThrow('reported no random')
  })

  test('a drained run ends with the last flush or merge', () => {
    const at = (text: string): string => String(1000 * Date.parse(text))
    const log = LOG.replace('FLUSHED', at('2026-11-22T16:00:46'))
      .replace('MERGED', at('2026-11-22T16:00:47'))
      .replace('LATER', at('2026-11-22T16:00:55'))
    expect(secondsOfLog(log)).toBeCloseTo(1.5, 6)
    expect(() => secondsOfLog('nothing')).toThrow('no flush')
  })

  test('it is told what Varve is told', () => {
    const given = dbBenchArguments({ benchmark: 'fillrandom', timed: true, drained: true, threads: 64 }, settings)
    expect(given).toContain('--benchmarks=fillrandom,flush,waitforcompaction')
    expect(given).toContain(`--write_buffer_size=${SIZES.memtableBytes}`)
    expect(given).toContain(`--cache_size=${SIZES.cacheBytes}`)
    expect(given).toEqual(expect.arrayContaining(['--threads=64', '--duration=3', '--bloom_bits=10', '--seed=7']))
    expect(loadArguments(settings)[0]).toBe('--benchmarks=filluniquerandom,flush,waitforcompaction,compact')
  })

  test('what ends with its operations has no duration', () => {
    const given = dbBenchArguments({ benchmark: 'readrandom', warmed: true }, settings)
    expect(given[0]).toBe('--benchmarks=readseq,readrandom')
    expect(given.some((each) => each.startsWith('--duration'))).toBe(false)
  })
})
