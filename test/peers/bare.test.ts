import { expect, test } from 'vitest'
import { SIZES } from '../../bench/peers/cell.ts'
import { BARE, circleOfLines, walk } from '../../bench/peers/work/bare.ts'

const LINE_WORDS = 16

test('a walk through memory meets each line once before it is back, and in no order', () => {
  const next = circleOfLines(64_000, 1)
  const met: number[] = []
  for (let at = 0; met.length < 1000; at = next[at]!) met.push(at)
  expect([...met].sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, line) => line * LINE_WORDS))
  expect([0, 1, 2, 999, 1000].map((steps) => walk(next, 0, steps))).toEqual([0, met[1], met[2], met[999], 0])
  expect(met.filter((at, i) => at === (met[i - 1] ?? at) + LINE_WORDS).length).toBeLessThan(20)
  expect(circleOfLines(64_000, 1)).toEqual(next)
})

test('reads of memory are as many as were asked for', () => {
  const shape = { records: 1000, valueBytes: 100 }
  const request = {
    work: 'scale-get-sync',
    subject: 'memory',
    shape,
    milliseconds: 10,
    seed: 1,
    directory: '',
  } as const
  const { operations, perSecond } = BARE.memory!({ ...request, sizes: SIZES, operations: 5000 })
  expect(operations).toBe(5000)
  expect(perSecond).toBeGreaterThan(0)
})
