import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { runLineage } from '../../test/support/kill-lineage.ts'
import { startProgress } from '../progress.ts'
import { projectPath } from '../project.ts'
import { saveResult } from '../saved-result.ts'

/**
 * SIGKILL by the thousand: `node --enable-source-maps dist/bench/soak/sigkill.js --kills 10000 --seed 1`. Store after store is killed `--lives` times;
 * a broken promise ends the run, names the seed, and keeps the store's directory. Stores that are done are kept in data/scratch, so that a run that
 * was stopped goes on where it was; `--fresh` forgets them. With `--save` the result goes to data/results.
 */
const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '500' },
    seed: { type: 'string', default: '1' },
    lives: { type: 'string', default: '10' },
    fresh: { type: 'boolean', default: false },
    save: { type: 'boolean', default: false },
  },
})

/** What the kills of one store have come to. */
interface KilledStore {
  readonly seed: number
  readonly kills: number
  readonly acknowledgements: number
  /** Kills by the point where they struck; 'moment' for those that came at any moment. */
  readonly struck: Readonly<Record<string, number>>
  readonly seconds: number
}

const kills = Number(values.kills)
const lives = Number(values.lives)
const firstSeed = Number(values.seed)
const folder = projectPath('data', 'scratch', `sigkill-${firstSeed}-${lives}`)

async function killStore(seed: number, onKill: () => void): Promise<KilledStore> {
  const begun = performance.now()
  const directory = mkdtempSync(join(tmpdir(), `varve-soak-${seed}-`))
  const struck: Record<string, number> = {}
  let acknowledgements = 0
  try {
    await runLineage({
      directory,
      seed,
      lives,
      onLife(point, report) {
        const where = report.struck ? point : 'moment'
        struck[where] = (struck[where] ?? 0) + 1
        acknowledgements += report.acknowledgements
        onKill()
      },
    })
  } catch (error) {
    process.stderr.write(`seed ${seed}: the store is kept in ${directory}\n`)
    process.stderr.write(
      `again: node --enable-source-maps dist/bench/soak/sigkill.js --seed ${seed} --kills ${lives} --lives ${lives} --fresh\n`,
    )
    throw error
  }
  rmSync(directory, { recursive: true })
  return { seed, kills: lives, acknowledgements, struck, seconds: (performance.now() - begun) / 1000 }
}

/** Stores of an earlier run with the same first seed, by seed. */
function resume(): Map<number, KilledStore> {
  if (values.fresh) rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const done = readdirSync(folder).map((name) => JSON.parse(readFileSync(`${folder}/${name}`, 'utf8')) as KilledStore)
  return new Map(done.map((store) => [store.seed, store]))
}

const known = resume()
const stores: KilledStore[] = []
const bar = startProgress('kills', kills)
let count = 0
for (let seed = firstSeed; count < kills; seed++) {
  let store = known.get(seed)
  if (store === undefined) {
    let more = 0
    store = await killStore(seed, () => bar.update(Math.min(kills, count + ++more)))
    writeFileSync(`${folder}/${seed}.json`, JSON.stringify(store))
  }
  count += store.kills
  stores.push(store)
  bar.update(Math.min(kills, count))
}
bar.stop()

const struck: Record<string, number> = {}
for (const store of stores)
  for (const [at, times] of Object.entries(store.struck)) struck[at] = (struck[at] ?? 0) + times
const acknowledgements = stores.reduce((sum, store) => sum + store.acknowledgements, 0)
const seconds = Math.round(stores.reduce((sum, store) => sum + store.seconds, 0))
const where = Object.entries(struck).map(([at, times]) => `${at} ${times}`)
process.stdout.write(
  `seeds ${firstSeed} to ${firstSeed + stores.length - 1}: ${count} kills of ${stores.length} stores (${where.join(', ')}), ` +
    `${acknowledgements} acknowledged durable writes, none lost; ${seconds} s\n`,
)
if (values.save) {
  saveResult('sigkill', {
    seed: firstSeed,
    stores: stores.length,
    kills: count,
    struck,
    acknowledgements,
    lost: 0,
    seconds,
  })
}
