import type { Encoding, KeyValueStore } from '../../src/kv-store/kv-store.ts'

/** Behind every key of the tests and benchmarks. */
const NO_KEYS = { gte: new Uint8Array(1024).fill(0xff) }

/**
 * Flushes, and resolves once all merges that the store wants of itself are done. A compaction of a range without keys merges nothing, but has
 * its turn only after the merge that is on its way; when none was done from one to the next, there is nothing more to do.
 */
export async function compactionIdle(store: KeyValueStore<Encoding>): Promise<void> {
  let before = -1
  while (store.stats().compactions !== before) {
    before = store.stats().compactions
    await store.compact(NO_KEYS)
    // The next merge begins, where there is one.
    await new Promise((resolve) => setImmediate(resolve))
    await store.compact(NO_KEYS)
  }
}
