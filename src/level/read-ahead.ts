import { type Encoding, type Scan, VarveError } from '../index.ts'
import { toLevelError } from './level-error.ts'
import { type EncodedRange, type Format, isOutside, toBytes } from './level-range.ts'

/** Entries read by one call of `next()`: few at first, because many iterators are read once, or after a seek. */
const FIRST_ITEMS = 1
const GROWTH = 16
/** As many as a scan reads before it lets the event loop turn. */
const MOST_ITEMS = 256

/** A scan's entries, keys or values, in batches. */
export interface Batches<T> {
  nextBatch(n: number): Promise<T[]>
  all(): Promise<T[]>
}

/**
 * What the three kinds of Level's iterators do alike: it reads a scan ahead for `next()`. The scan has no limit: what
 * was read ahead and left by a seek must not count towards the iterator's, which the base classes keep.
 */
export class ReadAhead<T> {
  readonly #scan: Scan<Encoding>
  readonly #batches: Batches<T>
  readonly #range: EncodedRange
  #items: T[] = []
  #position = 0
  #size = FIRST_ITEMS
  /** Whether the last seek went out of the range, where Level finds nothing and a scan would find the nearest key. */
  #isOutside = false

  constructor(scan: Scan<Encoding>, batches: Batches<T>, range: EncodedRange) {
    this.#scan = scan
    this.#batches = batches
    this.#range = range
  }

  /** Reads no more ahead than `left`, which the limit leaves. */
  async next(left: number): Promise<T | undefined> {
    if (this.#position === this.#items.length) {
      this.#items = await this.#read(Math.min(this.#size, left))
      this.#position = 0
      this.#size = Math.min(MOST_ITEMS, this.#size * GROWTH)
    }
    return this.#items[this.#position++]
  }

  /** What is read ahead, or else the next `size` items; none means the end. */
  async nextv(size: number): Promise<T[]> {
    return this.#position < this.#items.length ? this.#takeAhead(size) : this.#read(size)
  }

  /** At most `left` items, or all with Infinity. */
  async all(left: number): Promise<T[]> {
    const ahead = this.#takeAhead(left)
    if (ahead.length === left) return ahead
    const rest = await this.#read(left - ahead.length)
    return ahead.length === 0 ? rest : ahead.concat(rest)
  }

  seek(target: Format): void {
    this.#items = []
    this.#position = 0
    this.#size = FIRST_ITEMS
    this.#isOutside = isOutside(target, this.#range)
    if (!this.#isOutside) this.#seekScan(toBytes(target))
  }

  close(): void {
    this.#items = []
    this.#position = 0
    this.#scan.close()
  }

  #seekScan(target: string | Uint8Array): void {
    try {
      this.#scan.seek(target)
    } catch (error) {
      // What ended the scan, such as a signal, is said by the next read: in Level only that throws it.
      if (error instanceof VarveError && error.code === 'INVALID_ARGUMENT') throw toLevelError(error)
    }
  }

  #takeAhead(size: number): T[] {
    const items = this.#items.slice(this.#position, this.#position + size)
    this.#position += items.length
    return items
  }

  async #read(size: number): Promise<T[]> {
    if (this.#isOutside) return []
    try {
      return await (size === Number.POSITIVE_INFINITY ? this.#batches.all() : this.#batches.nextBatch(size))
    } catch (error) {
      throw toLevelError(error)
    }
  }
}
