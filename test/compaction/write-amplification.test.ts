import { describe, expect, test } from 'vitest'
import { staticWriteAmplification } from '../../bench/lab/oracle/fluid.ts'
import { CompactionSimulator, ENTRY_BYTES } from '../../bench/simulator/compaction-simulator.ts'
import { leveled } from '../../src/compaction/leveled.ts'
import { sizeTiered } from '../../src/compaction/size-tiered.ts'
import { seededNumbers } from '../support/seeded-numbers.ts'

describe('size-tiered writes exactly what the count says', () => {
  test.each([
    [1, 4],
    [17, 4],
    [64, 4],
    [69, 4],
    [276, 4],
    [276, 8],
    [100, 10],
    [31, 2],
  ])('%i flushes, width %i', (flushes, width) => {
    const simulator = new CompactionSimulator(sizeTiered({ mergeWidth: width }))
    for (let i = 0; i < flushes; i++) {
      simulator.flush(Array.from({ length: 8 }, (_, k) => i + k * 1000))
      simulator.drain()
    }
    let writes = flushes
    for (let power = width; power <= flushes; power *= width) writes += power * Math.floor(flushes / power)
    expect(simulator.writeAmplification).toBeCloseTo(writes / flushes, 10)
  })
})

describe('leveled writes', () => {
  const flushEntries = 32
  const tableBytes = flushEntries * ENTRY_BYTES

  test('a sequential load once, however long', () => {
    const simulator = new CompactionSimulator(leveled({ tableBytes }))
    for (let i = 0; i < 400; i++) {
      simulator.flush(Array.from({ length: flushEntries }, (_, k) => i * flushEntries + k))
      simulator.drain()
    }
    expect(simulator.writeAmplification).toBeLessThanOrEqual(1.02)
    expect(simulator.moves).toBeGreaterThan(0)
  })

  test('a uniform load as the fluid model predicts', () => {
    const simulator = new CompactionSimulator(leveled({ tableBytes }))
    const random = seededNumbers(12345)
    const tree = {
      flushBytes: flushEntries * ENTRY_BYTES,
      tableBytes,
      level0Tables: 4,
      level1Bytes: 4 * flushEntries * ENTRY_BYTES,
      sizeRatio: 10,
    }
    for (let flush = 1; flush <= 1000; flush++) {
      simulator.flush(Array.from({ length: flushEntries }, random))
      simulator.drain()
      if (![17, 69, 276, 1000].includes(flush)) continue
      const low = staticWriteAmplification(flush, { ...tree, isAligned: true })
      const high = staticWriteAmplification(flush, { ...tree, isAligned: false })
      expect(simulator.writeAmplification).toBeGreaterThan(low * 0.85)
      expect(simulator.writeAmplification).toBeLessThan(high * 1.05)
    }
    const [level0, ...others] = simulator.levelBytes
    const above = others.slice(0, -1).reduce((sum, bytes) => sum + bytes, level0!)
    expect(above / others.at(-1)!).toBeLessThan(0.12)
  })
})
