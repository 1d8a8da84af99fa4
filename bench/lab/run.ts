import { rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { CountingFileSystem } from '../../src/fs/counting-file-system.ts'
import { nodeFileSystem } from '../../src/index.ts'
import { freshScratch } from '../project.ts'
import type { Arm, OpenedArm } from './arms/arm.ts'
import { Client } from './client.ts'
import { LabClock } from './lab-clock.ts'
import { requireDisk } from './measure/disk.ts'
import { checkBytes, processIo } from './measure/process-io.ts'
import { ReadSamples } from './measure/read-samples.ts'
import { isSteady, steadyFrom } from './measure/steady-state.ts'
import { Windows } from './measure/windows.ts'
import { predictions } from './predictions.ts'
import type { Budget, ByteClasses, LevelResult, RunResult, Section } from './result.ts'
import { UnsyncedFileSystem } from './unsynced-file-system.ts'
import type { Workload, WorkloadInput } from './workload.ts'
import { WRITERS } from './writers.ts'

export interface RunPlan {
  readonly section: Section
  readonly arm: Arm
  readonly make: (input: WorkloadInput) => Workload
  readonly input: WorkloadInput
  readonly budget?: Budget
  /** Writers that await their puts at the same time. Default 100. */
  readonly writers?: number
  /** Default 'drained'. */
  readonly pace?: 'drained' | 'full'
  /** End early once write amplification is steady. */
  readonly stopWhenSteady?: boolean
}

const WINDOWS = 40

/** Runs one workload on one arm, in a store of its own that is gone afterwards. Throws where the bytes do not add up. */
export async function run(plan: RunPlan): Promise<RunResult> {
  const { arm, input, pace = 'drained' } = plan
  // Two labs at once must not take each other's stores away.
  const directory = freshScratch(`lab-${process.pid}/${arm.name}`)
  requireDisk(directory)
  const clock = new LabClock()
  const workload = plan.make(input)
  const before = processIo()
  const disk = pace === 'full' || workload.durable ? nodeFileSystem : new UnsyncedFileSystem(nodeFileSystem)
  const fileSystem = new CountingFileSystem(disk)
  // A clock of its own for all: a window must not end because midnight comes.
  const { runtime } = clock
  const opened = await arm.open({ directory, fileSystem, runtime, isFull: pace === 'full' })
  const classes = (): ByteClasses => fileSystem.counts.writtenBytes
  let result: Omit<RunResult, 'bytes'>
  try {
    result = await measured(plan, workload, opened, new Windows(directory, opened, classes), clock)
  } finally {
    await opened.store.close()
  }
  const bytes = checkBytes(classes(), before, processIo())
  rmSync(dirname(directory), { recursive: true, force: true })
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
  const pause = pace === 'full' ? undefined : opened.pause
  const writers = workload.durable ? 1 : (plan.writers ?? WRITERS)
  const options = { writers, ...(workload.durable && { durability: 'power' as const }), ...(pause && { pause }) }
  const client = new Client(opened.store, options)
  if (workload.load !== undefined) {
    await workload.load(client)
    await opened.drain()
  }
  const fresh = new Client(opened.store, options)
  fresh.liveBytes = client.liveBytes
  const statsBefore = opened.store.stats()
  windows.begin(fresh)
  const samples = new ReadSamples(opened.store, workload)
  const begun = performance.now()
  const operations = await operate(plan, workload, fresh, windows, clock, samples)
  const milliseconds = performance.now() - begun
  await opened.drain()
  samples.take(operations)
  windows.end()
  const drainMilliseconds = performance.now() - begun - milliseconds
  const stats = opened.store.stats()
  const { recordBytes, name, title } = workload
  const result = {
    section: plan.section,
    ...(plan.budget && { budget: plan.budget }),
    arm: { name: arm.name, title: arm.title, engine: arm.engine, settings: arm.settings },
    workload: { name, title, records: input.records, operations, seed: input.seed, recordBytes },
    pace,
    ...{ milliseconds, drainMilliseconds, operationsPerSecond: (1000 * operations) / milliseconds },
    userBytes: fresh.userBytes,
    classes: windows.last.classes,
    amplification: { ...windows.amplification(arm.engine, pace), ...samples.amplification() },
    flushes: stats.flushes - statsBefore.flushes,
    levels: levelResults(opened),
    windows: windows.all,
    steady: steadiness(windows.writeAmplifications),
    latency: latencies(fresh),
    stalls: {
      count: stats.stalls.count - statsBefore.stalls.count,
      milliseconds: stats.stalls.milliseconds - statsBefore.stalls.milliseconds,
    },
    ...(opened.counters && { counters: { ...opened.counters(), ...opened.shape?.() } }),
  }
  return { ...result, oracles: predictions(result) }
}

/** Returns how many operations were done. */
async function operate(
  plan: RunPlan,
  workload: Workload,
  client: Client,
  windows: Windows,
  clock: LabClock,
  samples: ReadSamples,
): Promise<number> {
  const { operations, msPerOperation = 0 } = workload
  const size = Math.max(1, Math.ceil(workload.load === undefined ? operations / WINDOWS : plan.input.records / 10))
  let done = 0
  while (done < operations) {
    if (done > 0) clock.advance(msPerOperation)
    const wait = workload.step(client, done)
    if (wait !== undefined) await wait
    if (++done % size !== 0) continue
    await client.settle()
    windows.note(done)
    if (plan.pace !== 'full') samples.take(done)
    if (plan.stopWhenSteady && isSteady(windows.writeAmplifications)) break
  }
  await client.settle()
  if (done % size !== 0) windows.note(done)
  return done
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
