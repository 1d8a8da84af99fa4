import { expect, test } from 'vitest'
import { profileNames } from '../../src/testing/disk-profile.ts'
import { runSeed, shrink } from '../support/crash-run-case.ts'
import { INVARIANTS } from '../support/crash-run-invariants.ts'
import { summaryOf } from '../support/crash-run-summary.ts'
import { CrashTally } from '../support/crash-run-tally.ts'

const IMAGES = 20_000
const FIRST_SEED = 1

test('20,000 distinct crash images lose nothing that was promised, on any disk', { timeout: 600_000 }, async () => {
  const tally = new CrashTally()
  for (let seed = FIRST_SEED; tally.images.size < IMAGES; seed++) {
    const failure = await runSeed(seed, tally)
    if (failure === undefined) continue
    const shrunk = await shrink(failure)
    throw new Error(
      `seed ${seed}, ${shrunk.profile}: node dist/bench/soak/crash-model.js --seed ${seed} --histories 1\n` +
        JSON.stringify(shrunk),
      { cause: failure.error },
    )
  }
  process.stdout.write(`seeds from ${FIRST_SEED}: ${summaryOf(tally)}\n`)
  const { images, places, profiles, depths } = tally.mix()
  expect(places.install).toBeGreaterThanOrEqual(0.2 * images)
  expect(places.recovery).toBeGreaterThanOrEqual(0.1 * images)
  for (const name of profileNames) expect(profiles[name]).toBeGreaterThanOrEqual(0.05 * images)
  expect(depths.every((count) => count > 0)).toBe(true)
  expect(INVARIANTS.filter((_, index) => tally.checks.counts[index] === 0)).toEqual([])
})

test('the same seed is the same run', { timeout: 240_000 }, async () => {
  for (let seed = 0; seed < 9; seed++) {
    const [first, second] = [new CrashTally(), new CrashTally()]
    for (const tally of [first, second]) expect(await runSeed(seed, tally)).toBeUndefined()
    expect([...second.images]).toEqual([...first.images])
    expect(second.checks.counts).toEqual(first.checks.counts)
  }
})
