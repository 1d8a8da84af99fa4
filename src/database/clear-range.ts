import { copySlice } from '../kv-store/decode.ts'
import type { Durability } from '../kv-store/kv-store.ts'
import type { Bounds } from '../kv-store/scan-cursor.ts'
import { writeBatchHeader, writeDelete } from '../key/operations.ts'
import type { StoreCore } from './store-core.ts'

const KEYS_PER_BATCH = 1000
const OPERATION_BYTES = 16

/**
 * Deletes the keys that the range holds at the call, in batches: writers take turns with it, and keys that they put into the range meanwhile may be
 * deleted or not.
 */
export async function clearRange(core: StoreCore, bounds: Bounds, durability: Durability): Promise<void> {
  const { queue, reads, tree } = core
  const cursor = reads.openCursor(bounds, tree.published, false)
  try {
    for (;;) {
      const keys: Uint8Array[] = []
      let bytes = 0
      while (keys.length < KEYS_PER_BATCH && cursor.advance()) {
        const key = copySlice(cursor.key, cursor.keyStart, cursor.keyEnd)
        keys.push(key)
        bytes += key.length + OPERATION_BYTES
      }
      const isLast = keys.length < KEYS_PER_BATCH
      // The last batch brings its durability to all before it.
      const writer = queue.begin(bytes, isLast ? durability : 'process')
      if (keys.length > 0) writeBatchHeader(writer, keys.length)
      for (const key of keys) writeDelete(writer, key)
      await queue.end(keys.length)
      if (isLast) return
    }
  } finally {
    cursor.close()
  }
}
