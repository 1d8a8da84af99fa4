import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LatencyHistogram } from '../../src/observe/latency-histogram.ts'
import { latencyBoundsMs } from '../../src/observe/latency-statistics.ts'

/** Of every size that buckets have, the powers of two among them. */
const durations = fc.oneof(
  fc.double({ min: 2 ** -14, max: 2 ** 22, noNaN: true }),
  fc.double({ min: -14, max: 22, noNaN: true }).map((exponent) => 2 ** exponent),
  fc.integer({ min: -13, max: 22 }).map((exponent) => 2 ** exponent),
)
const weighted = fc.array(fc.tuple(durations, fc.integer({ min: 1, max: 40 })), { minLength: 1, maxLength: 300 })

function exactPercentile(sorted: readonly number[], share: number): number {
  return sorted[Math.ceil(share * sorted.length) - 1]!
}

function each(list: readonly (readonly [number, number])[]): number[] {
  return list.flatMap(([ms, weight]) => new Array<number>(weight).fill(ms)).sort((a, b) => a - b)
}

function histogramOf(list: readonly (readonly [number, number])[]): LatencyHistogram {
  const histogram = new LatencyHistogram()
  for (const [ms, weight] of list) histogram.record(ms, weight)
  return histogram
}

describe('a latency histogram', () => {
  test('is off by at most 1.6 % in every percentile', () => {
    const property = fc.property(weighted, (list) => {
      const sorted = each(list)
      const summary = histogramOf(list).summary()
      const shares = [0.5, 0.9, 0.99, 0.999]
      const found = [summary.p50Ms, summary.p90Ms, summary.p99Ms, summary.p999Ms]
      for (const [i, share] of shares.entries()) {
        const exact = exactPercentile(sorted, share)
        expect(Math.abs(found[i]! - exact)).toBeLessThanOrEqual(exact * 0.016)
      }
    })
    fc.assert(property, { numRuns: 200, seed: 7 })
  })

  test('is exact in its counts, mean, greatest value and buckets', () => {
    const property = fc.property(weighted, (list) => {
      const all = each(list)
      const { count, samples, totalMs, meanMs, maxMs, buckets } = histogramOf(list).summary()
      expect([count, samples, maxMs]).toEqual([all.length, list.length, all.at(-1)])
      expect(totalMs).toBeCloseTo(
        list.reduce((sum, [ms, weight]) => sum + ms * weight, 0),
        6,
      )
      expect(meanMs).toBe(totalMs / count)
      expect(buckets).toEqual(latencyBoundsMs.map((bound) => all.filter((ms) => ms <= bound).length))
    })
    fc.assert(property, { numRuns: 100, seed: 8 })
  })

  test('takes what is too small or too great for its buckets', () => {
    const histogram = new LatencyHistogram()
    for (const ms of [0, 1e-9, 2 ** 30]) histogram.record(ms)
    const { count, p50Ms, maxMs, buckets } = histogram.summary()
    expect([count, maxMs]).toEqual([3, 2 ** 30])
    expect(p50Ms).toBeLessThan(0.001)
    expect([buckets[0], buckets.at(-1)]).toEqual([2, 2])
  })

  test('says anew what came since the last look, and gives nothing of its own away', () => {
    const histogram = histogramOf([[1, 1]])
    const first = histogram.summary()
    first.buckets.fill(99)
    expect(histogram.summary().buckets).not.toContain(99)
    histogram.record(1000, 9)
    expect(histogram.summary()).toMatchObject({ count: 10, samples: 2, maxMs: 1000 })
    expect(histogram.summary().p50Ms).toBeGreaterThan(980)
  })

  test('of nothing is all zeros', () => {
    const { buckets, ...numbers } = new LatencyHistogram().summary()
    expect(Object.values(numbers)).toEqual(new Array(9).fill(0))
    expect(buckets).toEqual(latencyBoundsMs.map(() => 0))
  })

  test('never says more than the greatest value', () => {
    const histogram = new LatencyHistogram()
    for (let i = 0; i < 10; i++) histogram.record(1.25)
    const { p50Ms, p999Ms } = histogram.summary()
    expect(p50Ms).toBe(p999Ms)
    expect(p999Ms).toBeLessThanOrEqual(1.25)
  })
})
