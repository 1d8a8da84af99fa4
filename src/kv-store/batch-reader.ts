import { copyBytes } from '../bytes/copy.ts'
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
const INITIAL_SLICES = 64

/**
 * Reads entries from a cursor and copies them out. Keys and values are collected in one scratch buffer, which is copied
 * once when a chunk is full, and cut into views, or strings, only then: two cheap copies and one allocation for many
 * entries, where an ArrayBuffer for each slice would cost twenty times as much.
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
  #ends = new Uint32Array(INITIAL_SLICES)
  #slices = 0

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
    let bytes = 0
    for (let entries = 0; entries < maxEntries && bytes < maxBytes; entries++) {
      if (!cursor.advance()) {
        this.ended = true
        break
      }
      const keyBytes = keys ? cursor.keyEnd - cursor.keyStart : 0
      const valueBytes = values ? cursor.valueEnd - cursor.valueStart : 0
      bytes += keyBytes + valueBytes
      if (this.#used + keyBytes + valueBytes > CHUNK_BYTES) this.#cut(parts, items)
      if (keyBytes + valueBytes > CHUNK_BYTES) {
        items.push(copyEntry(cursor, parts, this.#keyEncoding, this.#valueEncoding))
        continue
      }
      this.#reserve(keyBytes + valueBytes)
      if (keys) this.#collect(cursor.key, cursor.keyStart, keyBytes)
      if (values) this.#collect(cursor.value, cursor.valueStart, valueBytes)
    }
    this.#cut(parts, items)
    return bytes
  }

  /** Makes room for one entry. */
  #reserve(bytes: number): void {
    const needed = this.#used + bytes
    if (needed > this.#scratch.length) {
      const larger = new Uint8Array(Math.max(needed, 2 * this.#scratch.length))
      larger.set(this.#scratch.subarray(0, this.#used))
      this.#scratch = larger
    }
    if (this.#slices + 2 > this.#ends.length) {
      const more = new Uint32Array(2 * this.#ends.length)
      more.set(this.#ends)
      this.#ends = more
    }
  }

  #collect(source: Uint8Array, start: number, length: number): void {
    const end = copyBytes(this.#scratch, this.#used, source, start, start + length)
    this.#used = end
    this.#ends[this.#slices++] = end
  }

  /** Copies what is collected into one ArrayBuffer of exactly its size, and appends the entries as their reader wants them. */
  #cut(parts: Parts, items: unknown[]): void {
    if (this.#slices === 0) return
    const isText =
      (parts === 'values' || this.#keyEncoding === 'utf8') && (parts === 'keys' || this.#valueEncoding === 'utf8')
    const chunk = isText ? this.#scratch : this.#scratch.slice(0, this.#used)
    if (parts === 'entries') this.#cutEntries(chunk, items)
    else this.#cutParts(chunk, parts === 'keys' ? this.#keyEncoding : this.#valueEncoding, items)
    this.#slices = 0
    this.#used = 0
  }

  #cutEntries(chunk: Uint8Array, items: unknown[]): void {
    const keyEncoding = this.#keyEncoding
    const valueEncoding = this.#valueEncoding
    const ends = this.#ends
    // Asking an array for its buffer is a call into the engine.
    const { buffer } = chunk
    for (let i = 0, start = 0; i < this.#slices; i += 2) {
      const keyEnd = ends[i]!
      const valueEnd = ends[i + 1]!
      const key = cut(keyEncoding, chunk, buffer, start, keyEnd)
      items.push([key, cut(valueEncoding, chunk, buffer, keyEnd, valueEnd)])
      start = valueEnd
    }
  }

  #cutParts(chunk: Uint8Array, encoding: Encoding, items: unknown[]): void {
    const ends = this.#ends
    const { buffer } = chunk
    for (let i = 0, start = 0; i < this.#slices; i++) {
      items.push(cut(encoding, chunk, buffer, start, ends[i]!))
      start = ends[i]!
    }
  }
}

/** Of a chunk that belongs to the reader, unless all of it becomes strings. */
function cut(encoding: Encoding, chunk: Uint8Array, buffer: ArrayBufferLike, start: number, end: number): unknown {
  return encoding === 'utf8' ? decodeUtf8(chunk, start, end) : viewOf(encoding, buffer, start, end - start)
}

/** An entry whose slices have ArrayBuffers of their own. */
function copyEntry(cursor: ScanCursor, parts: Parts, keyEncoding: Encoding, valueEncoding: Encoding): unknown {
  if (parts === 'keys') return decode(keyEncoding, cursor.key, cursor.keyStart, cursor.keyEnd)
  const value = decode(valueEncoding, cursor.value, cursor.valueStart, cursor.valueEnd)
  return parts === 'values' ? value : [decode(keyEncoding, cursor.key, cursor.keyStart, cursor.keyEnd), value]
}
