import { describe, expect, test } from 'vitest'
import { leveled } from '../../src/compaction/leveled.ts'
import { nameOf, stateOf, textOf } from '../support/level-notation.ts'

const small = leveled({ sizeRatio: 10, level0Tables: 2, tableBytes: 10, maxLevels: 4 })

function pick(...lines: readonly string[]): string {
  const state = stateOf(...lines)
  return textOf(state, small.pick(state))
}

describe('leveled picks', () => {
  test('nothing while level 0 gathers its runs', () => {
    expect(pick('L0.5: a-z@4')).toBe('idle')
  })

  test('all of level 0 with what it overlaps, into the only level there is', () => {
    expect(pick('L0.6: b-k@4', 'L0.5: f-p@4', 'L3: a-c@5 d-q@5 r-z@5')).toBe('merge b-k f-p a-c d-q -> L3.0')
  })

  test('the range between two flushes too, which one output may span', () => {
    expect(pick('L0.6: a-f@4', 'L0.5: e-p@4 x-z@4', 'L3: q-r@10')).toBe('move x-z -> L3.0')
    expect(pick('L0.6: a-f@4 x-z@4', 'L0.5: e-p@4 w-y@4', 'L3: q-r@10')).toBe('merge a-f x-z e-p w-y q-r -> L3.0')
  })

  test('a move of level 0 together where its tables lie apart', () => {
    expect(pick('L0.6: k-p@4', 'L0.5: a-f@4', 'L3: q-z@10')).toBe('move k-p a-f -> L3.0')
  })

  test('a new base above a level that has grown large for its flushes', () => {
    expect(pick('L0.6: a-z@4', 'L0.5: a-z@4', 'L3: a-b@10 c-z@10')).toBe('merge a-z a-z a-b c-z -> L3.0')
    expect(pick('L0.6: a-z@4', 'L0.5: a-z@4', 'L3: a-b@20 c-z@20')).toBe('merge a-z a-z -> L2.0')
  })

  test('the table with the least overlap for its size out of a level above its target', () => {
    expect(pick('L2: a-e@10 f-j@10 k-p@10', 'L3: a-c@30 d-f@30 g-j@10 l-m@20 n-z@110')).toBe(
      'merge f-j d-f g-j -> L3.0',
    )
  })

  test('a move where nothing lies below, but not onto too much of the level after', () => {
    expect(pick('L2: a-e@15 f-j@10', 'L3: f-z@100')).toBe('move a-e -> L3.0')
    expect(pick('L1: a-e@15 f-j@14', 'L2: f-h@10', 'L3: a-e@90 f-z@10')).toBe('move a-e -> L2.0')
    expect(pick('L1: a-e@15 f-j@14', 'L2: f-h@10', 'L3: a-e@110 f-z@10')).toBe('merge a-e -> L2.0')
  })

  test('around busy tables, and nothing above a busy one', () => {
    expect(pick('L0.6: a-z@4!', 'L0.5: a-z@4', 'L0.4: a-z@4')).toBe('idle')
    expect(pick('L0.6: a-f@4', 'L0.5: a-f@4', 'L3: a-f@10!')).toBe('idle')
    expect(pick('L2: a-e@20 f-j@20 k-p@20', 'L3: a-c@10! k-z@200')).toBe('move f-j -> L3.0')
  })

  test('one run of a level on which another strategy left several', () => {
    expect(pick('L1.9: a-f@4', 'L1.4: c-z@4', 'L2: a-z@10')).toBe('merge a-f c-z -> L1.9')
  })

  test('outputs that end where the tables of the level after begin', () => {
    const state = stateOf('L0.6: a-z@4', 'L0.5: a-z@4', 'L3: a-b@20 c-q@20 r-z@20')
    const choice = small.pick(state)
    expect(choice.kind === 'merge' && choice.boundaries.map(nameOf)).toEqual(['a', 'c', 'r'])
  })
})

describe('leveled presses on writers', () => {
  test('from twice the runs that it merges, and stops them at five times', () => {
    const runs = (count: number): string[] => Array.from({ length: count }, (_, i) => `L0.${i}: a-z@4`)
    expect(small.pressure(stateOf(...runs(3)))).toEqual({ kind: 'none' })
    expect(small.pressure(stateOf(...runs(7)))).toEqual({ kind: 'slow', share: 0.5 })
    expect(small.pressure(stateOf(...runs(10)))).toEqual({ kind: 'stop' })
  })

  test('when half of the store lies above its targets', () => {
    const pressure = small.pressure(stateOf('L2: a-k@110', 'L3: a-z@100'))
    expect(pressure.kind === 'slow' && pressure.share).toBeGreaterThan(0.4)
  })
})

describe('leveled refuses', () => {
  test.each([
    { sizeRatio: 1 },
    { level0Tables: 0.5 },
    { tableBytes: 0 },
    { maxLevels: 65 },
    { baseBytes: Number.NaN },
    { size: 3 },
  ])('%o', (options) => {
    expect(() => leveled(options)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }))
  })
})
