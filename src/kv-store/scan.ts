import { VarveError } from '../errors.ts'
import { toKeyBytes } from './bytes-input.ts'
import { describe } from './describe.ts'
import type { Bytes, Encoding, Value } from './kv-store.ts'
import type { ScanCursor } from './scan-cursor.ts'
import { AsyncScanIterator, SyncScanIterator } from './scan-iterator.ts'
import { type ScanSettings, ScanSource } from './scan-source.ts'

/** One key and its value. */
export type Entry<E extends Encoding> = [key: Value<E>, value: Value<E>]

/** One part of a scan's entries, as an iterable of both kinds. Reading it reads the scan. */
export interface ScanPart<T> extends AsyncIterable<T, undefined>, Iterable<T, undefined> {}

/**
 * The entries of a range in key order, as of the call that made the scan; `db.scan()` and `snapshot.scan()` make them.
 *
 * It is read once, by one form of reading: a loop (`for await`, or `for` for the synchronous form), batches, `all`,
 * `keys` or `values`. Loops and `all` close the scan at their end, on an error and when left early; whoever reads
 * batches closes it. Until then it pins its view. Reading a closed scan throws CLOSED, reading one whose signal was
 * aborted ABORTED; CORRUPTION and IO close it too.
 *
 * What is returned belongs to the caller. Entries of one batch may share an ArrayBuffer.
 */
export class Scan<E extends Encoding>
  implements AsyncIterable<Entry<E>, undefined>, Iterable<Entry<E>, undefined>, AsyncDisposable, Disposable
{
  readonly #source: ScanSource
  /** Settles when the asynchronous batches asked for so far are read, so that they are answered in the order asked. */
  #tail: Promise<unknown> = Promise.resolve()

  /** @internal Engines make scans. */
  constructor(cursor: ScanCursor, settings: ScanSettings<E>) {
    this.#source = new ScanSource(cursor, settings)
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<Entry<E>, undefined> {
    this.#source.claim('entries')
    return new AsyncScanIterator(this.#source)
  }

  [Symbol.iterator](): IterableIterator<Entry<E>, undefined> {
    this.#source.claim('entries')
    return new SyncScanIterator(this.#source)
  }

  /**
   * The next `n` entries (at least 1), fewer only at the end or the limit, and none after it. It does not close the
   * scan, so that `seek` may still go back. The event loop turns while a long batch is read.
   */
  async nextBatch(n: number): Promise<Entry<E>[]> {
    this.#source.claim('entries')
    return this.#collect(checkCount(n))
  }

  /** Like `nextBatch`, without letting anything else run. */
  nextBatchSync(n: number): Entry<E>[] {
    this.#source.claim('entries')
    return this.#collectSync(checkCount(n))
  }

  /** The entries that are left; closes the scan. */
  async all(): Promise<Entry<E>[]> {
    this.#source.claim('entries')
    const entries = await this.#collect(Number.POSITIVE_INFINITY)
    this.close()
    return entries
  }

  /** Like `all`, without letting anything else run. */
  allSync(): Entry<E>[] {
    this.#source.claim('entries')
    const entries = this.#collectSync(Number.POSITIVE_INFINITY)
    this.close()
    return entries
  }

  /**
   * Goes on with the first entry at or past `key` in the scan's direction: at least `key`, or at most `key` in reverse.
   * It may go back, but not out of the scan's range. Entries already returned count towards the limit.
   */
  seek(key: Bytes): void {
    // The cursor may look for it only when it is next read, and the caller's array may have changed by then.
    this.#source.seek(new Uint8Array(toKeyBytes(key)))
  }

  /** The keys alone; values are not copied. From here on the scan is read through what this returns. */
  keys(): ScanPart<Value<E>> {
    return this.#part('keys')
  }

  /** The values alone. From here on the scan is read through what this returns. */
  values(): ScanPart<Value<E>> {
    return this.#part('values')
  }

  /** Gives back what the scan pins. Closing twice is harmless. */
  close(): void {
    this.#source.close()
  }

  /** @internal Ends the scan for a reason, such as that its store is closed; every later use throws it. */
  interrupt(reason: VarveError): void {
    this.#source.fail(reason)
  }

  [Symbol.dispose](): void {
    this.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close()
  }

  #part(parts: 'keys' | 'values'): ScanPart<Value<E>> {
    const source = this.#source
    source.claim(parts)
    return {
      [Symbol.asyncIterator]: () => new AsyncScanIterator<Value<E>>(source),
      [Symbol.iterator]: () => new SyncScanIterator<Value<E>>(source),
    }
  }

  #collect(n: number): Promise<Entry<E>[]> {
    const batch = this.#tail.then(() => this.#source.collect(n))
    this.#tail = batch.catch(() => undefined)
    return batch as Promise<Entry<E>[]>
  }

  #collectSync(n: number): Entry<E>[] {
    const entries: unknown[] = []
    this.#source.takeAhead(entries, n)
    if (entries.length < n) this.#source.readInto(entries, n - entries.length, Number.POSITIVE_INFINITY)
    return entries as Entry<E>[]
  }
}

function checkCount(n: number): number {
  if (Number.isInteger(n) && n >= 1) return n
  throw new VarveError('INVALID_ARGUMENT', `n must be an integer of at least 1; given was ${describe(n)}`)
}
