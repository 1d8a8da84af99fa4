import { mkdirSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { compactionIdle } from '../../test/support/compaction-idle.ts'
import {
  collectGarbage,
  MemoryWatch,
  MillionRecords,
  proveByReads,
  proveByScan,
  writeRecords,
} from '../../test/support/million-records.ts'
import { startProgress } from '../progress.ts'
import { freshScratch, projectPath } from '../project.ts'
import { provenance } from '../provenance.ts'
import { leveled, open, sizeTiered } from '../store.ts'
import { EventLoopHold } from './event-loop-hold.ts'

/**
 * A million records in random order through a small memtable, every one of them read back in every way:
 * `node dist/bench/soak/million.js --strategy size-tiered`. With `--save` the numbers go to data/results.
 */
const { values: options } = parseArgs({
  options: {
    records: { type: 'string', default: '1000000' },
    strategy: { type: 'string', default: 'leveled' },
    seed: { type: 'string', default: '1' },
    memtable: { type: 'string', default: String(4 << 20) },
    writers: { type: 'string', default: '500' },
    save: { type: 'boolean', default: false },
  },
})
const strategies = { leveled, 'size-tiered': sizeTiered }
const holdBoundMs = 50
const unexplainedBound = 150 << 20

const makeStrategy = strategies[options.strategy as keyof typeof strategies]
if (makeStrategy === undefined) throw new Error(`--strategy is one of ${Object.keys(strategies).join(', ')}`)
const records = new MillionRecords(Number(options.records), Number(options.seed))
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

const directory = freshScratch(`million-${options.strategy}`)
const hold = new EventLoopHold()
const holdsMs: Record<string, number> = {}
const perSecond: Record<string, number> = {}
const memory = new MemoryWatch()

/** Runs one part of the job by itself: its rate, and for how long it held the event loop. */
async function part(name: string, work: () => Promise<unknown>): Promise<void> {
  await turn()
  hold.reset()
  const begun = performance.now()
  await work()
  perSecond[name] = (1000 * records.count) / (performance.now() - begun)
  await turn()
  holdsMs[name] = Math.max(hold.longestMs, hold.longestByHistogramMs)
  await collectGarbage()
  memory.note(store)
}

// What the machine does to a process that does nothing: other work on its cores holds this one too.
await turn()
hold.reset()
await new Promise((resolve) => setTimeout(resolve, 2000))
const idleHoldMs = Math.max(hold.longestMs, hold.longestByHistogramMs)

await using store = await open(directory, { memtableBytes: Number(options.memtable), compaction: makeStrategy() })
const bar = startProgress('records', records.count)
await part('write', () =>
  writeRecords(store, records, Number(options.writers), (written) => {
    memory.note(store)
    bar.update(written)
  }),
)
bar.stop()
await part('drain', () => compactionIdle(store))
const written = store.stats()
await part('verify', () => store.verify())
await part('get', () => proveByReads(records, turn, async (key, require) => require(await store.get(key))))
await part('getSync', () => proveByReads(records, turn, (key, require) => require(store.getSync(key))))
await part('scan', () => proveByScan(store, records, turn))
hold.stop()

const longestHoldMs = Math.max(...Object.values(holdsMs))
const { userBytes, writtenBytes, stalls, levels, largestSliceBytes, flushes, compactions } = written
const result = {
  ...{ strategy: options.strategy, records: records.count, seed: Number(options.seed), perSecond, holdsMs },
  ...{
    longestHoldMs,
    idleHoldMs,
    largestSliceBytes,
    unexplainedBytes: memory.unexplainedBytes,
    flushes,
    compactions,
    levels,
    stalls,
  },
  writeAmplification: written.writeAmplification,
  writeAmplificationOfFlushes: (writtenBytes.flush + writtenBytes.compaction) / userBytes,
  spaceAmplification: written.spaceAmplification,
}
process.stdout.write(`${JSON.stringify(result, undefined, 2)}\n`)
if (options.save) {
  mkdirSync(projectPath('data', 'results'), { recursive: true })
  writeFileSync(
    projectPath('data', 'results', `million-${options.strategy}.json`),
    `${JSON.stringify({ ...provenance(), ...result }, undefined, 2)}\n`,
  )
}
const within = (name: string, value: number, bound: number): void => {
  const isWithin = value <= bound
  if (!isWithin) process.exitCode = 1
  process.stdout.write(`${name}: ${value.toFixed(1)}, bound ${bound}${isWithin ? '' : ': EXCEEDED'}\n`)
}
within(`longest hold of the event loop (doing nothing: ${idleHoldMs.toFixed(1)}), ms`, longestHoldMs, holdBoundMs)
const unexplainedMiB = memory.unexplainedBytes / 2 ** 20
within('memory beyond memtables, caches, filters and indexes, MiB', unexplainedMiB, unexplainedBound / 2 ** 20)
