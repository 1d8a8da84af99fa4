import { describe, expect, test } from 'vitest'
import { olderRanges, validateChoice } from '../../src/compaction/choice-rules.ts'
import type { Choice } from '../../src/compaction/strategy.ts'
import { nameOf, stateOf } from '../support/level-notation.ts'

function merge(tables: readonly number[], level: number, run = 0): Choice {
  return { kind: 'merge', tables, level, run, tableBytes: 10, boundaries: [] }
}

function move(tables: readonly number[], level: number, run = 0): Choice {
  return { kind: 'move', tables, level, run }
}

// Tables 1 to 7, in this order.
const state = stateOf('L0.9: a-f@1', 'L0.8: d-k@1', 'L0.7: h-p@1!', 'L1: a-e@1 m-q@1', 'L2: a-c@1 n-z@1')

describe('a choice is refused that', () => {
  test.each<[string, Choice, string]>([
    ['names no table', merge([], 1), 'names no table'],
    ['names a table that is not there', merge([1, 99], 1), 'not there'],
    ['names a table twice', merge([1, 1], 1), 'twice'],
    ['names a busy table', merge([3], 1), 'busy'],
    ['names an impossible level', merge([1], 64), 'out of bounds'],
    ['leaves a table out that lies between its inputs in age', merge([1, 4], 1), 'order of age'],
    ['sinks a newer table below an older one', move([2], 3), 'order of age'],
    ['lifts an older table above a newer one', merge([4], 0, 10), 'order of age'],
    ['merges beside a table in the way of the output', merge([5, 6], 1, 0), 'in the way'],
    ['moves a table onto another', move([5], 2), 'in the way'],
    ['moves overlapping tables to one run', move([1, 2], 0, 10), 'overlap'],
    ['drops a table and leaves an older one', { kind: 'drop', tables: [1] }, 'older table'],
    ['drops into the middle', { kind: 'drop', tables: [1, 4] }, 'older table'],
  ])('%s', (_, choice, rule) => {
    expect(() => validateChoice(state, choice)).toThrow(rule)
  })
})

test('a merge is refused whose output may reach over a table that overlaps no input', () => {
  const apart = stateOf('L0.9: a-b@1 y-z@1', 'L1: m-n@1')
  expect(() => validateChoice(apart, merge([1, 2], 1))).toThrow('table 3 is in the way')
  validateChoice(apart, move([1, 2], 1))
})

describe('a choice is allowed that', () => {
  test.each<[string, Choice]>([
    ['is idle', { kind: 'idle' }],
    ['merges the oldest tables of a key', merge([4, 6], 2)],
    ['merges a new run within its level', merge([1, 2], 0, 9)],
    ['moves what overlaps nothing there', move([4], 1, 5)],
  ])('%s', (_, choice) => {
    validateChoice(state, choice)
  })

  test('drops in order of age', () => {
    validateChoice(state, { kind: 'drop', tables: [6, 7] })
    expect(() => validateChoice(state, { kind: 'drop', tables: [5, 6] })).toThrow('older table')
  })
})

describe('older ranges', () => {
  const rangesOf = (choice: Choice): string[] =>
    olderRanges(state, choice).map((range) => `${nameOf(range.smallest)}-${nameOf(range.largest)}`)

  test('are what stays behind under the inputs, merged', () => {
    expect(rangesOf(merge([1, 2], 0, 9))).toEqual(['a-e', 'h-p'])
    expect(rangesOf(merge([1, 4], 1))).toEqual(['a-c', 'd-k'])
    expect(rangesOf(merge([5], 1))).toEqual(['n-z'])
  })

  test('are none at the bottom, whatever is newer', () => {
    expect(rangesOf(merge([6, 7], 2))).toEqual([])
    expect(rangesOf({ kind: 'idle' })).toEqual([])
  })
})
