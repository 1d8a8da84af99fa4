import { describe, expect, test } from 'vitest'
import { leveled } from '../../src/compaction/leveled.ts'
import { pickRange } from '../../src/compaction/range.ts'
import { sizeTiered } from '../../src/compaction/size-tiered.ts'
import type { CompactionState, CompactionStrategy } from '../../src/compaction/strategy.ts'
import { keyOf, stateOf, textOf } from '../support/level-notation.ts'

const levels = leveled({ maxLevels: 4 })
const tiers = sizeTiered()

function pick(state: CompactionState, strategy: CompactionStrategy, lower?: string, upper?: string): string {
  return textOf(state, pickRange(state, strategy, keyOr(lower), keyOr(upper)))
}

function keyOr(text: string | undefined): Uint8Array | undefined {
  return text === undefined ? undefined : keyOf(text)
}

describe('compacting a range', () => {
  const state = stateOf('L0.9: b-d@1', 'L2: a-b@1 d-g@1 m-o@1', 'L3: g-h@1 k-l@1 p-q@1')

  test('takes what it touches, and what that touches, to the bottom', () => {
    expect(pick(state, levels, 'c', 'c')).toBe('merge b-d a-b d-g g-h -> L3.0')
    expect(pick(state, levels, 'm', 'n')).toBe('merge m-o -> L3.0')
    expect(pick(state, levels, 'n')).toBe('merge m-o p-q -> L3.0')
    expect(pick(state, levels, undefined, 'a')).toBe('merge b-d a-b d-g g-h -> L3.0')
    expect(pick(state, levels)).toBe('merge b-d a-b d-g m-o g-h k-l p-q -> L3.0')
  })

  test('has nothing to do where there is nothing, or one run at the bottom', () => {
    expect(pick(state, levels, 'r', 'z')).toBe('idle')
    expect(pick(state, levels, 'k', 'q')).toBe('merge m-o k-l p-q -> L3.0')
    expect(pick(state, levels, 'p', 'q')).toBe('idle')
    expect(pick(stateOf(), levels)).toBe('idle')
  })

  test('is not done while there are tombstones at the bottom', () => {
    const [level] = stateOf('L0.1: a-b@1').levels
    const [run] = level!.runs
    const deleted = { ...run!, tables: [{ ...run!.tables[0]!, level: 3, tombstones: 1 }] }
    const empty = { runs: [], bytes: 0 }
    const bottomed = { levels: [empty, empty, empty, { runs: [deleted], bytes: 1 }], busy: new Set<number>(), nowMs: 0 }
    expect(pick(bottomed, levels)).toBe('merge a-b -> L3.1')
  })

  test('names no busy table', () => {
    expect(pick(stateOf('L0.9: b-d@1', 'L2: a-b@1!'), levels)).toBe('idle')
  })

  test('takes numbered runs whole, to the number of the newest taken', () => {
    const runs = stateOf('L0.9: a-c@1 x-z@1', 'L0.8: f-g@1', 'L1.6: b-d@1 m-n@1', 'L1.2: p-q@1')
    expect(pick(runs, tiers, 'a', 'a')).toBe('merge a-c x-z f-g b-d m-n p-q -> L1.9')
    expect(pick(runs, tiers, 'f', 'f')).toBe('merge f-g -> L1.8')
  })
})
