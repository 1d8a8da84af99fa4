import { describe, expect, test } from 'vitest'
import type { CompactionStrategy } from '../../src/compaction/strategy.ts'
import { timeWindow } from '../../src/compaction/time-window.ts'
import { stateOf, textOf } from '../support/level-notation.ts'

const plain = timeWindow({ windowMs: 100, mergeWidth: 3 })
const expiring = timeWindow({ windowMs: 100, mergeWidth: 3, maxAgeMs: 250 })

function pick(strategy: CompactionStrategy, nowMs: number, ...lines: readonly string[]): string {
  const state = { ...stateOf(...lines), nowMs }
  return textOf(state, strategy.pick(state))
}

describe('while a window is open', () => {
  test('runs of one level become one of the next, the oldest first', () => {
    expect(pick(plain, 199, 'L0.6: a-z@1~140', 'L0.5: a-z@1~130')).toBe('idle')
    expect(pick(plain, 199, 'L0.7: x-z@1~150', 'L0.6: a-c@1~140', 'L0.5: a-d@1~130', 'L0.4: a-e@1~120')).toBe(
      'merge a-c a-d a-e -> L1.6',
    )
    expect(pick(plain, 199, 'L1.7: a-z@1~150', 'L1.6: a-c@1~140', 'L1.5: a-d@1~130')).toBe('merge a-z a-c a-d -> L2.7')
  })

  test('runs of older windows are not among them', () => {
    const old = ['L9.3: a-f@1~90']
    expect(pick(plain, 199, 'L0.6: a-c@1~140', 'L0.5: a-d@1~130', ...old)).toBe('idle')
    expect(pick(plain, 199, 'L0.6: a-c@1~140', 'L0.5: a-d@1~130', 'L0.4: a-e@1~101', ...old)).toBe(
      'merge a-c a-d a-e -> L1.6',
    )
  })

  test('a run that spans two windows belongs to the newer one', () => {
    const state = stateOf('L0.6: a-c@1~140', 'L0.5: a-d@1~130', 'L9.3: a-f@1~90')
    const table = { ...state.levels[0]!.runs[1]!.tables[0]!, oldestMs: 80 }
    const level0 = { ...state.levels[0]!, runs: [state.levels[0]!.runs[0]!, { number: 5, tables: [table], bytes: 1 }] }
    const spanning = { levels: [level0, ...state.levels.slice(1)], busy: new Set<number>(), nowMs: 150 }
    expect(textOf(spanning, plain.pick(spanning))).toBe('idle')
    expect(textOf(spanning, plain.pick({ ...spanning, nowMs: 200 }))).toBe('merge a-c a-d -> L9.6')
  })
})

describe('when a window closes', () => {
  test('its runs become one below, over all of its levels, before anything newer is merged', () => {
    const newer = ['L0.9: a-z@1~230', 'L0.8: a-z@1~220', 'L0.7: a-z@1~210']
    const closed = ['L0.6: a-c@1~199', 'L1.5: a-d@1~130', 'L9.2: a-z@1~50']
    expect(pick(plain, 250, ...newer, ...closed)).toBe('merge a-c a-d -> L9.6')
    expect(pick(plain, 250, ...newer, 'L9.6: a-d@2~199', 'L9.2: a-z@1~50')).toBe('merge a-z a-z a-z -> L1.9')
  })

  test('a single run is moved, once a newer one has come', () => {
    expect(pick(plain, 250, 'L0.6: a-c@1~150')).toBe('idle')
    expect(pick(plain, 250, 'L0.7: a-z@1~240', 'L0.6: a-c@1~150')).toBe('move a-c -> L9.6')
    expect(pick(plain, 250, 'L0.7: a-z@1~240', 'L9.6: a-c@1~150')).toBe('idle')
  })

  test('a late run is merged with its window again', () => {
    expect(pick(plain, 250, 'L0.7: b-c@1~160', 'L9.6: a-c@9~150', 'L9.2: a-z@1~50')).toBe('merge b-c a-c -> L9.7')
    // It is stamped by a clock that was set back: in the order of age it is as new as any.
    expect(pick(plain, 250, 'L0.7: b-c@1~30', 'L9.6: a-c@9~150', 'L9.2: a-z@1~50')).toBe('merge b-c a-c -> L9.7')
  })

  test('nothing is done around a busy run, for what is newer may not sink below it', () => {
    const newer = ['L0.9: a-z@1~230', 'L0.8: a-z@1~220', 'L0.7: a-z@1~210']
    expect(pick(plain, 250, ...newer, 'L0.6: a-c@1~199', 'L1.5: a-d@1~130!')).toBe('idle')
  })

  test('more runs than can be merged at once are first made fewer', () => {
    const many = Array.from({ length: 300 }, (_, i) => `L0.${i + 1}: a-z@1~150`)
    expect(pick(plain, 250, ...many)).toBe('merge a-z a-z a-z -> L1.3')
    expect(pick(plain, 250, ...many.slice(0, 5))).toBe('merge a-z a-z a-z a-z a-z -> L9.5')
  })

  test('what a leveled store has left gets numbers in the order of age', () => {
    expect(pick(plain, 450, 'L0.9: a-z@1~430', 'L5.0: a-m@1~350', 'L6.0: a-z@5~150')).toBe('move a-z -> L9.0')
    expect(pick(plain, 450, 'L0.9: a-z@1~430', 'L5.0: a-m@1~350', 'L9.0: a-z@5~150')).toBe('move a-m -> L9.1')
  })
})

