import { freshScratch } from '../project.ts'
import { open } from '../store.ts'
import type { MailCorpus } from './mail-corpus.ts'

/**
 * Durable puts a second when each is awaited before the next, on a store of its own: what group commit is compared
 * to.
 */
export async function measureAwaitedWrites(corpus: MailCorpus, writes: number): Promise<number> {
  await using store = await open(freshScratch('awaited-writes'))
  const begun = performance.now()
  for (let index = 0; index < writes; index++) {
    const { key, value } = corpus.entry(index)
    await store.put(key, value, { durability: 'power' })
  }
  return (1000 * writes) / (performance.now() - begun)
}
