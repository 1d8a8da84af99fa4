import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { type Cuts, ExhaustiveCrash, emptyTally } from '../../test/support/exhaustive-crash.ts'
import { countHistories, historyAt } from '../../test/support/exhaustive-history.ts'
import { startProgress } from '../progress.ts'
import { projectPath } from '../project.ts'
import { provenance } from '../provenance.ts'

/**
 * Every history of up to `--length` operations, each crashed at every call of its last one:
 * `node dist/bench/soak/exhaustive.js --length 6`, or `--length 4 --cuts subsets` for every part of what is un-synced.
 * `--part 0/2` takes every second block of histories, for another process to take the others. What is done is kept in
 * data/scratch, and the next run goes on there; `--from` begins at a history of one's own. With `--save` the numbers go
 * to data/results.
 */
const { values: options } = parseArgs({
  options: {
    length: { type: 'string', default: '6' },
    cuts: { type: 'string', default: 'two' },
    part: { type: 'string', default: '0/1' },
    from: { type: 'string' },
    save: { type: 'boolean', default: false },
  },
})
const BLOCK = 512
if (options.cuts !== 'two' && options.cuts !== 'subsets') throw new Error('--cuts is two or subsets')
const cuts: Cuts = options.cuts
const length = Number(options.length)
const [part = 0, parts = 1] = options.part.split('/').map(Number)
const total = countHistories(length)

const scratch = projectPath('data', 'scratch')
const checkpoint = projectPath('data', 'scratch', `exhaustive-${cuts}-${length}-${part}of${parts}.json`)
mkdirSync(scratch, { recursive: true })
let next = Number(options.from ?? 0)
let sum = emptyTally()
if (options.from === undefined && existsSync(checkpoint)) {
  const kept = JSON.parse(readFileSync(checkpoint, 'utf8')) as { next: number; sum: typeof sum }
  ;({ next, sum } = kept)
  process.stderr.write(`going on at history ${next}\n`)
}

const bar = startProgress('histories', total, next)
for (; next < total; next++) {
  const block = Math.floor(next / BLOCK)
  if (block % parts !== part) {
    next = (block + 1) * BLOCK - 1
    continue
  }
  // What is known of images is forgotten with each block: that makes a block's numbers the same wherever a run began.
  const crash = new ExhaustiveCrash(cuts)
  for (const end = Math.min(total, (block + 1) * BLOCK); next < end; next++) {
    await crash.run(historyAt(next), 'process')
    await crash.run(historyAt(next), 'power')
    bar.update(next + 1)
  }
  next--
  for (const name of Object.keys(sum) as (keyof typeof sum)[]) sum[name] += crash.tally[name]
  writeFileSync(`${checkpoint}.tmp`, JSON.stringify({ next: next + 1, sum }))
  renameSync(`${checkpoint}.tmp`, checkpoint)
}
bar.stop()

const result = { length, cuts, part: options.part, ...sum, promisesBroken: 0 }
process.stdout.write(`${JSON.stringify(result, undefined, 2)}\n`)
if (options.save) {
  const name = `exhaustive-${cuts}-${length}${parts === 1 ? '' : `-${part}of${parts}`}.json`
  mkdirSync(projectPath('data', 'results'), { recursive: true })
  writeFileSync(
    projectPath('data', 'results', name),
    `${JSON.stringify({ ...provenance(), ...result }, undefined, 2)}\n`,
  )
}
