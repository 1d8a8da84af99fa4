import type { KeyValueStore } from '../../src/kv-store/kv-store.ts'

const PAUSE_MS = 50
const STILL_PAUSES = 6

/** Resolves once flushes and merges have caught up: nothing of what they count has changed for a while. */
export async function compactionIdle(store: KeyValueStore): Promise<void> {
  let before = ''
  for (let still = 0; still < STILL_PAUSES; ) {
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    const { writtenBytes, levels, flushes, compactions } = store.stats()
    const now = JSON.stringify([writtenBytes.flush, writtenBytes.compaction, levels, flushes, compactions])
    still = now === before ? still + 1 : 0
    before = now
  }
}
