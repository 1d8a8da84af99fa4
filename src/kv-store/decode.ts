import type { Encoding, Value } from './kv-store.ts'
import { ValuePool } from './value-pool.ts'

const pool = new ValuePool()

/**
 * Node's own decoder: faster than a TextDecoder for keys of usual length, takes an offset, and keeps a byte order mark.
 */
type Utf8Slice = (this: Uint8Array, start: number, end: number) => string
const utf8Slice: Utf8Slice = (Buffer.prototype as unknown as { utf8Slice: Utf8Slice }).utf8Slice

/** A slice of the store's memory as its reader wants it; it never aliases the store's memory. */
export function decode<E extends Encoding>(encoding: E, bytes: Uint8Array, start: number, end: number): Value<E> {
  if (encoding === 'utf8') return decodeUtf8(bytes, start, end) as Value<E>
  if (pool.takes(end - start)) {
    const at = pool.put(bytes, start, end)
    return viewOf(encoding, pool.buffer, at, end - start) as Value<E>
  }
  const copy = copySlice(bytes, start, end)
  return (encoding === 'buffer' ? viewOf('buffer', copy.buffer, 0, copy.length) : copy) as Value<E>
}

/** Bytes of an ArrayBuffer that belongs to the caller, under an encoding that is not a string. */
export function viewOf(encoding: Encoding, buffer: ArrayBufferLike, start: number, length: number): Uint8Array {
  return encoding === 'buffer' ? Buffer.from(buffer, start, length) : new Uint8Array(buffer, start, length)
}

/** Bytes that are not UTF-8 become U+FFFD, as everywhere in Node. */
export function decodeUtf8(bytes: Uint8Array, start: number, end: number): string {
  return utf8Slice.call(bytes, start, end)
}

/** A plain Uint8Array that has an ArrayBuffer of its own, of exactly its size. */
export function copySlice(bytes: Uint8Array, start: number, end: number): Uint8Array {
  // The fastest way at every length; of a Buffer it would make another Buffer, which may share memory.
  if (bytes.constructor === Uint8Array) return bytes.slice(start, end)
  return new Uint8Array(bytes.subarray(start, end))
}
