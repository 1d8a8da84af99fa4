import { VarveError } from '../errors.ts'
import type { Parts } from './batch-reader.ts'
import { describeOption } from './describe.ts'
import { AsyncScanIterator, SyncScanIterator } from './scan-iterator.ts'
import type { ScanSource } from './scan-source.ts'

/** The ways to read a scan, for its entries, its keys or its values alone. Loops, `all` and `allSync` close the scan. */
export class ScanPart<T> implements AsyncIterable<T, undefined>, Iterable<T, undefined> {
  readonly #source: ScanSource
  readonly #parts: Parts

  /** @internal Scans make their parts. */
  constructor(source: ScanSource, parts: Parts) {
    this.#source = source
    this.#parts = parts
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<T, undefined> {
    return new AsyncScanIterator(this.#claimed())
  }

  [Symbol.iterator](): IterableIterator<T, undefined> {
    return new SyncScanIterator(this.#claimed())
  }

  /**
   * The next `n` items (at least 1), fewer only at the end or the limit, and none after it. It does not close the
   * scan, so that `seek` may still go back. The event loop turns while a long batch, or one batch after the other, is
   * read.
   */
  async nextBatch(n: number): Promise<T[]> {
    return this.#claimed().collect(checkCount(n)) as Promise<T[]>
  }

  /** Like `nextBatch`, without letting anything else run. */
  nextBatchSync(n: number): T[] {
    return this.#claimed().collectSync(checkCount(n)) as T[]
  }

  /** The items that are left; closes the scan. */
  async all(): Promise<T[]> {
    const source = this.#claimed()
    const items = await source.collect(Number.POSITIVE_INFINITY)
    source.close()
    return items as T[]
  }

  /** Like `all`, without letting anything else run. */
  allSync(): T[] {
    const source = this.#claimed()
    const items = source.collectSync(Number.POSITIVE_INFINITY)
    source.close()
    return items as T[]
  }

  #claimed(): ScanSource {
    this.#source.claim(this.#parts)
    return this.#source
  }
}

function checkCount(n: number): number {
  if (Number.isInteger(n) && n >= 1) return n
  throw new VarveError('INVALID_ARGUMENT', `n must be an integer of at least 1; given was ${describeOption(n)}`)
}
