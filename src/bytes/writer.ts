import { copyBytes } from './copy.ts'
import { varintLength, writeVarint } from './varint.ts'

/** A growing little-endian byte buffer. */
export class ByteWriter {
  /** The bytes so far lie in `buffer` from 0 to `length`; a write may replace `buffer` by a larger one. */
  buffer: Uint8Array
  length = 0

  constructor(initialBytes = 256) {
    this.buffer = new Uint8Array(initialBytes)
  }

  /** Makes room for `bytes` more. */
  reserve(bytes: number): void {
    const needed = this.length + bytes
    if (needed <= this.buffer.length) return
    const larger = new Uint8Array(Math.max(needed, this.buffer.length * 2))
    larger.set(this.buffer.subarray(0, this.length))
    this.buffer = larger
  }

  u8(value: number): void {
    this.reserve(1)
    this.buffer[this.length++] = value
  }

  u32(value: number): void {
    this.#fixed(value, 4)
  }

  /** Six bytes: integers to 2^48-1, such as sequences, offsets and times. */
  u48(value: number): void {
    this.#fixed(value, 6)
  }

  varint(value: number): void {
    this.reserve(varintLength(value))
    this.length = writeVarint(this.buffer, this.length, value)
  }

  bytes(source: Uint8Array): void {
    this.reserve(source.length)
    this.buffer.set(source, this.length)
    this.length += source.length
  }

  /** A varint length, then the bytes. */
  prefixed(source: Uint8Array): void {
    this.varint(source.length)
    this.bytes(source)
  }

  slice(source: Uint8Array, start: number, end: number): void {
    this.reserve(end - start)
    this.length = copyBytes(this.buffer, this.length, source, start, end)
  }

  /** Forgets everything written, keeps the buffer. */
  clear(): void {
    this.length = 0
  }

  /** A view of what was written, valid until the next write. */
  view(): Uint8Array {
    return this.buffer.subarray(0, this.length)
  }

  /** A copy of what was written. */
  finish(): Uint8Array {
    return this.buffer.slice(0, this.length)
  }

  #fixed(value: number, size: number): void {
    this.reserve(size)
    let rest = value
    for (let i = 0; i < size; i++) {
      this.buffer[this.length++] = rest % 256
      rest = Math.floor(rest / 256)
    }
  }
}
