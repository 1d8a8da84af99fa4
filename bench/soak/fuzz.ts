import { parseArgs } from 'node:util'
import { Fuzzer, totalOf } from '../../test/support/fuzz-run.ts'
import { startProgress } from '../progress.ts'
import { saveResult } from '../saved-result.ts'
import { Watchdog } from './watchdog.ts'

/**
 * Parsers by the million: `node dist/bench/soak/fuzz.js --first 0 --count 10000000`. Execution n follows from n
 * alone, so a run can be cut into ranges, and a failure is shown again by `--first n --count 1`. `--only store`
 * forges whole stores and nothing else. With `--save` the numbers go to data/results.
 */
const { values } = parseArgs({
  options: {
    first: { type: 'string', default: '0' },
    count: { type: 'string', default: '1000000' },
    only: { type: 'string' },
    save: { type: 'boolean', default: false },
    refusals: { type: 'boolean', default: false },
  },
})
const first = Number(values.first)
const count = Number(values.count)

// Most executions end in an error; where each was thrown is of interest for a single one only.
if (count > 1) Error.stackTraceLimit = 0
const fuzzer = await Fuzzer.create(values.only)
const only = values.only === undefined ? '' : `--only ${values.only} `
const again = `node dist/bench/soak/fuzz.js ${only}--count 1 --first`
const watchdog = new Watchdog(60, again)
const begun = performance.now()
const bar = startProgress('executions', count)
let largestRssBytes = 0
try {
  for (let done = 0; done < count; done++) {
    watchdog.begin(first + done)
    await fuzzer.execute(first + done)
    if (done % 4096 > 0) continue
    bar.update(done)
    largestRssBytes = Math.max(largestRssBytes, process.memoryUsage.rss())
  }
} catch (error) {
  const seed = /execution (\d+)/.exec((error as Error).message)?.[1]
  process.stderr.write(`again: ${again} ${seed}\n`)
  throw error
} finally {
  bar.stop()
  watchdog.close()
  fuzzer.close()
}
const targets = [...fuzzer.counts].map(([target, counts]) => ({ target, ...counts, refusals: counts.refusals.size }))
if (values.refusals) {
  for (const [target, { refusals }] of fuzzer.counts) {
    for (const [refusal, times] of refusals) process.stdout.write(`${target} ${times} ${refusal}\n`)
  }
}
const result = {
  ...{ first, count, failures: 0, seconds: (performance.now() - begun) / 1000 },
  ...totalOf(fuzzer.counts),
  largestRssBytes,
  targets,
}
process.stdout.write(`${JSON.stringify(result, undefined, 2)}\n`)
if (values.save) saveResult('fuzz', result)
