import { VarveError } from '../../src/errors.ts'
import { type CheckedBatch, checkBatch } from '../../src/kv-store/batch-input.ts'
import type {
  BatchOperation,
  Bytes,
  Encoding,
  KeyRange,
  KeyValueStore,
  Snapshot,
  VerifyReport,
  WriteOptions,
} from '../../src/kv-store/kv-store.ts'
import { checkCompactOptions, checkWriteOptions } from '../../src/kv-store/operation-options.ts'
import { contains, toBounds, toDoomedBounds } from '../../src/kv-store/range.ts'
import type { RecoveryReport } from '../../src/kv-store/recovery-report.ts'
import type { StoreStatistics } from '../../src/kv-store/statistics.ts'
import { type CheckedStoreOptions, checkStoreOptions, type StoreOptions } from '../../src/kv-store/store-options.ts'
import { nodeRuntime } from '../../src/runtime.ts'
import { applied, copyOf, deleteBatch, putBatch, type SortedEntries } from './sorted-entries.ts'
import { SortedReader, SortedSnapshot } from './sorted-reader.ts'
import { emptyStatistics, reportOfOpening } from './sorted-reports.ts'

/** What survives a close: the store's disk, as it were. */
export interface SortedMedium {
  /** Undefined before the first opening. */
  entries: SortedEntries | undefined
  sequence: number
  epoch: number
  /** Whether a store that may write is open. */
  locked: boolean
}

export function sortedMedium(): SortedMedium {
  return { entries: undefined, sequence: 0, epoch: 0, locked: false }
}

interface QueuedWrite {
  readonly batch: CheckedBatch
  readonly sequence: number
  readonly resolve: (sequence: number) => void
}

/**
 * The reference that both engines are compared with: a sorted array, replaced by each write, and a queue in call order.
 */
export class SortedMapStore<E extends Encoding = 'bytes'> extends SortedReader<E> implements KeyValueStore<E> {
  readonly recovery: RecoveryReport
  readonly #medium: SortedMedium
  readonly #options: CheckedStoreOptions
  readonly #snapshots = new Set<SortedSnapshot<E>>()
  #queue: QueuedWrite[] = []
  /** The last sequence that was given out; the medium's is the last one published. */
  #assigned: number
  #userBytes = 0
  #closed = false

  static async open<E extends Encoding = 'bytes'>(
    medium: SortedMedium,
    given?: StoreOptions<E>,
  ): Promise<SortedMapStore<E>> {
    const options = checkStoreOptions(given)
    if (options.signal?.aborted) throw new VarveError('ABORTED', 'the signal ended this opening')
    if (medium.locked) throw new VarveError('LOCKED', 'the store is open')
    const exists = medium.entries !== undefined
    if (exists && options.errorIfExists) throw new VarveError('EXISTS', 'the store is there already')
    if (!exists && !options.createIfMissing) throw new VarveError('NOT_FOUND', 'there is no such store')
    return new SortedMapStore<E>(medium, options)
  }

  private constructor(medium: SortedMedium, options: CheckedStoreOptions) {
    super(options.encoding)
    this.recovery = reportOfOpening(medium.entries === undefined, ++medium.epoch)
    medium.entries ??= []
    medium.locked = !options.readOnly
    this.#medium = medium
    this.#options = options
    this.#assigned = medium.sequence
  }

  protected entries(): SortedEntries {
    if (this.#closed) throw new VarveError('CLOSED', 'the store is closed')
    return this.#medium.entries ?? []
  }

  async put(key: Bytes, value: Bytes, options?: WriteOptions): Promise<number> {
    return this.#enqueue(putBatch(key, value), options)
  }

  async delete(key: Bytes, options?: WriteOptions): Promise<number> {
    return this.#enqueue(deleteBatch(key), options)
  }

  async batch(operations: readonly BatchOperation[], options?: WriteOptions): Promise<number> {
    return this.#enqueue(checkBatch(operations), options)
  }

  putSync(key: Bytes, value: Bytes, options?: WriteOptions): number {
    return this.#commitSync(putBatch(key, value), options)
  }

  deleteSync(key: Bytes, options?: WriteOptions): number {
    return this.#commitSync(deleteBatch(key), options)
  }

  batchSync(operations: readonly BatchOperation[], options?: WriteOptions): number {
    return this.#commitSync(checkBatch(operations), options)
  }

  snapshot(): Snapshot<E> {
    const snapshot = new SortedSnapshot<E>(this, this.entries(), this.#medium.sequence, () => {
      this.#snapshots.delete(snapshot)
    })
    this.#snapshots.add(snapshot)
    return snapshot
  }

  async clear(range?: KeyRange, options?: WriteOptions): Promise<void> {
    const bounds = toDoomedBounds(range)
    checkWriteOptions(options, this.#options.durability)
    this.entries()
    this.#requireWritable()
    this.#drain()
    const keys = this.entries().map(([key]) => key)
    const doomed = keys.filter((key) => contains(bounds, key))
    await this.#enqueue({ keys: doomed, values: doomed.map(() => undefined), userBytes: 0 }, options)
  }

  async count(range?: KeyRange): Promise<number> {
    return this.#within(range).length
  }

  approximateSize(range?: KeyRange): number {
    return this.#within(range).reduce((sum, [key, value]) => sum + key.length + value.length, 0)
  }

  async sync(): Promise<void> {
    this.entries()
  }

  async flush(): Promise<void> {
    this.entries()
  }

  async compact(range?: KeyRange, options?: { signal?: AbortSignal | undefined }): Promise<void> {
    toBounds(range)
    const signal = checkCompactOptions(options)
    this.entries()
    if (signal?.aborted) throw new VarveError('ABORTED', 'the signal ended this compaction')
  }

  async verify(): Promise<VerifyReport> {
    return { files: 0, bytes: 0, entries: this.entries().length, orphans: [], problems: [] }
  }

  stats(): StoreStatistics {
    this.entries()
    return { ...emptyStatistics(), sequence: this.#medium.sequence, userBytes: this.#userBytes }
  }

  async resume(): Promise<void> {
    this.entries()
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#drain()
    this.#closed = true
    this.#medium.locked = false
    for (const snapshot of this.#snapshots) snapshot.close()
    this.interruptScans(new VarveError('CLOSED', 'the store is closed'))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #within(range: KeyRange | undefined): SortedEntries {
    const bounds = toBounds(range)
    return this.entries().filter(([key]) => contains(bounds, key))
  }

  #requireWritable(): void {
    if (this.#options.readOnly) throw new VarveError('READ_ONLY', 'the store was opened read-only')
  }

  #enqueue(batch: CheckedBatch, options: WriteOptions | undefined): Promise<number> {
    checkWriteOptions(options, this.#options.durability)
    this.entries()
    this.#requireWritable()
    const copy = copyOf(batch)
    this.#assigned += copy.keys.length
    const sequence = this.#assigned
    if (this.#queue.length === 0) void nodeRuntime.yield().then(() => this.#drain())
    return new Promise((resolve) => this.#queue.push({ batch: copy, sequence, resolve }))
  }

  #commitSync(batch: CheckedBatch, options: WriteOptions | undefined): number {
    void this.#enqueue(batch, options)
    this.#drain()
    return this.#medium.sequence
  }

  /** Publishes all that waits, in call order. */
  #drain(): void {
    const queue = this.#queue
    this.#queue = []
    for (const { batch, sequence, resolve } of queue) {
      this.#medium.entries = applied(this.entries(), batch)
      this.#medium.sequence = sequence
      this.#userBytes += batch.userBytes
      resolve(sequence)
    }
  }
}
