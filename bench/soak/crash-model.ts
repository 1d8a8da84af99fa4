import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { deserialize, serialize } from 'node:v8'
import { Worker } from 'node:worker_threads'
import { type CrashCase, runCase } from '../../test/support/crash-run-case.ts'
import { INVARIANTS } from '../../test/support/crash-run-invariants.ts'
import { summaryOf } from '../../test/support/crash-run-summary.ts'
import { CrashTally } from '../../test/support/crash-run-tally.ts'
import { startProgress } from '../progress.ts'
import { projectPath } from '../project.ts'
import { provenance } from '../provenance.ts'
import { addCoverage, branchesOf } from './branch-coverage.ts'
import { branchTable, MIN_HITS } from './branch-table.ts'
import type { BlockRequest, BlockResult } from './crash-model-worker.ts'

/**
 * Crash images by the million: `node --enable-source-maps dist/bench/soak/crash-model.js --images 1000000 --seed 0`. Histories are run in blocks by
 * `--processes` threads; blocks that are done are kept in data/scratch, so that a run that was stopped goes on where it was; `--fresh` forgets
 * them. `--histories 1` runs the history of one seed, `--replay <file>` a case by its choices. With `--save` the result goes to data/results.
 */
const { values } = parseArgs({
  options: {
    images: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: '0' },
    histories: { type: 'string' },
    processes: { type: 'string', default: '2' },
    replay: { type: 'string' },
    fresh: { type: 'boolean', default: false },
    save: { type: 'boolean', default: false },
  },
})
const BLOCK_HISTORIES = 50
const images = Number(values.images)
const firstSeed = Number(values.seed)
const folder = projectPath('data', 'scratch', `crash-model-${firstSeed}`)
const tally = new CrashTally()
const coverage = new Map<string, Float64Array>()
const begun = performance.now()

function add(result: BlockResult): void {
  const part = new CrashTally()
  for (const [index, hash] of result.images.entries()) part.images.set(hash, result.kinds[index]!)
  for (const [index, count] of result.checks.entries()) part.checks.counts[index] = count
  part.histories = result.histories
  part.recoveries = result.recoveries
  part.kills = result.kills
  tally.add(part)
  addCoverage(coverage, result.coverage)
}

function fail({ failure }: BlockResult): never {
  const { seed, profile, choices, images, invariant, message } = failure!
  const path = `${folder}/failure-${seed}.json`
  writeFileSync(path, `${JSON.stringify({ what: message.split('\n')[0], profile, choices, images })}\n`)
  process.stderr.write(
    `${message}\nseed ${seed}, profile ${profile}, invariant ${invariant}: ${choices.length} choices\n`,
  )
  process.stderr.write(`replay: node --enable-source-maps dist/bench/soak/crash-model.js --replay ${path}\n`)
  process.exit(1)
}

async function replay(file: string): Promise<void> {
  const error = await runCase(JSON.parse(readFileSync(file, 'utf8')) as CrashCase, tally)
  if (error !== undefined) throw error
  process.stdout.write(`nothing is broken: ${summaryOf(tally)}\n`)
}

/** Blocks of an earlier run with the same first seed, and how much of the branches they saw. */
function resume(): Set<number> {
  if (values.fresh) rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const done = new Set<number>()
  for (const name of readdirSync(folder).filter((each) => each.endsWith('.block'))) {
    const result = deserialize(readFileSync(`${folder}/${name}`)) as BlockResult
    add(result)
    done.add(result.firstSeed)
  }
  return done
}

async function runBlocks(): Promise<void> {
  const done = resume()
  const histories = values.histories === undefined ? Infinity : Number(values.histories)
  const bar = startProgress('images', images, tally.images.size)
  let seed = firstSeed
  const next = (): BlockRequest | undefined => {
    while (done.has(seed)) seed += BLOCK_HISTORIES
    const count = Math.min(BLOCK_HISTORIES, firstSeed + histories - seed)
    if (count <= 0 || tally.images.size >= images) return undefined
    const request = { firstSeed: seed, histories: count }
    seed += BLOCK_HISTORIES
    return request
  }
  const work = async (): Promise<void> => {
    const worker = new Worker(new URL('crash-model-worker.js', import.meta.url))
    for (let request = next(); request !== undefined; request = next()) {
      worker.postMessage(request)
      const [result] = (await once(worker, 'message')) as [BlockResult]
      if (result.failure !== undefined) fail(result)
      add(result)
      if (request.histories === BLOCK_HISTORIES) {
        writeFileSync(`${folder}/${request.firstSeed}.block`, serialize(result))
      }
      bar.update(Math.min(images, tally.images.size))
    }
    await worker.terminate()
  }
  await Promise.all(Array.from({ length: Number(values.processes) }, work))
  bar.stop()
}

function report(): void {
  const branches = branchesOf(coverage)
  const { table, missing } = branchTable(branches)
  const mix = tally.mix()
  const seconds = (performance.now() - begun) / 1000
  process.stdout.write(`seeds from ${firstSeed}: ${summaryOf(tally)}\n${table}\n${seconds.toFixed(0)} s\n`)
  if (!values.save) return
  const results = projectPath('data', 'results')
  if (!existsSync(results)) mkdirSync(results, { recursive: true })
  const checks = INVARIANTS.map((invariant, index) => ({ invariant, checks: tally.checks.counts[index] }))
  const counted = { histories: tally.histories, recoveries: tally.recoveries, kills: tally.kills }
  const seen = { branches: branches.length, minimumHits: MIN_HITS, missing }
  const result = { seed: firstSeed, ...mix, ...counted, acknowledgedLost: tally.lost, checks, ...seen, seconds }
  writeFileSync(`${results}/crash-model.json`, `${JSON.stringify({ ...provenance(), ...result }, undefined, 2)}\n`)
}

if (values.replay !== undefined) await replay(values.replay)
else {
  await runBlocks()
  report()
}
