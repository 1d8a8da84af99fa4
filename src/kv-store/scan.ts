import type { VarveError } from '../errors.ts'
import { toKeyBytes } from './bytes-input.ts'
import type { Bytes, Encoding, Value } from './kv-store.ts'
import type { ScanCursor } from './scan-cursor.ts'
import { ScanPart } from './scan-part.ts'
import { type ScanSettings, ScanSource } from './scan-source.ts'

/** One key and its value. */
export type Entry<K extends Encoding, V extends Encoding = K> = [key: Value<K>, value: Value<V>]

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
export class Scan<K extends Encoding, V extends Encoding = K>
  extends ScanPart<Entry<K, V>>
  implements AsyncDisposable, Disposable
{
  readonly #source: ScanSource

  /** @internal Engines make scans. */
  constructor(cursor: ScanCursor, settings: ScanSettings) {
    const source = new ScanSource(cursor, settings)
    super(source, 'entries')
    this.#source = source
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
  keys(): ScanPart<Value<K>> {
    return this.#part('keys')
  }

  /** The values alone. From here on the scan is read through what this returns. */
  values(): ScanPart<Value<V>> {
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

  #part<T>(parts: 'keys' | 'values'): ScanPart<T> {
    this.#source.claim(parts)
    return new ScanPart<T>(this.#source, parts)
  }
}
