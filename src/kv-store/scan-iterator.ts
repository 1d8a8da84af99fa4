import type { ScanSource } from './scan-source.ts'

const DONE: IteratorReturnResult<undefined> = { done: true, value: undefined }

/** Goes through a scan synchronously. Its end, an error, and leaving the loop close the scan. */
export class SyncScanIterator<T> implements IterableIterator<T, undefined> {
  readonly #source: ScanSource
  #done = false

  constructor(source: ScanSource) {
    this.#source = source
  }

  next(): IteratorResult<T, undefined> {
    const source = this.#source
    if (this.#done) return DONE
    if (source.position === source.items.length) {
      const { closedBy } = source
      if (closedBy !== undefined) throw closedBy
      if (!source.ended) source.refillSync()
      if (source.position === source.items.length) return this.return()
    }
    return { done: false, value: source.items[source.position++] as T }
  }

  return(): IteratorReturnResult<undefined> {
    this.#done = true
    this.#source.close()
    return DONE
  }

  [Symbol.iterator](): this {
    return this
  }
}

/**
 * Goes through a scan asynchronously. Written by hand, because an async generator makes three promises for each entry:
 * this one answers from a batch that is already read, and waits for the event loop only between full batches.
 */
export class AsyncScanIterator<T> implements AsyncIterableIterator<T, undefined> {
  readonly #source: ScanSource
  #done = false

  constructor(source: ScanSource) {
    this.#source = source
  }

  next(): Promise<IteratorResult<T, undefined>> {
    const source = this.#source
    if (this.#done) return Promise.resolve(DONE)
    if (source.position === source.items.length) {
      const { closedBy } = source
      if (closedBy !== undefined) return Promise.reject(closedBy)
      if (source.ended) return this.return()
      if (source.owesTurn) return source.refill().then(() => this.next())
      try {
        source.refillSync()
      } catch (error) {
        return Promise.reject(error)
      }
      if (source.items.length === 0) return this.return()
    }
    return Promise.resolve({ done: false, value: source.items[source.position++] as T })
  }

  return(): Promise<IteratorReturnResult<undefined>> {
    this.#done = true
    this.#source.close()
    return Promise.resolve(DONE)
  }

  [Symbol.asyncIterator](): this {
    return this
  }
}
