import type { BatchOperation, Durability, KeyValueStore } from '../../src/kv-store/kv-store.ts'

/** One write of a life. `sync` ones go in by the synchronous calls. */
export interface KillWrite {
  readonly operations: readonly BatchOperation[]
  readonly durability: Durability
  readonly sync: boolean
}

export type Model = Map<string, string>

const keys = 48

/** Numbers below 2^32 that depend on the words alone (mulberry32). */
export function seededRandom(...words: number[]): (bound: number) => number {
  let state = 0
  for (const word of words) state = mix((state ^ word) | 0)
  return (bound) => {
    state = (state + 0x6d2b79f5) | 0
    return (mix(state) >>> 0) % bound
  }
}

function mix(word: number): number {
  let t = Math.imul(word ^ (word >>> 15), word | 1)
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
  return t ^ (t >>> 14)
}

/**
 * The nth write of a life: a function of its arguments, so that parent and child know it without telling each other.
 */
export function killWrite(seed: number, life: number, n: number): KillWrite {
  const random = seededRandom(seed, life, n)
  const kind = random(100)
  const count = kind < 25 ? 2 + random(5) : 1
  const operations: BatchOperation[] = []
  for (let i = 0; i < count; i++) {
    const key = `key-${String(random(keys)).padStart(3, '0')}`
    if (random(4) === 0) operations.push({ type: 'delete', key })
    else operations.push({ type: 'put', key, value: `${life}:${n}:${i}:`.padEnd(random(600), '.') })
  }
  const durability = (['power', 'power', 'process', 'process', 'process', 'none', 'none'] as const)[random(7)]!
  return { operations, durability, sync: kind > 96 }
}

/** Issues the write at the call, by the method that fits it. */
export async function issueKillWrite(store: KeyValueStore, write: KillWrite): Promise<void> {
  const { operations, durability, sync } = write
  const [first] = operations
  if (sync) store.batchSync(operations, { durability })
  else if (operations.length > 1) await store.batch(operations, { durability })
  else if (first!.type === 'put') await store.put(first!.key, first!.value, { durability })
  else await store.delete(first!.key, { durability })
}

export function applyKillWrite(model: Model, write: KillWrite): void {
  for (const operation of write.operations) {
    if (operation.type === 'put') model.set(operation.key as string, operation.value as string)
    else model.delete(operation.key as string)
  }
}
