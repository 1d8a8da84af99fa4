import type { Client } from './client.ts'
import type { Records } from './workloads/records.ts'

/** What a workload is built from: the same input makes the same operations. */
export interface WorkloadInput {
  /** Records to load, or keys there are. */
  readonly records: number
  /** Operations to measure. */
  readonly operations: number
  readonly seed: number
}

/** A seeded stream of operations. */
export interface Workload {
  readonly name: string
  /** For people: what it does. */
  readonly title: string
  /** Key and value bytes of a typical record. */
  readonly recordBytes: number
  /** Brings an empty store to where measuring begins. */
  readonly load?: (client: Client) => Promise<void>
  readonly operations: number
  /** One operation; called with 0, 1, 2... */
  readonly step: (client: Client, index: number) => Promise<void> | undefined
  /** A key that is in the store after so many operations, and one that never is; undefined where nothing is read by key. */
  readonly presentKey?: (index: number, done: number) => Uint8Array
  readonly missingKey?: (index: number) => Uint8Array
  /** For clocks that the workload drives: milliseconds that pass with each operation. */
  readonly msPerOperation?: number
  /** Writes wait for the disk: 'power' instead of 'process'. */
  readonly durable?: boolean
}

/** Puts records 0 to `count - 1` in the order of their numbers, each key made by `key`. */
export async function putAll(
  client: Client,
  records: Records,
  count: number,
  key: (index: number) => Uint8Array,
): Promise<void> {
  for (let i = 0; i < count; i++) {
    const wait = client.put(key(i), records.value(i), true)
    if (wait !== undefined) await wait
  }
  await client.settle()
}
