import { readFileSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { Latencies } from '../../lab/measure/latency.ts'
import { SeededRandom } from '../../lab/random.ts'
import type { CellRequest, CellRun } from '../cell.ts'
import { freshKey, valuesOf } from '../records.ts'
import type { Peer } from '../stores/peer.ts'
import { Stopwatch, turn } from './stopwatch.ts'
import { fill, type WorkRun } from './writes.ts'

const RESOLUTION_MS = 1
const IDLE_MS = 1000
const SAMPLE_MS = 50
/** Puts before this are made, and not counted: V8 is still at work on the code. */
const WARM_UP_MS = 1000
const TURN_MS = 1

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** The most memory that the process ever held, threads included. */
function peakResidentBytes(): number {
  const line = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))
  return 1024 * Number(line?.[1])
}

/**
 * Runs something, and says how late the event loop came and how much memory was held. A delay is what the histogram
 * shows beyond what it shows while nothing runs, which is its own resolution.
 */
async function observed(peer: Peer, run: () => Promise<CellRun>): Promise<CellRun> {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  delay.enable()
  await sleep(IDLE_MS)
  const idleMs = delay.percentile(50) / 1e6
  const idleP99Ms = delay.percentile(99) / 1e6
  delay.reset()
  let heldBytes = 0
  const sampler = setInterval(() => {
    heldBytes = Math.max(heldBytes, peer.heldBytes?.() ?? 0)
  }, SAMPLE_MS)
  const { extras, ...rest } = await run()
  clearInterval(sampler)
  delay.disable()
  const beyondIdle = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - idleMs)
  return {
    ...rest,
    extras: {
      ...extras,
      delayP99Ms: beyondIdle(delay.percentile(99)),
      delayMaxMs: beyondIdle(delay.max),
      ...{ idleMs, idleP99Ms, heldBytes, peakResidentBytes: peakResidentBytes() },
    },
  }
}

export function observedFill(): WorkRun {
  const run = fill('random')
  return (peer, request, openMs) => observed(peer, () => run(peer, request, openMs))
}

/**
 * Puts at a given pace, whatever the store does: one that comes late is timed from when it was due. Ends when all
 * records are written.
 */
export const pacedPuts: WorkRun = async (peer, request) => observed(peer, () => putAtPace(peer, request))

async function putAtPace(peer: Peer, request: CellRequest): Promise<CellRun> {
  const { shape, seed, perSecond } = request
  const random = new SeededRandom(seed)
  const value = valuesOf(seed, shape.valueBytes)
  const latencies = new Latencies()
  const perMs = perSecond! / 1000
  const watch = new Stopwatch(shape.records, request)
  const begunMs = performance.now()
  // Counted, and not kept in a set: the tables that a set leaves behind hold each other until a major collection, and
  // call for one twice a second.
  let unanswered = 0
  let failure: unknown
  const put = async (index: number): Promise<void> => {
    const dueMs = begunMs + index / perMs
    unanswered++
    try {
      await peer.put(freshKey(random.below(shape.records)), value(index))
      if (dueMs > begunMs + WARM_UP_MS) latencies.record(performance.now() - dueMs)
    } catch (error) {
      failure ??= error
    }
    unanswered--
  }
  for (let isOver = false; !isOver || unanswered > 0; await turn()) {
    if (failure !== undefined) throw failure
    const turnMs = performance.now()
    const due = Math.min(shape.records, Math.floor((turnMs - begunMs) * perMs))
    while (!isOver && watch.operations < due && performance.now() - turnMs < TURN_MS) {
      void put(watch.operations)
      isOver = watch.tick()
    }
  }
  if (failure !== undefined) throw failure
  // One that is over before anything was counted tells no latencies: zeros would pass for good ones.
  if (latencies.count === 0) return watch.run({ wantedPerSecond: perSecond! })
  const { p50Us, p99Us, p999Us, maxUs } = latencies.summary()
  const toMs = { p50Ms: p50Us / 1000, p99Ms: p99Us / 1000, p999Ms: p999Us / 1000, maxMs: maxUs / 1000 }
  return watch.run({ ...toMs, wantedPerSecond: perSecond! })
}