describe('whole windows are dropped', () => {
  test('once their newest write has expired, the oldest first, and before anything is merged', () => {
    const lines = ['L0.9: a-z@1~430', 'L9.7: a-c@1~299', 'L9.6: a-d@1~120', 'L9.2: e-f@1~50']
    expect(pick(expiring, 370, ...lines)).toBe('drop e-f')
    expect(pick(expiring, 371, ...lines)).toBe('drop a-d e-f')
    expect(pick(expiring, 900, 'L0.5: a-c@1~120', 'L0.4: a-d@1~110')).toBe('drop a-c a-d')
  })

  test('never the open one, though its writes be older', () => {
    const brief = timeWindow({ windowMs: 1000, maxAgeMs: 10 })
    expect(pick(brief, 999, 'L0.5: a-c@1~120')).toBe('idle')
    expect(pick(brief, 1000, 'L0.5: a-c@1~120')).toBe('drop a-c')
  })

  test('none behind one that stays or is busy', () => {
    expect(pick(expiring, 700, 'L9.6: a-d@1~250', 'L9.2: e-f@1~650!')).toBe('idle')
    expect(pick(expiring, 700, 'L9.6: a-d@1~250', 'L9.2: e-f@1~50!')).toBe('idle')
  })
})

test('it is due when the open window closes with more than one run, or the oldest expires', () => {
  expect(plain.wakeAtMs!(stateOf('L0.6: a-c@1~140'))).toBeUndefined()
  expect(plain.wakeAtMs!(stateOf('L0.7: a-c@1~150', 'L0.6: a-c@1~140'))).toBe(200)
  expect(plain.wakeAtMs!({ ...stateOf('L0.7: a-c@1~150', 'L0.6: a-c@1~140'), nowMs: 300 })).toBeUndefined()
  expect(expiring.wakeAtMs!(stateOf('L0.7: a-c@1~150', 'L9.6: a-c@1~40'))).toBe(291)
  expect(expiring.wakeAtMs!(stateOf())).toBeUndefined()
  expect([plain.drops, expiring.drops]).toEqual([false, true])
})

test('it presses by the fullest level of a window', () => {
  const runs = (count: number) => stateOf(...Array.from({ length: count }, (_, i) => `L0.${i}: a-z@1~50`))
  expect(plain.pressure(runs(5))).toEqual({ kind: 'none' })
  expect(plain.pressure(runs(9))).toEqual({ kind: 'slow', share: 1 / 3 })
  expect(plain.pressure(runs(15))).toEqual({ kind: 'stop' })
  const windows = Array.from({ length: 40 }, (_, i) => `L9.${i}: a-z@1~${i * 100}`)
  expect(plain.pressure(stateOf(...windows))).toEqual({ kind: 'none' })
})

test.each([{ windowMs: 0 }, { mergeWidth: 1 }, { maxAgeMs: 0 }, { window: 3 }])('it refuses %o', (options) => {
  expect(() => timeWindow(options as object)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }))
})
