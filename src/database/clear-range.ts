import { ByteWriter } from '../bytes/writer.ts'
import type { Job } from '../fs/job.ts'
import { JobRun } from '../fs/job-run.ts'
import { writeBatchHeader, writeDelete } from '../key/operations.ts'
import { copySlice } from '../kv-store/decode.ts'
import type { Durability } from '../kv-store/kv-store.ts'
import type { Bounds } from '../kv-store/scan-cursor.ts'
import { GROUP_HEADROOM } from '../wal/commit-group.ts'
import type { StoreCore } from './store-core.ts'

const KEYS_PER_BATCH = 1000

/**
 * Deletes the keys of a range in its place in the commit order: those of writes called before, none of writes called later, which wait. It becomes
 * visible batch by batch, and a crash may leave it half-done.
 */
export async function clearRange(core: StoreCore, bounds: Bounds, durability: Durability): Promise<void> {
  await core.queue.run(() => new JobRun(clearJob(core, bounds, durability), core.context.driver))
}

function* clearJob(core: StoreCore, bounds: Bounds, durability: Durability): Job<void> {
  yield* deleteKeys(core, bounds)
  if (durability !== 'power') return
  try {
    yield { kind: 'wait', on: core.logs.all }
  } catch (cause) {
    throw core.context.health.poison(cause)
  }
}

function* deleteKeys(core: StoreCore, bounds: Bounds): Job<void> {
  const cursor = core.reads.openCursor(bounds, core.tree.published, false)
  const writer = new ByteWriter()
  try {
    for (;;) {
      const keys: Uint8Array[] = []
      while (keys.length < KEYS_PER_BATCH && cursor.advance()) {
        keys.push(copySlice(cursor.key, cursor.keyStart, cursor.keyEnd))
      }
      if (keys.length === 0) return
      writer.length = 0
      writer.reserve(GROUP_HEADROOM)
      writer.length = GROUP_HEADROOM
      writeBatchHeader(writer, keys.length)
      for (const key of keys) writeDelete(writer, key)
      yield* core.queue.commit(writer.buffer, GROUP_HEADROOM, writer.length, keys.length)
      yield { kind: 'slice' }
    }
  } finally {
    cursor.close()
  }
}
