import { decode, decodeUtf8, viewOf } from './decode.ts'
import type { Encoding } from './kv-store.ts'
import type { ScanCursor } from './scan-cursor.ts'

/** What a scan returns of each entry. */
export type Parts = 'entries' | 'keys' | 'values'

/**
 * Entries are collected up to this many bytes before views of them are cut, which bounds what one retained entry keeps
 * alive.
 */
const CHUNK_BYTES = 256 * 1024
const INITIAL_BYTES = 4096
/** Longer slices are copied faster by the runtime than by a loop. */
const LOOP_BYTES = 32

/**
 * Reads entries from a cursor and copies them out. Slices that are not decoded to strings are collected in one scratch
 * buffer, which is copied once when a chunk is full: two cheap copies and one allocation for many entries, where an
 * ArrayBuffer for each slice would cost twenty times as much.
 */
export class BatchReader {
  /** Whether the cursor has come to the end. */
  ended = false
  readonly #cursor: ScanCursor
  readonly #keyEncoding: Encoding
  readonly #valueEncoding: Encoding
  #scratch: Uint8Array = new Uint8Array(INITIAL_BYTES)
  #used = 0
  /** Where each slice in the scratch buffer ends. */
  #ends: number[] = []
  /** From this index on, items wait for their slices. */
  #firstWaiting = 0

  constructor(cursor: ScanCursor, keyEncoding: Encoding, valueEncoding: Encoding) {
    this.#cursor = cursor
    this.#keyEncoding = keyEncoding
    this.#valueEncoding = valueEncoding
  }

  /**
   * Appends the next entries to `items`: at most `maxEntries`, and no more once `maxBytes` are passed. Returns the bytes
   * that it read.
   */
  read(parts: Parts, maxEntries: number, maxBytes: number, items: unknown[]): number {
    const cursor = this.#cursor
    const keys = parts !== 'values'
    const values = parts !== 'keys'
    const copiesKeys = keys && this.#keyEncoding !== 'utf8'
    const copiesValues = values && this.#valueEncoding !== 'utf8'
    let bytes = 0
    this.#firstWaiting = items.length
    for (let entries = 0; entries < maxEntries && bytes < maxBytes; entries++) {
      if (!cursor.advance()) {
        this.ended = true
        break
      }
      const keyBytes = keys ? cursor.keyEnd - cursor.keyStart : 0
      const valueBytes = values ? cursor.valueEnd - cursor.valueStart : 0
      bytes += keyBytes + valueBytes
      if (!this.#reserve((copiesKeys ? keyBytes : 0) + (copiesValues ? valueBytes : 0), parts, items)) {
        items.push(copyEntry(cursor, parts, this.#keyEncoding, this.#valueEncoding))
        this.#firstWaiting = items.length
        continue
      }
      const key = keys && !copiesKeys ? decodeUtf8(cursor.key, cursor.keyStart, cursor.keyEnd) : undefined
      const value = values && !copiesValues ? decodeUtf8(cursor.value, cursor.valueStart, cursor.valueEnd) : undefined
      items.push(parts === 'entries' ? [key, value] : (key ?? value))
      if (copiesKeys) this.#collect(cursor.key, cursor.keyStart, keyBytes)
      if (copiesValues) this.#collect(cursor.value, cursor.valueStart, valueBytes)
    }
    this.#cut(parts, items)
    return bytes
  }

  /**
   * Makes room in the scratch buffer, cutting what it holds if need be; false for an entry that is too large for it.
   */
  #reserve(bytes: number, parts: Parts, items: unknown[]): boolean {
    if (this.#used + bytes <= this.#scratch.length) return true
    if (this.#used + bytes > CHUNK_BYTES) {
      this.#cut(parts, items)
      if (bytes > CHUNK_BYTES) return false
    }
    let capacity = this.#scratch.length
    while (capacity < this.#used + bytes) capacity *= 2
    if (capacity > this.#scratch.length) {
      const larger = new Uint8Array(capacity)
      larger.set(this.#scratch.subarray(0, this.#used))
      this.#scratch = larger
    }
    return true
  }

  #collect(source: Uint8Array, start: number, length: number): void {
    const scratch = this.#scratch
    const used = this.#used
    if (length <= LOOP_BYTES) for (let i = 0; i < length; i++) scratch[used + i] = source[start + i]!
    else scratch.set(source.subarray(start, start + length), used)
    this.#used = used + length
    this.#ends.push(this.#used)
  }

  /** Copies what is collected into one ArrayBuffer of exactly its size, and gives views of it to the items that wait. */
  #cut(parts: Parts, items: unknown[]): void {
    const ends = this.#ends
    if (ends.length > 0) {
      const { buffer } = this.#scratch.slice(0, this.#used)
      if (parts === 'entries') this.#cutEntries(buffer, items as [unknown, unknown][])
      else this.#cutParts(buffer, parts === 'keys' ? this.#keyEncoding : this.#valueEncoding, items)
    }
    ends.length = 0
    this.#used = 0
    this.#firstWaiting = items.length
  }

  #cutEntries(buffer: ArrayBufferLike, entries: [unknown, unknown][]): void {
    const ends = this.#ends
    const keyEncoding = this.#keyEncoding
    const valueEncoding = this.#valueEncoding
    let slice = 0
    let start = 0
    for (let i = this.#firstWaiting; i < entries.length; i++) {
      const entry = entries[i]!
      if (keyEncoding !== 'utf8') {
        const end = ends[slice++]!
        entry[0] = viewOf(keyEncoding, buffer, start, end - start)
        start = end
      }
      if (valueEncoding !== 'utf8') {
        const end = ends[slice++]!
        entry[1] = viewOf(valueEncoding, buffer, start, end - start)
        start = end
      }
    }
  }

  #cutParts(buffer: ArrayBufferLike, encoding: Encoding, items: unknown[]): void {
    const ends = this.#ends
    let start = 0
    for (let i = 0; i < ends.length; i++) {
      const end = ends[i]!
      items[this.#firstWaiting + i] = viewOf(encoding, buffer, start, end - start)
      start = end
    }
  }
}

/** An entry whose slices have ArrayBuffers of their own. */
function copyEntry(cursor: ScanCursor, parts: Parts, keyEncoding: Encoding, valueEncoding: Encoding): unknown {
  if (parts === 'keys') return decode(keyEncoding, cursor.key, cursor.keyStart, cursor.keyEnd)
  const value = decode(valueEncoding, cursor.value, cursor.valueStart, cursor.valueEnd)
  return parts === 'values' ? value : [decode(keyEncoding, cursor.key, cursor.keyStart, cursor.keyEnd), value]
}
