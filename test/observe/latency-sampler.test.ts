import { describe, expect, test } from 'vitest'
import { LatencySampler } from '../../src/observe/latency-sampler.ts'

/** A clock that a test moves, and that counts how often it was asked. */
class CountedClock {
  nowMs = 0
  reads = 0

  monotonic(): number {
    this.reads++
    return this.nowMs
  }
}

function load(sampler: LatencySampler, clock: CountedClock, operations: number, slowEach: number): void {
  for (let i = 0; i < operations; i++) {
    const stopwatch = sampler.start()
    clock.nowMs += i % slowEach === 0 ? 100 : 1
    stopwatch?.stop()
  }
}

describe('a sampler', () => {
  test('reads the clock for one operation in as many as it was told', () => {
    const clock = new CountedClock()
    load(new LatencySampler(clock, 16), clock, 100_000, 1000)
    expect(clock.reads / 2).toBeGreaterThan(100_000 / 16.8)
    expect(clock.reads / 2).toBeLessThan(100_000 / 15.2)
  })

  test('counts each sample for the operations that it stands for', () => {
    const clock = new CountedClock()
    const sampler = new LatencySampler(clock, 16)
    load(sampler, clock, 100_000, 1000)
    const { count, samples } = sampler.histogram.summary()
    expect(samples).toBe(clock.reads / 2)
    expect(count).toBeGreaterThan(100_000 - 31)
    expect(count).toBeLessThanOrEqual(100_000)
  })

  test('is not in step with a load that repeats itself', () => {
    const clock = new CountedClock()
    const sampler = new LatencySampler(clock, 16)
    load(sampler, clock, 200_000, 16)
    const { buckets, count } = sampler.histogram.summary()
    const slow = 1 - buckets[15]! / count
    expect(slow).toBeGreaterThan(0.9 / 16)
    expect(slow).toBeLessThan(1.1 / 16)
  })

  test('measures the same operations each time', () => {
    const measured = [1, 2].map(() => {
      const sampler = new LatencySampler(new CountedClock(), 64)
      return Array.from({ length: 1000 }, () => sampler.start() !== undefined)
    })
    expect(measured[0]).toEqual(measured[1])
    expect(measured[0]).toContain(true)
  })

  test('measures what must always be, without moving the others', () => {
    const sampler = new LatencySampler(new CountedClock(), 16)
    const plain = Array.from({ length: 200 }, () => sampler.start() !== undefined)
    const other = new LatencySampler(new CountedClock(), 16)
    const mixed = Array.from({ length: 200 }, () => {
      expect(other.start(true)).toBeDefined()
      return other.start() !== undefined
    })
    expect(mixed).toEqual(plain)
  })

  test('records nothing of an operation that fails', () => {
    const sampler = new LatencySampler(new CountedClock(), 1)
    sampler.start()
    sampler.start()?.stop()
    expect(sampler.histogram.summary().samples).toBe(1)
  })

  test('stops at the moment when a promise is resolved', () => {
    const clock = new CountedClock()
    const sampler = new LatencySampler(clock, 1)
    let resolved = 0
    const resolve = sampler.start()!.stopping((value: number) => {
      resolved = value
    })
    clock.nowMs = 7
    resolve(42)
    expect([resolved, sampler.histogram.summary().maxMs]).toEqual([42, 7])
  })
})
