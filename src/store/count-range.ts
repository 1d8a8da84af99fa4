import type { Bounds } from '../kv-store/scan-cursor.ts'
import type { ReaderCore } from './store-reader.ts'

const KEYS_PER_TURN = 4096

/** Counts the keys of a range one by one; the event loop turns meanwhile. */
export async function countRange(core: ReaderCore<never>, bounds: Bounds, sequence: number): Promise<number> {
  const cursor = core.reads.openCursor(bounds, sequence, false)
  let count = 0
  try {
    while (cursor.advance()) {
      count++
      if (count % KEYS_PER_TURN !== 0) continue
      await core.context.runtime.yield()
      core.context.health.checkOpen()
    }
    return count
  } finally {
    cursor.close()
  }
}
