import { ByteWriter } from '../bytes/writer.ts'
import type { Job } from '../fs/job.ts'
import { JobRun } from '../fs/job-run.ts'
import { writeBatchHeader, writeDelete } from '../key/operations.ts'
import { copySlice } from '../kv-store/decode.ts'
import type { Durability } from '../kv-store/kv-store.ts'
import type { Bounds } from '../kv-store/scan-cursor.ts'
import { GROUP_HEADROOM } from '../wal/commit-group.ts'
import type { BTreeCore } from './btree-core.ts'

const KEYS_PER_BATCH = 1000

/**
 * Deletes the keys of a range in its place in the commit order. It becomes visible batch by batch, and a crash may leave
 * it half-done.
 */
export async function clearRange(core: BTreeCore, bounds: Bounds, durability: Durability): Promise<void> {
  await core.queue.run(() => new JobRun(clearJob(core, bounds, durability), core.context.driver))
}

function* clearJob(core: BTreeCore, bounds: Bounds, durability: Durability): Job<void> {
  const writer = new ByteWriter()
  for (let keys = firstKeys(core, bounds); keys.length > 0; keys = firstKeys(core, bounds)) {
    writer.length = 0
    writer.reserve(GROUP_HEADROOM)
    writer.length = GROUP_HEADROOM
    writeBatchHeader(writer, keys.length)
    for (const key of keys) writeDelete(writer, key)
    yield* core.queue.commit(writer.buffer, GROUP_HEADROOM, writer.length, keys.length)
    yield { kind: 'slice' }
  }
  if (durability !== 'power') return
  try {
    yield { kind: 'wait', on: core.parts.logs }
  } catch (cause) {
    throw core.context.health.poison(cause)
  }
}

/** What is still there. A cursor that stayed open over the batches would keep every page that they change. */
function firstKeys(core: BTreeCore, bounds: Bounds): Uint8Array[] {
  const keys: Uint8Array[] = []
  const cursor = core.reads.openCursor(bounds, core.writes.published, false)
  try {
    while (keys.length < KEYS_PER_BATCH && cursor.advance()) {
      keys.push(copySlice(cursor.key, cursor.keyStart, cursor.keyEnd))
    }
    return keys
  } finally {
    cursor.close()
  }
}
