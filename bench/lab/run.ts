import { rmSync } from 'node:fs'
import { CountingFileSystem } from '../../src/fs/counting-file-system.ts'
import { nodeFileSystem, nodeRuntime } from '../../src/index.ts'
import { freshScratch } from '../project.ts'
import type { Arm, OpenedArm } from './arms/arm.ts'
import { Client } from './client.ts'
import { LabClock } from './lab-clock.ts'
import { requireDisk } from './measure/disk.ts'
import { checkBytes, processIo } from './measure/process-io.ts'
import { isSteady, steadyFrom } from './measure/steady-state.ts'
import { Windows } from './measure/windows.ts'
import type { Amplification, ByteClasses, LevelResult, RunResult, Section } from './result.ts'
import { UnsyncedFileSystem } from './unsynced-file-system.ts'
import type { Workload, WorkloadInput } from './workload.ts'

export interface RunPlan {
  readonly section: Section
  readonly arm: Arm
  readonly make: (input: WorkloadInput) => Workload
  readonly input: WorkloadInput
  /** Default 'drained'. */
  readonly pace?: 'drained' | 'full'
  /** End early once write amplification is steady. */
  readonly stopWhenSteady?: boolean
}

const WINDOWS = 40
const LOOKUPS = 2000
const SEEKS = 500
const SEEK_NEXTS = 10

type ReadAmplification = Pick<Amplification, 'readHit' | 'readMiss' | 'readSeek'>

/** Runs one workload on one arm, in a store of its own that is gone afterwards. Throws where the bytes do not add up. */
export async function run(plan: RunPlan): Promise<RunResult> {
  const { arm, input, pace = 'drained' } = plan
  const directory = freshScratch(`lab/${arm.name}`)
  requireDisk(directory)
  const clock = new LabClock()
  const workload = plan.make(input)
  const before = processIo()
  const disk = pace === 'full' || workload.durable ? nodeFileSystem : new UnsyncedFileSystem(nodeFileSystem)
  const fileSystem = new CountingFileSystem(disk)
  const runtime = workload.msPerOperation === undefined ? nodeRuntime : clock.runtime
  const opened = await arm.open({ directory, fileSystem, runtime })
  const classes = (): ByteClasses => fileSystem.counts.writtenBytes
  let result: Omit<RunResult, 'bytes'>
  try {
    result = await measured(plan, workload, opened, new Windows(directory, opened, classes), clock)
  } finally {
    await opened.store.close()
  }
  const bytes = checkBytes(classes(), before, processIo())
  rmSync(directory, { recursive: true, force: true })
  return { ...result, bytes }
}

async function measured(
  plan: RunPlan,
  workload: Workload,
  opened: OpenedArm,
  windows: Windows,
  clock: LabClock,
): Promise<Omit<RunResult, 'bytes'>> {
  const { arm, input, pace = 'drained' } = plan
  const pause = pace === 'full' ? undefined : () => untilIdle(opened)
  const durable = workload.durable ? ({ durability: 'power', writers: 1 } as const) : {}
  const client = new Client(opened.store, { ...durable, ...(pause && { pause }) })
  if (workload.load !== undefined) {
    await workload.load(client)
    await opened.drain()
  }
  const fresh = new Client(opened.store, { ...durable, ...(pause && { pause }) })
  fresh.liveBytes = client.liveBytes
  const statsBefore = opened.store.stats()
  windows.begin(fresh)
  const begun = performance.now()
  const operations = await operate(plan, workload, fresh, windows, clock)
  const milliseconds = performance.now() - begun
  await opened.drain()
  windows.end()
  const drainMilliseconds = performance.now() - begun - milliseconds
  const stats = opened.store.stats()
  const reads = readAmplification(fresh, workload)
  const { recordBytes, name, title } = workload
  return {
    section: plan.section,
    arm: { name: arm.name, title: arm.title, engine: arm.engine, settings: arm.settings },
    workload: { name, title, records: input.records, operations, seed: input.seed, recordBytes },
    pace,
    ...{ milliseconds, drainMilliseconds, operationsPerSecond: (1000 * operations) / milliseconds },
    userBytes: fresh.userBytes,
    classes: windows.last.classes,
    amplification: {
      ...windows.amplification(arm.engine),
      ...reads,
      ...(arm.engine === 'lsm' && { runs: stats.levels.reduce((sum, { runs }) => sum + runs, 0) }),
    },
    flushes: stats.flushes - statsBefore.flushes,
    levels: levelResults(opened),
    windows: windows.all,
    steady: steadiness(windows.writeAmplifications),
    latency: latencies(fresh),
    stalls: {
      count: stats.stalls.count - statsBefore.stalls.count,
      milliseconds: stats.stalls.milliseconds - statsBefore.stalls.milliseconds,
    },
    ...(opened.counters && { counters: opened.counters() }),
  }
}

