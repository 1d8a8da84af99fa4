import { describe, expect, test } from 'vitest'
import { SeededRandom } from '../../bench/lab/random.ts'
import { Zipfian, zeta } from '../../bench/lab/workloads/zipfian.ts'

describe('Zipfian ranks', () => {
  test('zeta agrees with the plain sum, and with the constant that YCSB has for 10^10 items', () => {
    let plain = 0
    for (let i = 1; i <= 200_000; i++) plain += i ** -0.99
    expect(zeta(200_000, 0.99)).toBeCloseTo(plain, 9)
    expect(zeta(1e10, 0.99)).toBeCloseTo(26.46902820178302, 8)
    expect(zeta(2, 0.99)).toBe(1 + 2 ** -0.99)
  })

  test('come up in proportion to 1 / rank^theta', () => {
    const items = 1000
    const draws = 200_000
    const zipfian = new Zipfian(items, new SeededRandom(1))
    const counts = new Float64Array(items)
    for (let i = 0; i < draws; i++) counts[zipfian.next()]!++
    const expected = (rank: number): number => (draws * (rank + 1) ** -0.99) / zeta(items, 0.99)
    // The method is exact for the first two ranks and close for the others.
    for (const rank of [0, 1]) expect(counts[rank]! / expected(rank)).toBeCloseTo(1, 1)
    const tail = (from: number, to: number): number => counts.slice(from, to).reduce((sum, count) => sum + count, 0)
    let wanted = 0
    for (let rank = 100; rank < items; rank++) wanted += expected(rank)
    expect(tail(100, items) / wanted).toBeGreaterThan(0.95)
    expect(tail(100, items) / wanted).toBeLessThan(1.05)
  })

  test('lie in range for any number of items, and are the same for the same seed', () => {
    for (const items of [1, 2, 3, 10_000_000_000]) {
      const draw = (): number[] => {
        const zipfian = new Zipfian(items, new SeededRandom(7))
        return Array.from({ length: 500 }, () => zipfian.next())
      }
      expect(draw()).toEqual(draw())
      expect(draw().every((rank) => Number.isInteger(rank) && rank >= 0 && rank < items)).toBe(true)
    }
  })
})
