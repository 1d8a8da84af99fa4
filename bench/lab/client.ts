import type { Durability, KeyValueStore } from '../../src/index.ts'
import { Latencies } from './measure/latency.ts'
import { WRITERS } from './writers.ts'

export type OperationKind = 'put' | 'delete' | 'get' | 'scan'

/**
 * What workloads talk to: hands operations to a store in groups of writes, times them, and keeps account of what is live in the store.
 * A method that returns a promise wants it awaited before the next call.
 */
export class Client {
  readonly store: KeyValueStore
  readonly latencies: Readonly<Record<OperationKind, Latencies>> = {
    put: new Latencies(),
    delete: new Latencies(),
    get: new Latencies(),
    scan: new Latencies(),
  }
  /** Key and value bytes of operations, with those of deletes, as the store counts them. */
  userBytes = 0
  /** Key and value bytes of the newest version of every key that is there. */
  liveBytes = 0
  lookups = 0
  readonly #durability: Durability
  readonly #writers: number
  readonly #pause: () => Promise<void>
  readonly #pending: Promise<number>[] = []
  readonly #kinds: OperationKind[] = []
  readonly #calledMs: number[] = []

  /** `pause` is awaited after each group of `writers` writes: what holds the writers back. */
  constructor(
    store: KeyValueStore,
    options: { durability?: Durability; writers?: number; pause?: () => Promise<void> } = {},
  ) {
    this.store = store
    this.#durability = options.durability ?? 'process'
    this.#writers = options.writers ?? WRITERS
    this.#pause = options.pause ?? (() => Promise.resolve())
  }

  /** `isNew`: the key was not there. */
  put(key: Uint8Array, value: Uint8Array, isNew: boolean): Promise<void> | undefined {
    this.userBytes += key.length + value.length
    if (isNew) this.liveBytes += key.length + value.length
    return this.#write('put', this.store.put(key, value, { durability: this.#durability }))
  }

  /** `gone` is how many bytes are live no more. */
  delete(key: Uint8Array, gone: number): Promise<void> | undefined {
    this.userBytes += key.length
    this.liveBytes -= gone
    return this.#write('delete', this.store.delete(key, { durability: this.#durability }))
  }

  async batch(records: readonly { readonly key: Uint8Array; readonly value: Uint8Array }[]): Promise<void> {
    const called = performance.now()
    for (const { key, value } of records) {
      this.userBytes += key.length + value.length
      this.liveBytes += key.length + value.length
    }
    await this.store.batch(
      records.map(({ key, value }) => ({ type: 'put' as const, key, value })),
      { durability: this.#durability },
    )
    this.latencies.put.record(performance.now() - called)
    await this.#pause()
  }

  get(key: Uint8Array): Uint8Array | undefined {
    const called = performance.now()
    const value = this.store.getSync(key)
    this.latencies.get.record(performance.now() - called)
    this.lookups++
    return value
  }

  async getMany(keys: readonly Uint8Array[]): Promise<void> {
    const called = performance.now()
    await this.store.getMany(keys)
    this.latencies.get.record((performance.now() - called) / keys.length)
    this.lookups += keys.length
  }

  /** Entries from `from` on, or those of a prefix; returns how many there were. */
  scan(range: { gte?: Uint8Array; prefix?: Uint8Array }, limit: number, reverse = false): number {
    const called = performance.now()
    using scan = this.store.scan({ ...range, limit, reverse })
    const entries = scan.nextBatchSync(limit).length
    this.latencies.scan.record(performance.now() - called)
    return entries
  }

  /** Resolves when every write called so far is acknowledged. */
  async settle(): Promise<void> {
    if (this.#pending.length > 0) await Promise.all(this.#pending)
    const now = performance.now()
    for (let i = 0; i < this.#pending.length; i++) this.latencies[this.#kinds[i]!].record(now - this.#calledMs[i]!)
    this.#pending.length = 0
    this.#kinds.length = 0
    this.#calledMs.length = 0
  }

  #write(kind: OperationKind, written: Promise<number>): Promise<void> | undefined {
    this.#pending.push(written)
    this.#kinds.push(kind)
    this.#calledMs.push(performance.now())
    return this.#pending.length < this.#writers ? undefined : this.#settleAndPause()
  }

  async #settleAndPause(): Promise<void> {
    await this.settle()
    await this.#pause()
  }
}
