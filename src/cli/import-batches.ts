import { VarveError } from '../errors.ts'
import type { BatchOperation, KeyValueStore } from '../index.ts'
import { DataFault } from './data-fault.ts'

const OPERATIONS_MAX = 1000
const BYTES_MAX = 1 << 20

/** Puts entries in batches; which entries make a batch does not matter, for putting one twice does no harm. */
export class ImportBatches {
  readonly #store: KeyValueStore
  #operations: BatchOperation[] = []
  #bytes = 0
  #stored = 0

  constructor(store: KeyValueStore) {
    this.#store = store
  }

  /** Entries that were put. */
  get stored(): number {
    return this.#stored
  }

  async put(key: Uint8Array, value: Uint8Array): Promise<void> {
    this.#operations.push({ type: 'put', key, value })
    this.#bytes += key.length + value.length
    if (this.#operations.length >= OPERATIONS_MAX || this.#bytes >= BYTES_MAX) await this.flush()
  }

  async flush(): Promise<void> {
    const operations = this.#operations
    if (operations.length === 0) return
    this.#operations = []
    this.#bytes = 0
    try {
      // Closing the store syncs all of it, before anyone is told; until then a power cut leaves a beginning of it.
      await this.#store.batch(operations, { durability: 'process' })
    } catch (error) {
      if (!(error instanceof VarveError) || error.code !== 'INVALID_ARGUMENT') throw error
      throw new DataFault(`one of ${operations.length} entries does not fit into this store: ${error.message}`)
    }
    this.#stored += operations.length
  }
}
