import { expect, test } from 'vitest'
import { ExhaustiveCrash } from '../support/exhaustive-crash.ts'
import { countHistories, historyAt } from '../support/exhaustive-history.ts'

/** `bench/soak/exhaustive.ts` goes to 6. */
const LENGTH = 4

test(`every history of up to ${LENGTH} operations, crashed at every call of its last one, keeps its promises`, async () => {
  const crash = new ExhaustiveCrash('two')
  for (let index = 0; index < countHistories(LENGTH); index++) {
    await crash.run(historyAt(index), 'process')
    await crash.run(historyAt(index), 'power')
  }
  const { histories, crashPoints, distinct, used } = crash.tally
  process.stdout.write(`histories: ${JSON.stringify(crash.tally)}, 0 promises broken\n`)
  expect(histories).toBe(2 * 4680)
  expect(crashPoints).toBeGreaterThan(100_000)
  expect(distinct).toBeGreaterThan(15_000)
  expect(used).toBeGreaterThan(800)
}, 600_000)
