import { SeededRandom } from '../../lab/random.ts'
import type { CellRequest, CellRun } from '../cell.ts'
import { freshKey, valuesOf } from '../records.ts'
import type { Peer } from '../stores/peer.ts'
import { Stopwatch, turn } from './stopwatch.ts'

/** The measured part of a work. */
export type WorkRun = (peer: Peer, request: CellRequest, openMs: number) => Promise<CellRun>

/** How long a writer that waits for nobody goes on before it lets others run. */
const TURN_MS = 1
/** Puts between two looks at the clock. */
const STRIDE = 16

/**
 * So many writers, each awaiting its own put in a loop; keys are drawn from all, as db_bench's fillrandom draws them.
 */
export function awaitedPuts(writers: number): WorkRun {
  return async (peer, request) => {
    const { records, valueBytes } = request.shape
    const random = new SeededRandom(request.seed)
    const value = valuesOf(request.seed, valueBytes)
    const watch = new Stopwatch(records, request)
    const isSlow = writers === 1 && request.work.startsWith('durable')
    let isOver = false
    const write = async (): Promise<void> => {
      while (!isOver) {
        await peer.put(freshKey(random.below(records)), value(watch.operations))
        if (isSlow ? watch.tickAtOnce() : watch.tick()) isOver = true
      }
    }
    await Promise.all(Array.from({ length: writers }, write))
    return watch.run()
  }
}

/** Batches, each awaited. */
export function batches(size: number): WorkRun {
  return async (peer, request) => {
    const { records, valueBytes } = request.shape
    const random = new SeededRandom(request.seed)
    const value = valuesOf(request.seed, valueBytes)
    const watch = new Stopwatch(records, request)
    do {
      const keys = Array.from({ length: size }, () => freshKey(random.below(records)))
      await peer.batch(
        keys,
        keys.map((_, i) => value(watch.operations + i)),
      )
    } while (!watch.tickAtOnce(size))
    return watch.run()
  }
}

/**
 * Puts one after the other as fast as the store takes them: every millisecond all that were called are awaited, and the
 * event loop gets a turn. The time it takes until nothing is left to flush and merge counts too, but stands beside the
 * rate as well.
 */
export function fill(order: 'ascending' | 'random'): WorkRun {
  return async (peer, request) => {
    const watch = new Stopwatch(request.shape.records, request)
    await putAll(peer, request, order, watch)
    const written = watch.run()
    await peer.drain(false)
    return watch.run({ undrainedPerSecond: written.perSecond })
  }
}

async function putAll(peer: Peer, request: CellRequest, order: string, watch: Stopwatch): Promise<void> {
  const { records, valueBytes } = request.shape
  const random = new SeededRandom(request.seed)
  const value = valuesOf(request.seed, valueBytes)
  const called: Promise<unknown>[] = []
  for (let isOver = false, turnMs = performance.now() + TURN_MS; !isOver; ) {
    const index = order === 'random' ? random.below(records) : watch.operations
    called.push(peer.put(freshKey(index), value(watch.operations)))
    isOver = watch.tick()
    if (!isOver && (called.length % STRIDE !== 0 || performance.now() < turnMs)) continue
    await Promise.all(called)
    called.length = 0
    await turn()
    turnMs = performance.now() + TURN_MS
  }
}
