import { mkdirSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import Table from 'cli-table3'
import type { VarveLevel } from '../../src/level/varve-level.ts'
import { calibrationLines } from '../calibration.ts'
import { freshScratch, projectPath } from '../project.ts'
import { provenance } from '../provenance.ts'
import { median } from '../statistics.ts'
import { awaitedPuts, type Comparison, iterations, openSubject, pointReads, readsWithOptions } from './comparisons.ts'

/**
 * What `varve/level` adds to the native interface. Each line's two sides take turns, round after round, on the same
 * data. Where abstract-level's own classes cost something that no adapter can save, they are measured over the same store
 * with nothing of ours between, and the bound begins there. With `--save` the numbers go to data/results.
 */
const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '9' },
    milliseconds: { type: 'string', default: '150' },
    save: { type: 'boolean', default: false },
  },
})
const milliseconds = Number(options.milliseconds)
/** By how much two runs of the same work differ on a quiet machine. */
const NOISE = 0.05

interface Line {
  readonly name: string
  readonly nativeUs: number
  readonly adapterUs: number
  /** Median over the rounds of the difference within a round. */
  readonly addedUs: number
  readonly boundUs: number
}

/** Microseconds for each operation, or entry, over about the given time. */
async function microseconds(step: () => Promise<number> | number): Promise<number> {
  const begun = performance.now()
  let operations = 0
  let elapsed = 0
  while (elapsed < milliseconds) {
    operations += await step()
    elapsed = performance.now() - begun
  }
  return (1000 * elapsed) / operations
}

async function measure({ name, native, adapter, base, boundUs }: Comparison): Promise<Line> {
  const natives: number[] = []
  const adapters: number[] = []
  const bases: number[] = []
  for (let round = 0; round <= Number(options.rounds); round++) {
    const nativeUs = await microseconds(native)
    const adapterUs = await microseconds(adapter)
    const baseUs = base === undefined ? Number.NaN : await microseconds(base)
    // The first round warms up.
    if (round === 0) continue
    natives.push(nativeUs)
    adapters.push(adapterUs)
    bases.push(baseUs)
  }
  const over = (times: readonly number[]): number => median(times.map((us, i) => us - natives[i]!))
  const nativeUs = median(natives)
  const allowanceUs = boundUs ?? NOISE * nativeUs
  const adapterUs = median(adapters)
  const bound = base === undefined ? allowanceUs : over(bases) + allowanceUs
  return { name, nativeUs, adapterUs, addedUs: over(adapters), boundUs: bound }
}

const directory = freshScratch('adapter-cost')
const encodings = ['utf8', 'buffer', 'view'] as const
const databases = await Promise.all(encodings.map((encoding) => openSubject(`${directory}/${encoding}`, encoding)))
const [utf8] = databases as [VarveLevel, ...VarveLevel[]]
const all = [
  ...databases.flatMap((db, i) => pointReads(db, encodings[i]!)),
  await readsWithOptions(utf8),
  ...iterations(utf8),
  awaitedPuts(utf8),
]
const lines: Line[] = []
for (const comparison of all) lines.push(await measure(comparison))
for (const db of databases) await db.close()

const made = provenance()
const table = new Table({
  head: ['microseconds an operation, or entry', 'native', 'adapter', 'added', 'bound', ''],
  style: { head: [], border: [] },
  colAligns: ['left', 'right', 'right', 'right', 'right', 'left'],
})
for (const { name, nativeUs, adapterUs, addedUs, boundUs } of lines) {
  const numbers = [nativeUs, adapterUs, addedUs, boundUs].map((us) => us.toFixed(3))
  table.push([name, ...numbers, addedUs <= boundUs ? 'holds' : 'MISSED'])
}
process.stdout.write(`${calibrationLines(made.calibration)}\n${table}\n`)
if (options.save) {
  mkdirSync(projectPath('data', 'results'), { recursive: true })
  const result = { ...made, rounds: Number(options.rounds), milliseconds, lines }
  writeFileSync(projectPath('data', 'results', 'level-adapter-cost.json'), `${JSON.stringify(result, null, 2)}\n`)
}
process.exitCode = lines.every(({ addedUs, boundUs }) => addedUs <= boundUs) ? 0 : 1
