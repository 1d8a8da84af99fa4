import type { KeyValueStore } from 'varve'

/** Adds to a number, and resolves with the sum once it is durable. Nothing comes between its read and its write. */
export async function add(db: KeyValueStore<'utf8'>, key: string, amount: number): Promise<number> {
  db.batchSync([]) // commits the writes under way, so that the read sees them
  const sum = Number(db.getSync(key) ?? 0) + amount
  await db.put(key, `${sum}`) // called in the same turn of the event loop
  return sum
}
