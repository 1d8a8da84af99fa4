import { describe, expect, test } from 'vitest'
import { fifoWritten } from '../../bench/lab/oracle/fifo.ts'
import { flushesOf } from '../../bench/lab/oracle/flush.ts'
import { leveledWritten } from '../../bench/lab/oracle/leveled.ts'
import { sizeTieredWritten } from '../../bench/lab/oracle/size-tiered.ts'
import { flushesByWindow, timeWindowWritten } from '../../bench/lab/oracle/time-window.ts'
import { type Written, writeAmplification } from '../../bench/lab/oracle/written.ts'
import { fifo } from '../../src/compaction/fifo.ts'
import { leveled } from '../../src/compaction/leveled.ts'
import { sizeTiered } from '../../src/compaction/size-tiered.ts'
import { timeWindow } from '../../src/compaction/time-window.ts'
import type { StoreStatistics } from '../../src/kv-store/statistics.ts'
import { labLoad, measuredAmplification } from '../support/lab-load.ts'
import { seededNumbers } from '../support/seeded-numbers.ts'

const shape = { memtableBytes: 64 << 10, keyBytes: 16, valueBytes: 100, groupRecords: 20 }
const USER_BYTES = 116

function expectAgreement(measured: StoreStatistics, predicted: Written, tolerance: number): void {
  const ratio = measuredAmplification(measured) / writeAmplification(predicted)
  expect(Math.abs(ratio - 1), `measured over predicted: ${ratio}`).toBeLessThan(tolerance)
}

function runsOf({ levels }: StoreStatistics): number {
  return levels.reduce((sum, level) => sum + level.runs, 0)
}

test('fifo writes once, to 1 %, and keeps what fits', async () => {
  const records = 40_000
  const flushes = flushesOf(records, shape)
  const whole = await labLoad({ records, compaction: fifo(), shape })
  expectAgreement(whole, fifoWritten(flushes), 0.01)
  expect([whole.flushes, runsOf(whole)]).toEqual([flushes.length, flushes.length])
  const bytesPerRecord = whole.writtenBytes.flush / records
  const maxBytes = 1_000_000
  const limited = await labLoad({ records, compaction: fifo({ maxBytes }), shape })
  const predicted = fifoWritten(flushes, maxBytes / bytesPerRecord)
  expectAgreement(limited, predicted, 0.01)
  expect(runsOf(limited)).toBe(predicted.runs)
  expect(Math.abs(limited.droppedBytes / (predicted.dropped * bytesPerRecord) - 1)).toBeLessThan(0.01)
})

describe('size-tiered agrees with the exact count, to 3 %', () => {
  test.each([
    [2, 40_000],
    [4, 40_000],
    [8, 40_000],
  ])('width %i, %i records', async (mergeWidth, records) => {
    const compaction = sizeTiered({ mergeWidth, tableBytes: 256 << 10 })
    const predicted = sizeTieredWritten(flushesOf(records, shape), { mergeWidth, levels: 64 })
    const measured = await labLoad({ records, compaction, shape })
    expectAgreement(measured, predicted, 0.03)
    expect(runsOf(measured)).toBe(predicted.runs)
  })
})

describe('time windows agree with the exact count, to 3 %', () => {
  test.each([
    [4, 4000],
    [4, 13_000],
    [2, 6500],
  ])('width %i, %i records in a window of an hour', async (mergeWidth, windowRecords) => {
    const records = 40_000
    const windowMs = 3_600_000
    const compaction = timeWindow({ windowMs, mergeWidth, tableBytes: 256 << 10 })
    // The first window of the clock begins where the first record is written.
    const offsetMs = windowMs - (1_700_000_000_000 % windowMs)
    const clockAt = (index: number): number => offsetMs + Math.floor((index / windowRecords) * windowMs)
    const measured = await labLoad({ records, compaction, shape, clockAt })
    const predicted = timeWindowWritten(flushesByWindow(flushesOf(records, shape), windowRecords), mergeWidth, true)
    expectAgreement(measured, predicted, 0.03)
    expect(runsOf(measured)).toBe(predicted.runs)
  })
})

describe('leveled agrees with the fluid model, to 10 %', () => {
  const configuration = { tableBytes: 256 << 10 }
  const shape = { memtableBytes: 256 << 10, keyBytes: 16, valueBytes: 100, groupRecords: 100 }
  const bytesOf = (flushes: readonly number[]): number[] => flushes.map((count) => count * USER_BYTES)

  test('for 200,000 new records in random order', async () => {
    const records = 200_000
    const measured = await labLoad({ records, compaction: leveled(configuration), shape })
    expectAgreement(measured, leveledWritten(bytesOf(flushesOf(records, shape)), configuration), 0.1)
  }, 60_000)

  test('for a small size ratio', async () => {
    const records = 100_000
    const small = { ...configuration, sizeRatio: 4 }
    const measured = await labLoad({ records, compaction: leveled(small), shape })
    expectAgreement(measured, leveledWritten(bytesOf(flushesOf(records, shape)), small), 0.1)
  }, 60_000)

  test('for 80,000 records that overwrite 40,000', async () => {
    const random = seededNumbers(11)
    const keys = 40_000
    const load = (records: number): Promise<StoreStatistics> =>
      labLoad({
        records,
        compaction: leveled(configuration),
        shape,
        recordAt: (index) => (index < keys ? index : random() % keys),
      })
    const [before, after] = [await load(keys), await load(120_000)]
    const flushed = after.writtenBytes.flush - before.writtenBytes.flush
    const merged = after.writtenBytes.compaction - before.writtenBytes.compaction
    const predicted = leveledWritten(bytesOf(flushesOf(80_000, shape)), configuration, keys * USER_BYTES)
    const ratio = (flushed + merged) / flushed / writeAmplification(predicted)
    expect(Math.abs(ratio - 1), `measured over predicted: ${ratio}`).toBeLessThan(0.1)
  }, 60_000)
})
