import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { OpenerRounds } from '../../test/support/opener-rounds.ts'
import { startProgress } from '../progress.ts'
import { saveResult } from '../saved-result.ts'

/**
 * Processes, threads and twice this process that open one directory at the same moment: `node --enable-source-maps dist/bench/soak/two-openers.js
 * --rounds 10000 --seed 1`. A new store every hundred rounds. The first round in which not exactly one wins, or a refused opening changes a
 * byte, ends the run. With `--save` the result goes to data/results.
 */
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    save: { type: 'boolean', default: false },
  },
})
const ROUNDS_OF_STORE = 100
const total = Number(values.rounds)
const firstSeed = Number(values.seed)
const wins = { process: 0, thread: 0, here: 0 }
let rounds = 0
let killed = 0
let refusals = 0
const begun = performance.now()
const bar = startProgress('rounds', total)
for (let seed = firstSeed; rounds < total; seed++) {
  const directory = mkdtempSync(join(tmpdir(), `varve-openers-${seed}-`))
  const openers = await OpenerRounds.begin(join(directory, 'store'), seed)
  try {
    for (let i = 0; i < ROUNDS_OF_STORE && rounds < total; i++) {
      await openers.round()
      bar.update(++rounds)
    }
  } catch (error) {
    process.stderr.write(`seed ${seed}, round ${openers.tally.rounds}: the store is kept in ${directory}\n`)
    throw error
  } finally {
    await openers.end()
  }
  const { tally } = openers
  for (const kind of ['process', 'thread', 'here'] as const) wins[kind] += tally.wins[kind]
  killed += tally.killed
  refusals += tally.refusals
  rmSync(directory, { recursive: true })
}
bar.stop()
const seconds = Math.round((performance.now() - begun) / 1000)
const won = `won by a process ${wins.process}, a thread ${wins.thread}, this process ${wins.here}`
process.stdout.write(
  `seeds from ${firstSeed}: ${rounds} rounds, one writer in each (${won}), ${killed} winners killed, ${refusals} openings refused; ${seconds} s\n`,
)
if (values.save)
  saveResult('two-openers', { seed: firstSeed, rounds, doubleOpenings: 0, wins, killed, refusals, seconds })
