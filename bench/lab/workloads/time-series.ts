import { SeededRandom } from '../random.ts'
import type { Workload, WorkloadInput } from '../workload.ts'
import { KEY_BYTES, RECORD_BYTES, Records } from './records.ts'

/** The time that a run of this workload stands for; its clock is the workload's own. */
export const SERIES_HOURS = 48
/** What is older may go. */
export const SERIES_MAX_AGE_MS: number = 24 * 3_600_000
/** Of time-window compaction. */
export const SERIES_WINDOW_MS: number = 6 * 3_600_000

const SERIES = 1000
const START_MS: number = Date.UTC(2026, 0, 1)

/** `series u64 | milliseconds u64`, big-endian: the points of one sensor lie together, in the order of time. */
function pointKey(key: Buffer, series: number, ms: number): Buffer {
  key.writeUInt32BE(0, 0)
  key.writeUInt32BE(series, 4)
  key.writeUInt32BE(Math.floor(ms / 2 ** 32), 8)
  key.writeUInt32BE(ms % 2 ** 32, 12)
  return key
}

/**
 * 1,000 sensors report in turn over two days, and what is older than a day may go. Strategies that keep runs of one time together drop
 * them whole; the others keep everything.
 */
export function timeSeries({ records: count, seed }: WorkloadInput): Workload {
  const records = new Records(seed)
  const random = new SeededRandom(seed)
  const key = Buffer.alloc(KEY_BYTES)
  const msPerOperation = (SERIES_HOURS * 3_600_000) / count
  const atMs = (i: number): number => START_MS + Math.floor(i * msPerOperation)
  const kept = Math.floor(SERIES_MAX_AGE_MS / msPerOperation)
  return {
    name: 'time-series',
    title: '1,000 sensors over two days; what is older than a day may go',
    recordBytes: RECORD_BYTES,
    operations: count,
    step: (client, i) => {
      const wait = client.put(pointKey(key, i % SERIES, atMs(i)), records.value(random.below(count)), i < kept)
      return wait
    },
    presentKey: (i, done) => {
      const point = done - 1 - (i % Math.min(done, Math.floor(kept / 2)))
      return pointKey(key, point % SERIES, atMs(point))
    },
    missingKey: (i) => pointKey(key, i % SERIES, atMs(count - 1 - (i % kept)) + 1),
    msPerOperation,
  }
}
