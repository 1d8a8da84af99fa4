import type { CellRun } from '../cell.ts'
import { freshKey, shuffled, valuesOf } from '../records.ts'
import { Stopwatch } from './stopwatch.ts'
import type { WorkRun } from './writes.ts'

const BATCH = 1000

/** Every key once, in random order, merged into one level: what reads begin with, on every side. */
export const load: WorkRun = async (peer, request): Promise<CellRun> => {
  const { records, valueBytes } = request.shape
  const value = valuesOf(request.seed, valueBytes)
  const watch = new Stopwatch(records, { ...request, milliseconds: Number.POSITIVE_INFINITY })
  for (let from = 0; from < records; from += BATCH) {
    const count = Math.min(BATCH, records - from)
    const indexes = Array.from({ length: count }, (_, i) => shuffled(from + i, records))
    await peer.batch(indexes.map(freshKey), indexes.map(value))
    watch.tickAtOnce(count)
  }
  await peer.drain(true)
  return watch.run()
}
