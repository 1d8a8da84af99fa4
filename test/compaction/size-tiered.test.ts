import { describe, expect, test } from 'vitest'
import { sizeTiered } from '../../src/compaction/size-tiered.ts'
import { stateOf, textOf } from '../support/level-notation.ts'

const pairs = sizeTiered({ mergeWidth: 2, maxLevels: 3 })

function pick(...lines: readonly string[]): string {
  const state = stateOf(...lines)
  return textOf(state, pairs.pick(state))
}

describe('size-tiered picks', () => {
  test('nothing while no level has enough runs', () => {
    expect(pick('L0.9: a-z@1', 'L1.7: a-z@2')).toBe('idle')
  })

  test('the oldest runs of a level, whole, as the newest run of the next', () => {
    expect(pick('L0.9: a-z@1', 'L0.8: c-z@1', 'L0.7: b-c@1 f-z@1', 'L1.6: a-z@2')).toBe('merge c-z b-c f-z -> L1.8')
  })

  test('the deepest full level first', () => {
    expect(pick('L0.9: a-z@1', 'L0.8: a-z@1', 'L1.6: a-y@2', 'L1.4: a-x@2')).toBe('merge a-y a-x -> L2.6')
  })

  test('within the last level, which has no next', () => {
    expect(pick('L2.6: a-y@2', 'L2.4: a-x@2')).toBe('merge a-y a-x -> L2.6')
  })

  test('nothing on a level where a job runs: it could overtake that', () => {
    expect(pick('L0.9: a-z@1', 'L0.8: a-y@1', 'L0.7: a-x@1!', 'L0.6: a-w@1!')).toBe('idle')
  })
})

describe('size-tiered', () => {
  test('presses on writers by the fullest level', () => {
    const runs = (count: number): string[] => Array.from({ length: count }, (_, i) => `L1.${i}: a-z@4`)
    expect(pairs.pressure(stateOf(...runs(3)))).toEqual({ kind: 'none' })
    expect(pairs.pressure(stateOf(...runs(7)))).toEqual({ kind: 'slow', share: 0.5 })
    expect(pairs.pressure(stateOf(...runs(10)))).toEqual({ kind: 'stop' })
  })

  test('refuses options that it does not know, or that are out of bounds', () => {
    for (const options of [{ mergeWidth: 1 }, { mergeWidth: 2.5 }, { tableBytes: -1 }, { sizeRatio: 10 }]) {
      expect(() => sizeTiered(options)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }))
    }
    expect(Object.isFrozen(pairs)).toBe(true)
  })
})
