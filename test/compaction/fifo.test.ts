import { describe, expect, test } from 'vitest'
import { fifo } from '../../src/compaction/fifo.ts'
import type { CompactionStrategy } from '../../src/compaction/strategy.ts'
import { stateOf, textOf } from '../support/level-notation.ts'

function pick(strategy: CompactionStrategy, nowMs: number, ...lines: readonly string[]): string {
  const state = { ...stateOf(...lines), nowMs }
  return textOf(state, strategy.pick(state))
}

describe('fifo drops', () => {
  const bySize = fifo({ maxBytes: 10 })
  const byAge = fifo({ maxAgeMs: 100 })

  test('nothing without limits, however much there is', () => {
    const many = Array.from({ length: 500 }, (_, i) => `L0.${i}: a-z@1000000~1`)
    expect(pick(fifo(), 1e15, ...many)).toBe('idle')
    expect(fifo().pressure(stateOf(...many))).toEqual({ kind: 'none' })
    expect(fifo().drops).toBe(false)
    expect(fifo().wakeAtMs!(stateOf(...many))).toBeUndefined()
  })

  test('whole runs, the oldest first, until the rest fits', () => {
    expect(pick(bySize, 0, 'L0.3: a-c@5', 'L0.2: a-b@2 c-d@3')).toBe('idle')
    expect(pick(bySize, 0, 'L0.3: a-c@5', 'L0.2: a-b@2 c-d@4')).toBe('drop a-b c-d')
    expect(pick(bySize, 0, 'L0.9: a-c@5', 'L0.8: m-n@3', 'L0.7: a-b@4', 'L3: x-y@90')).toBe('drop a-b x-y')
  })

  test('never the newest run for its size', () => {
    expect(pick(bySize, 0, 'L0.3: a-c@50')).toBe('idle')
    expect(pick(bySize, 0, 'L0.3: a-c@50', 'L0.2: a-z@1')).toBe('drop a-z')
  })

  test('runs whose newest write is older than the age, but none behind one that stays', () => {
    expect(pick(byAge, 200, 'L0.3: a-c@5~150', 'L0.2: a-b@2~50 c-d@3~100')).toBe('idle')
    expect(pick(byAge, 201, 'L0.3: a-c@5~150', 'L0.2: a-b@2~50 c-d@3~100')).toBe('drop a-b c-d')
    expect(pick(byAge, 900, 'L0.3: a-c@5~150')).toBe('drop a-c')
    // A clock that was set back: the older run was stamped later.
    expect(pick(byAge, 201, 'L0.3: a-c@5~90', 'L0.2: a-b@2~150')).toBe('idle')
  })

  test('nothing that a job reads, nor what is newer than that', () => {
    expect(pick(byAge, 900, 'L0.3: a-c@5~1', 'L0.2: m-n@5~1!', 'L0.1: a-b@2~1')).toBe('drop a-b')
    expect(pick(byAge, 900, 'L0.3: a-c@5~1', 'L0.2: m-n@5~1!')).toBe('idle')
  })

  test('when it says that it will', () => {
    const state = stateOf('L0.3: a-c@5~150', 'L0.2: a-b@2~50 c-d@3~100')
    expect(byAge.wakeAtMs!(state)).toBe(201)
    expect(bySize.wakeAtMs!(state)).toBeUndefined()
    expect(byAge.wakeAtMs!(stateOf())).toBeUndefined()
  })
})

test('fifo presses by what waits to be dropped, not by what stays', () => {
  const strategy = fifo({ maxBytes: 100 })
  const runs = (count: number) => stateOf(...Array.from({ length: count }, (_, i) => `L0.${i}: a-z@10`))
  expect(strategy.pressure(runs(17))).toEqual({ kind: 'none' })
  expect(strategy.pressure(runs(34))).toEqual({ kind: 'slow', share: 0.5 })
  expect(strategy.pressure(runs(50))).toEqual({ kind: 'stop' })
})

test.each([{ maxBytes: 0 }, { maxAgeMs: -1 }, { maxAgeMs: 1.5 }, { maxRuns: 3 }])('fifo refuses %o', (options) => {
  expect(() => fifo(options as object)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }))
})

test.each<[options: unknown, given: string]>([
  [null, 'null'],
  [5, '5'],
  [{ maxBytes: '1 GiB' }, 'a string'],
  [{ maxBytes: 0 }, '0'],
])('fifo says what it was given: %o', (options, given) => {
  expect(() => fifo(options as object)).toThrow(
    expect.objectContaining({ code: 'INVALID_ARGUMENT', message: expect.stringMatching(`given was ${given}$`) }),
  )
})
