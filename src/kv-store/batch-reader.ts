import { copySlice, decodeUtf8 } from './decode.ts'
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
 * Reads entries from a cursor and copies them out. Slices are collected in one scratch buffer, which is copied once
 * when a chunk is full: two cheap copies and one allocation for many entries, where an ArrayBuffer for each slice would
 * cost twenty times as much.
 */
export class BatchReader {
  /** Whether the cursor has come to the end. */
  ended = false
  readonly #cursor: ScanCursor
  readonly #encoding: Encoding
  #scratch: Uint8Array = new Uint8Array(INITIAL_BYTES)
  #used = 0
  /** Where each slice in the scratch buffer ends. */
  #ends: number[] = []

  constructor(cursor: ScanCursor, encoding: Encoding) {
    this.#cursor = cursor
    this.#encoding = encoding
  }

  /** Appends the next entries to `items`: at most `maxEntries`, and no more once `maxBytes` are passed. */
  read(parts: Parts, maxEntries: number, maxBytes: number, items: unknown[]): void {
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
      if (this.#encoding === 'utf8') items.push(decodeEntry(cursor, parts))
      else if (this.#reserve(keyBytes + valueBytes, parts, items)) {
        if (keys) this.#collect(cursor.key, cursor.keyStart, keyBytes)
        if (values) this.#collect(cursor.value, cursor.valueStart, valueBytes)
      } else items.push(copyEntry(cursor, parts))
    }
    this.#cut(parts, items)
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

  /** Copies what is collected into one ArrayBuffer of exactly its size, and appends views of that. */
  #cut(parts: Parts, items: unknown[]): void {
    const ends = this.#ends
    if (ends.length === 0) return
    const { buffer } = this.#scratch.slice(0, this.#used)
    let start = 0
    for (let i = 0; i < ends.length; i++) {
      const end = ends[i]!
      const first = new Uint8Array(buffer, start, end - start)
      start = end
      if (parts === 'entries') {
        const valueEnd = ends[++i]!
        items.push([first, new Uint8Array(buffer, start, valueEnd - start)])
        start = valueEnd
      } else items.push(first)
    }
    ends.length = 0
    this.#used = 0
  }
}

function decodeEntry(cursor: ScanCursor, parts: Parts): unknown {
  if (parts === 'keys') return decodeUtf8(cursor.key, cursor.keyStart, cursor.keyEnd)
  const value = decodeUtf8(cursor.value, cursor.valueStart, cursor.valueEnd)
  return parts === 'values' ? value : [decodeUtf8(cursor.key, cursor.keyStart, cursor.keyEnd), value]
}

function copyEntry(cursor: ScanCursor, parts: Parts): unknown {
  if (parts === 'keys') return copySlice(cursor.key, cursor.keyStart, cursor.keyEnd)
  const value = copySlice(cursor.value, cursor.valueStart, cursor.valueEnd)
  return parts === 'values' ? value : [copySlice(cursor.key, cursor.keyStart, cursor.keyEnd), value]
}
