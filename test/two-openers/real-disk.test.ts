import { afterEach, beforeEach, expect, test } from 'vitest'
import { temporaryDirectory } from '../support/file-system-place.ts'
import { OpenerRounds } from '../support/opener-rounds.ts'

const ROUNDS = 50

let place: ReturnType<typeof temporaryDirectory>
beforeEach(() => {
  place = temporaryDirectory()
})
afterEach(() => place.remove())

test('of processes, threads and twice one process that open a store at once, one gets it; a killed one needs no cleaning up', {
  timeout: 240_000,
}, async () => {
  const rounds = await OpenerRounds.begin(`${place.directory}/store`, 1)
  try {
    for (let i = 0; i < ROUNDS; i++) await rounds.round()
  } finally {
    await rounds.end()
  }
  const { tally } = rounds
  expect(tally).toMatchObject({ rounds: ROUNDS, refusals: 5 * ROUNDS })
  expect(tally.killed).toBeGreaterThan(5)
  process.stdout.write(`two openers: ${JSON.stringify(tally)}\n`)
})
