import {
  AbstractIterator,
  type AbstractIteratorOptions,
  AbstractKeyIterator,
  type AbstractKeyIteratorOptions,
  AbstractValueIterator,
  type AbstractValueIteratorOptions,
} from 'abstract-level'
import type { Encoding, Scan } from '../index.ts'
import type { EncodedRange, Format } from './level-range.ts'
import { type Batches, ReadAhead } from './read-ahead.ts'

/** An entry as Level wants it: `undefined` in place of what its options leave out. */
type LevelEntry = [key: Format | undefined, value: Format | undefined]

/** The base classes decode what `_next`, `_nextv` and `_all` return, count it, and keep the limit and the snapshot. */
export class LevelIterator<TDatabase, K, V> extends AbstractIterator<TDatabase, K, V> {
  readonly #reading: ReadAhead<LevelEntry>

  constructor(db: TDatabase, options: AbstractIteratorOptions<K, V>, scan: Scan<Encoding>) {
    super(db, options)
    this.#reading = new ReadAhead<LevelEntry>(scan, entriesOf(scan, options), options as EncodedRange)
  }

  protected _next(): Promise<LevelEntry | undefined> {
    return this.#reading.next(this.limit - this.count)
  }

  protected _nextv(size: number): Promise<LevelEntry[]> {
    return this.#reading.nextv(size)
  }

  protected _all(): Promise<LevelEntry[]> {
    return this.#reading.all(this.limit - this.count)
  }

  protected _seek(target: Format): void {
    this.#reading.seek(target)
  }

  protected async _close(): Promise<void> {
    this.#reading.close()
  }
}

export class LevelKeyIterator<TDatabase, K> extends AbstractKeyIterator<TDatabase, K> {
  readonly #reading: ReadAhead<Format>

  constructor(db: TDatabase, options: AbstractKeyIteratorOptions<K>, scan: Scan<Encoding>) {
    super(db, options)
    this.#reading = new ReadAhead<Format>(scan, scan.keys(), options as EncodedRange)
  }

  protected _next(): Promise<Format | undefined> {
    return this.#reading.next(this.limit - this.count)
  }

  protected _nextv(size: number): Promise<Format[]> {
    return this.#reading.nextv(size)
  }

  protected _all(): Promise<Format[]> {
    return this.#reading.all(this.limit - this.count)
  }

  protected _seek(target: Format): void {
    this.#reading.seek(target)
  }

  protected async _close(): Promise<void> {
    this.#reading.close()
  }
}

export class LevelValueIterator<TDatabase, K, V> extends AbstractValueIterator<TDatabase, K, V> {
  readonly #reading: ReadAhead<Format>

  constructor(db: TDatabase, options: AbstractValueIteratorOptions<K, V>, scan: Scan<Encoding>) {
    super(db, options)
    this.#reading = new ReadAhead<Format>(scan, scan.values(), options as EncodedRange)
  }

  protected _next(): Promise<Format | undefined> {
    return this.#reading.next(this.limit - this.count)
  }

  protected _nextv(size: number): Promise<Format[]> {
    return this.#reading.nextv(size)
  }

  protected _all(): Promise<Format[]> {
    return this.#reading.all(this.limit - this.count)
  }

  protected _seek(target: Format): void {
    this.#reading.seek(target)
  }

  protected async _close(): Promise<void> {
    this.#reading.close()
  }
}

interface LeftOut {
  readonly keys?: boolean | undefined
  readonly values?: boolean | undefined
}

/** Entries without their values are read as keys, and so on: what is left out is not copied. */
function entriesOf(scan: Scan<Encoding>, { keys, values }: LeftOut): Batches<LevelEntry> {
  if (values === false) return wrapped(scan.keys(), (key) => [keys === false ? undefined : key, undefined])
  if (keys === false) return wrapped(scan.values(), (value) => [undefined, value])
  return scan
}

function wrapped(batches: Batches<Format>, wrap: (item: Format) => LevelEntry): Batches<LevelEntry> {
  return {
    nextBatch: async (n) => (await batches.nextBatch(n)).map(wrap),
    all: async () => (await batches.all()).map(wrap),
  }
}
