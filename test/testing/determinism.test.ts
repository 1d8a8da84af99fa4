import { expect, test } from 'vitest'
import { tracedHistory } from '../support/traced-history.ts'

test('100 seeds: each history is the same a second time, call by call, answer by answer, and no two are alike', async () => {
  const hashes = new Set<string>()
  for (let seed = 0; seed < 100; seed++) {
    const first = await tracedHistory(seed, { lives: 3 })
    const second = await tracedHistory(seed, { lives: 3 })
    expect([seed, second.hash]).toEqual([seed, first.hash])
    expect(second.answers).toEqual(first.answers)
    hashes.add(first.hash)
  }
  expect(hashes.size).toBe(100)
}, 300_000)
