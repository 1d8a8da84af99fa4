import { describe, expect, test } from 'vitest'
import { fifoWritten } from '../../bench/lab/oracle/fifo.ts'
import { overwriting, staticWriteAmplification } from '../../bench/lab/oracle/fluid.ts'
import { flushesOf, flushRecords, flushUserBytes } from '../../bench/lab/oracle/flush.ts'
import { leveledWritten } from '../../bench/lab/oracle/leveled.ts'
import { sizeTieredWritten } from '../../bench/lab/oracle/size-tiered.ts'
import { flushesByWindow, timeWindowWritten } from '../../bench/lab/oracle/time-window.ts'
import { writeAmplification } from '../../bench/lab/oracle/written.ts'
import { sizeTiered } from '../../src/compaction/size-tiered.ts'
import { open } from '../../src/database/open.ts'
import { MemoryFileSystem } from '../../src/fs/memory-file-system.ts'
import { drained } from '../support/lab-load.ts'

const MIB = 1 << 20
const equal = (count: number, size: number): number[] => new Array<number>(count).fill(size)

describe('records per flush, from the entry layout,', () => {
  test.each([
    [4096, 16, 100, 1],
    [65_536, 16, 100, 1],
    [65_536, 16, 100, 7],
    [65_536, 16, 100, 100],
    [20_000, 8, 0, 13],
    [50_000, 5, 1000, 1],
    [65_536, 16, 100, 1000],
  ])(
    'are what a memtable of %i bytes takes: keys of %i, values of %i, %i at a time',
    async (memtableBytes, ...sizes) => {
      const [keyBytes, valueBytes, groupRecords] = sizes
      const records = flushRecords({ memtableBytes, keyBytes, valueBytes, groupRecords })
      const options = { memtableBytes, fileSystem: new MemoryFileSystem(), compaction: sizeTiered({ mergeWidth: 64 }) }
      await using store = await open('/store', { ...options, durability: 'process' })
      const value = new Uint8Array(valueBytes)
      let next = 0
      const put = async (count: number): Promise<void> => {
        for (let i = 0; i < count; i += groupRecords) {
          const batch = Array.from({ length: groupRecords }, () => {
            return { type: 'put' as const, key: String(next++).padStart(keyBytes, '0'), value }
          })
          await store.batch(batch)
        }
        await drained(store)
      }
      for (let flushes = 0; flushes < 3; flushes++) {
        await put(records - (flushes === 0 ? 0 : groupRecords))
        expect(store.stats().flushes).toBe(flushes)
        await put(groupRecords)
        expect(store.stats().flushes).toBe(flushes + 1)
      }
    },
  )

  test('leave a rest for the last flush', () => {
    const shape = { memtableBytes: 4 * MIB, keyBytes: 16, valueBytes: 100 }
    const full = flushRecords(shape)
    expect(flushUserBytes(4 * MIB, 16, 100)).toBe(full * 116)
    expect(full).toBeGreaterThan(31_770)
    expect(full).toBeLessThan(31_776)
    expect(flushesOf(3 * full + 5, shape)).toEqual([full, full, full, 5])
  })
})

describe('exact counts', () => {
  test('size-tiered: the closed form, wherever it holds', () => {
    for (const width of [2, 4, 8, 10]) {
      for (const flushes of [1, 3, 17, 64, 276, 1000]) {
        let writes = flushes
        for (let power = width; power <= flushes; power *= width) writes += power * Math.floor(flushes / power)
        const written = sizeTieredWritten(equal(flushes, 1), { mergeWidth: width, levels: 64 })
        expect(written.flushed + written.merged).toBe(writes)
      }
    }
  })

  test('time windows: the published values for so many flushes in a window', () => {
    const values: [flushes: number, amplification: number][] = [
      [1, 1],
      [2, 2],
      [4, 2],
      [8, 3],
      [16, 3],
      [64, 4],
      [256, 5],
    ]
    for (const [flushes, amplification] of values) {
      const windows = [equal(flushes, 1), equal(flushes, 1), equal(flushes, 1)]
      expect(writeAmplification(timeWindowWritten(windows, 4, false))).toBe(amplification)
      expect(timeWindowWritten(windows, 4, false).runs).toBe(3)
    }
    expect(flushesByWindow([40, 40, 40, 40], 100)).toEqual([
      [40, 40],
      [40, 40],
    ])
    expect(flushesByWindow([40, 40, 400, 40], 100)).toEqual([[40, 40], [], [], [], [400], [40]])
  })

  test('fifo: once, and of what was written the newest that fits', () => {
    expect(fifoWritten([10, 10, 10, 10])).toEqual({ flushed: 40, merged: 0, runs: 4, kept: 40, dropped: 0 })
    expect(fifoWritten([10, 10, 10, 4], 25)).toEqual({ flushed: 34, merged: 0, runs: 3, kept: 24, dropped: 10 })
    expect(fifoWritten([10, 50], 25).runs).toBe(1)
  })
})

describe('the fluid model of a leveled tree', () => {
  // RocksDB's blog on aligned output boundaries: fillrandom, 25.88 GB flushed, 400 M draws of as many keys, tables of 32 MiB, a first level
  // of 256 MiB. A memtable of 64 MiB is 36 MiB in a table, at the run's compression of 0.56.
  const rocks = { flushBytes: 36 * MIB, tableBytes: 32 * MIB, level0Tables: 4, level1Bytes: 256 * MIB, sizeRatio: 10 }
  const flushedBytes = 25.88e9

  test.each([
    [false, 11.05],
    [true, 9.66],
  ])('gives what RocksDB has published (outputs aligned: %s, %d)', (isAligned, published) => {
    const flushes = Math.round(flushedBytes / rocks.flushBytes)
    const predicted = staticWriteAmplification(flushes, { ...rocks, isAligned }, overwriting(flushedBytes))
    expect(Math.abs(predicted / published - 1)).toBeLessThan(0.02)
  })

  test('gives the reference values for new keys', () => {
    const tree = { flushBytes: 4 * MIB, tableBytes: 2 * MIB, level0Tables: 4, level1Bytes: 16 * MIB, sizeRatio: 10 }
    expect(staticWriteAmplification(276, { ...tree, isAligned: false })).toBeCloseTo(9.75, 0)
    expect(staticWriteAmplification(276, { ...tree, isAligned: true })).toBeCloseTo(8.4, 1)
  })

  test('keeps all bytes of new keys, and no more than all keys of those overwritten', () => {
    const inserted = leveledWritten(equal(300, 4 * MIB), { tableBytes: 2 * MIB })
    expect(inserted.levels.reduce((sum, bytes) => sum + bytes)).toBeCloseTo(1200 * MIB, -1)
    const overwritten = leveledWritten(equal(300, 4 * MIB), { tableBytes: 2 * MIB }, 400 * MIB)
    expect(overwritten.levels.at(-1)!).toBeLessThanOrEqual(400 * MIB)
    const above = overwritten.levels.slice(0, -1).reduce((sum, bytes) => sum + bytes)
    expect(above).toBeLessThan(0.2 * 400 * MIB)
  })
})
