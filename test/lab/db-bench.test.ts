import { describe, expect, test } from 'vitest'
import { dbBenchArguments, parseDbBench } from '../../bench/lab/db-bench.ts'

const OUTPUT = `RocksDB:    version 7.8.3
fillrandom   :       7.287 micros/op 137212 ops/sec 1.093 seconds 150000 operations;   15.2 MB/s
STATISTICS:
rocksdb.compact.write.bytes COUNT : 4000
rocksdb.flush.write.bytes COUNT : 1000
rocksdb.flush.write.bytes.of.something COUNT : 7
`

describe('db_bench', () => {
  test('is read by its exact counts', () => {
    expect(parseDbBench('fillrandom', OUTPUT)).toEqual({
      version: '7.8.3',
      operationsPerSecond: 137_212,
      flushBytes: 1000,
      compactionBytes: 4000,
      writeOfFlushes: 5,
    })
    expect(() => parseDbBench('fillseq', OUTPUT)).toThrow('fillseq')
    expect(() => parseDbBench('fillrandom', OUTPUT.replace('flush.write', 'flush.read'))).toThrow('printed nothing')
  })

  test('is told the same as the store, and drained before it is counted', () => {
    const settings = { records: 10, memtableBytes: 1, baseBytes: 2, tableBytes: 3, seed: 4 }
    const given = dbBenchArguments('overwrite', 'here', settings)
    expect(given[0]).toBe('--benchmarks=overwrite,flush,waitforcompaction')
    expect(given).toEqual(
      expect.arrayContaining(['--use_existing_db=1', '--bloom_bits=10', '--compression_type=none', '--threads=1']),
    )
    expect(dbBenchArguments('fillrandom', 'here', settings)).toContain('--use_existing_db=0')
  })
})
