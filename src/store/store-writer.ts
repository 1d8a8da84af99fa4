import type { ByteWriter } from '../bytes/writer.ts'
import { writeBatchHeader, writeDelete, writePut } from '../key/operations.ts'
import { type CheckedBatch, checkBatch } from '../kv-store/batch-input.ts'
import { borrowKeyBytes, borrowValueBytes } from '../kv-store/bytes-input.ts'
import type { BatchOperation, Bytes, Durability, Encoding, WriteOptions } from '../kv-store/kv-store.ts'
import { checkWriteOptions } from '../kv-store/operation-options.ts'
import type { Scan } from '../kv-store/scan.ts'
import type { LatencySampler, Stopwatch } from '../observe/latency-sampler.ts'
import type { StoreLatencies } from '../observe/store-latencies.ts'
import type { CommitQueue } from '../wal/commit-queue.ts'
import { type ReaderCore, StoreReader } from './store-reader.ts'

/** Room that the lengths of one operation take in the log, at most. */
const OPERATION_BYTES = 16

/** What writing needs of an engine. */
export interface WriterCore<View> extends ReaderCore<View> {
  readonly queue: CommitQueue
}

/** Writes of a store: checked, and encoded right where the queue keeps them. */
export abstract class StoreWriter<
  E extends Encoding,
  Core extends WriterCore<View>,
  View = undefined,
> extends StoreReader<E, Core, View> {
  /** Of writes that do not say so themselves. */
  protected readonly durability: Durability
  readonly #latencies: StoreLatencies

  constructor(core: Core, scans: Set<Scan<Encoding>>, durability: Durability) {
    super(core, scans)
    this.durability = durability
    this.#latencies = core.context.observer.latencies
  }

  put(key: Bytes, value: Bytes, options?: WriteOptions): Promise<number> {
    // No async function: refused writes reject, and others cost one promise.
    try {
      const durability = checkWriteOptions(options, this.durability)
      const { queue } = this.core
      const stopwatch = this.#timed(this.#latencies.put, durability)
      const valueBytes = borrowValueBytes(value)
      const keyBytes = borrowKeyBytes(key)
      const writer = queue.begin(keyBytes.length + valueBytes.length + OPERATION_BYTES, durability)
      writeBatchHeader(writer, 1)
      writePut(writer, keyBytes, valueBytes)
      return queue.end(1, stopwatch)
    } catch (error) {
      return Promise.reject(error)
    }
  }

  delete(key: Bytes, options?: WriteOptions): Promise<number> {
    try {
      const durability = checkWriteOptions(options, this.durability)
      const { queue } = this.core
      const stopwatch = this.#timed(this.#latencies.delete, durability)
      const keyBytes = borrowKeyBytes(key)
      const writer = queue.begin(keyBytes.length + OPERATION_BYTES, durability)
      writeBatchHeader(writer, 1)
      writeDelete(writer, keyBytes)
      return queue.end(1, stopwatch)
    } catch (error) {
      return Promise.reject(error)
    }
  }

  batch(operations: readonly BatchOperation[], options?: WriteOptions): Promise<number> {
    try {
      const durability = checkWriteOptions(options, this.durability)
      const { queue } = this.core
      const stopwatch = this.#timed(this.#latencies.batch, durability)
      const batch = checkBatch(operations)
      const writer = queue.begin(batchBytes(batch), durability)
      writeBatch(writer, batch)
      return queue.end(batch.keys.length, stopwatch)
    } catch (error) {
      return Promise.reject(error)
    }
  }

  putSync(key: Bytes, value: Bytes, options?: WriteOptions): number {
    const durability = checkWriteOptions(options, this.durability)
    const { queue } = this.core
    const stopwatch = this.#timed(this.#latencies.put, durability)
    const valueBytes = borrowValueBytes(value)
    const keyBytes = borrowKeyBytes(key)
    const writer = queue.beginSync(keyBytes.length + valueBytes.length + OPERATION_BYTES, durability)
    writeBatchHeader(writer, 1)
    writePut(writer, keyBytes, valueBytes)
    const sequence = queue.endSync(1)
    stopwatch?.stop()
    return sequence
  }

  deleteSync(key: Bytes, options?: WriteOptions): number {
    const durability = checkWriteOptions(options, this.durability)
    const { queue } = this.core
    const stopwatch = this.#timed(this.#latencies.delete, durability)
    const keyBytes = borrowKeyBytes(key)
    const writer = queue.beginSync(keyBytes.length + OPERATION_BYTES, durability)
    writeBatchHeader(writer, 1)
    writeDelete(writer, keyBytes)
    const sequence = queue.endSync(1)
    stopwatch?.stop()
    return sequence
  }

  batchSync(operations: readonly BatchOperation[], options?: WriteOptions): number {
    const durability = checkWriteOptions(options, this.durability)
    const { queue } = this.core
    const stopwatch = this.#timed(this.#latencies.batch, durability)
    const batch = checkBatch(operations)
    const writer = queue.beginSync(batchBytes(batch), durability)
    writeBatch(writer, batch)
    const sequence = queue.endSync(batch.keys.length)
    stopwatch?.stop()
    return sequence
  }

  /** A write with a sync of its own is always measured: beside that, the clock costs nothing. */
  #timed(latency: LatencySampler, durability: Durability): Stopwatch | undefined {
    return latency.start(durability === 'power' && this.core.queue.isIdle)
  }
}

function batchBytes(batch: CheckedBatch): number {
  return batch.userBytes + batch.keys.length * OPERATION_BYTES
}

function writeBatch(writer: ByteWriter, { keys, values }: CheckedBatch): void {
  if (keys.length === 0) return
  writeBatchHeader(writer, keys.length)
  for (let i = 0; i < keys.length; i++) {
    const value = values[i]
    if (value === undefined) writeDelete(writer, keys[i]!)
    else writePut(writer, keys[i]!, value)
  }
}
