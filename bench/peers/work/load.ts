import { type CellRequest, type CellRun, NO_LIMIT_MS } from '../cell.ts'
import { freshKey, KEY_BYTES, shuffled, valuesOf } from '../records.ts'
import type { Peer } from '../stores/peer.ts'
import { Stopwatch } from './stopwatch.ts'
import type { WorkRun } from './writes.ts'

const BATCH = 1000
const LOG_BYTES = 64 * 2 ** 20
/** A memtable so large that the log is all that is written. */
export const UNFLUSHED_BYTES: number = 4 * LOG_BYTES

/** Puts each of so many keys once, in random order. */
async function putEach(peer: Peer, request: CellRequest, count: number): Promise<void> {
  const { records, valueBytes } = request.shape
  const value = valuesOf(request.seed, valueBytes)
  for (let from = 0; from < count; from += BATCH) {
    const indexes = Array.from({ length: Math.min(BATCH, count - from) }, (_, i) => shuffled(from + i, records))
    await peer.batch(indexes.map(freshKey), indexes.map(value))
  }
}

/** Everything, merged into one level: what reads begin with, on every side. */
export const load: WorkRun = async (peer, request) => {
  const { records } = request.shape
  const watch = new Stopwatch(records, { ...request, milliseconds: NO_LIMIT_MS })
  await putEach(peer, request, records)
  await peer.drain(true)
  watch.tickAtOnce(records)
  return watch.run()
}

function recordsInLog({ shape }: CellRequest): number {
  return Math.min(shape.records, Math.floor(LOG_BYTES / (KEY_BYTES + shape.valueBytes)))
}

/** Writes 64 MiB that no sync and no flush takes further, and leaves the store as a crash does. */
export async function fillLogAndDie(peer: Peer, request: CellRequest): Promise<never> {
  await putEach(peer, request, recordsInLog(request))
  process.kill(process.pid, 'SIGKILL')
  return await new Promise(() => {})
}

/** How long the opening took, in which the log was read and, by most, written to tables. */
export const openings: WorkRun = async (peer, request, openMs): Promise<CellRun> => {
  const last = freshKey(shuffled(recordsInLog(request) - 1, request.shape.records))
  const value = await (peer.get?.(last) ?? peer.getSync?.(last))
  if (value?.length !== request.shape.valueBytes) throw new Error('the last write of a killed process is not there')
  return { operations: 1, perSecond: 1000 / openMs, extras: { openMs } }
}
