import type { KeyValueStore } from '../../src/kv-store/kv-store.ts'
import type { MailCorpus } from './mail-corpus.ts'

/**
 * Puts messages by many concurrent writers, as a service does for its clients: each awaits its own put before it
 * takes the next message. `acknowledged` is called for a message once its put has resolved, so once it is on the
 * disk.
 */
export async function loadMessages(
  store: KeyValueStore,
  corpus: MailCorpus,
  indexes: Iterable<number>,
  writers: number,
  acknowledged: (index: number) => void,
): Promise<void> {
  const queue = indexes[Symbol.iterator]()
  async function write(): Promise<void> {
    for (let next = queue.next(); !next.done; next = queue.next()) {
      const { key, value } = corpus.entry(next.value)
      await store.put(key, value, { durability: 'power' })
      acknowledged(next.value)
    }
  }
  await Promise.all(Array.from({ length: writers }, write))
}
