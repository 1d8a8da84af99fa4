import { describe, expect, test } from 'vitest'
import { median, quantile } from '../../bench/statistics.ts'

describe('statistics of benchmarks', () => {
  test('a quantile is the value of the nearest rank', () => {
    const hundred = Array.from({ length: 100 }, (_, i) => i + 1)
    expect([0, 0.5, 0.99, 0.991, 1].map((share) => quantile(hundred, share))).toEqual([1, 50, 99, 100, 100])
    expect(quantile([7], 0.5)).toBe(7)
    expect(quantile([], 0.5)).toBeNaN()
  })

  test('a median of an even number of values lies between the middle ones', () => {
    expect(median([9, 1, 5])).toBe(5)
    expect(median([9, 1, 5, 6])).toBe(5.5)
  })
})