/** Returns how many operations were done. */
async function operate(
  plan: RunPlan,
  workload: Workload,
  client: Client,
  windows: Windows,
  clock: LabClock,
): Promise<number> {
  const { operations, msPerOperation = 0 } = workload
  const size = Math.max(1, Math.ceil(workload.load === undefined ? operations / WINDOWS : plan.input.records / 10))
  let done = 0
  while (done < operations) {
    clock.advance(msPerOperation)
    const wait = workload.step(client, done)
    if (wait !== undefined) await wait
    if (++done % size !== 0) continue
    windows.note(done)
    if (plan.stopWhenSteady && isSteady(windows.writeAmplifications)) break
  }
  await client.settle()
  if (done % size !== 0) windows.note(done)
  return done
}

async function untilIdle(opened: OpenedArm): Promise<void> {
  while (!opened.isIdle()) await nodeRuntime.sleep(1)
}

/** Each lookup of a block is a hit or a miss of the cache; the store is drained, so that nobody else looks. */
function readAmplification(client: Client, workload: Workload): ReadAmplification {
  const { presentKey, missingKey } = workload
  if (presentKey === undefined || missingKey === undefined) return {}
  const blocks = (key: (index: number) => Uint8Array, isThere: boolean): number => {
    const before = blockLookups(client)
    for (let i = 0; i < LOOKUPS; i++) {
      const found = client.store.getSync(key(i * 7919)) !== undefined
      if (found !== isThere) throw new Error(`${workload.name}: a key is ${found ? '' : 'not '}there: lookup ${i}`)
    }
    return (blockLookups(client) - before) / LOOKUPS
  }
  const readHit = blocks(presentKey, true)
  const readMiss = blocks(missingKey, false)
  const before = blockLookups(client)
  for (let i = 0; i < SEEKS; i++) client.scan({ gte: presentKey(i * 7919) }, SEEK_NEXTS)
  const readSeek = (blockLookups(client) - before) / SEEKS
  return { readHit, readMiss, readSeek }
}

function blockLookups({ store }: Client): number {
  const { hits, misses } = store.stats().blockCache
  return hits + misses
}

function levelResults({ store, probe }: OpenedArm): LevelResult[] {
  if (probe === undefined) return []
  const levels = store.stats().levels
  const count = Math.max(levels.length, probe.mergedInto.length, 1)
  return Array.from({ length: count }, (_, i) => ({
    ...(levels[i] ?? { tables: 0, runs: 0, bytes: 0 }),
    flushedInto: probe.flushedInto[i] ?? 0,
    mergedInto: probe.mergedInto[i] ?? 0,
  }))
}

function steadiness(figures: readonly number[]): RunResult['steady'] {
  const fromWindow = steadyFrom(figures)
  return fromWindow === undefined ? { reached: false } : { reached: true, fromWindow }
}

function latencies(client: Client): RunResult['latency'] {
  return Object.fromEntries(
    Object.entries(client.latencies).flatMap(([kind, latency]) =>
      latency.count === 0 ? [] : [[kind, latency.summary()]],
    ),
  )
}
