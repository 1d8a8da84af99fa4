import { corruption } from '../errors.ts'
import { MAX_VARINT } from './varint.ts'

/** A bounds-checked little-endian cursor. Every short or malformed read is CORRUPTION, naming `file` and the offset within it. */
export class ByteReader {
  offset: number
  readonly buffer: Uint8Array
  readonly end: number
  readonly #file: string | undefined
  readonly #base: number

  /** Reads `buffer` from `start` to `end`; `base` is where `buffer[0]` lies in `file`. */
  constructor(buffer: Uint8Array, start = 0, end: number = buffer.length, file?: string, base = 0) {
    this.buffer = buffer
    this.offset = start
    this.end = end
    this.#file = file
    this.#base = base
  }

  get remaining(): number {
    return this.end - this.offset
  }

  u8(): number {
    this.#need(1)
    return this.buffer[this.offset++]!
  }

  u32(): number {
    return this.#fixed(4)
  }

  u48(): number {
    return this.#fixed(6)
  }

  /** An unsigned LEB128 to 2^48-1 in its shortest form; anything else is refused, so that each value has one encoding. */
  varint(): number {
    let value = 0
    let scale = 1
    for (let count = 0; count < 7; count++) {
      const byte = this.u8()
      value += (byte & 0x7f) * scale
      if (byte < 0x80) {
        if (byte === 0 && count > 0) this.fail('a varint is not in its shortest form')
        if (value > MAX_VARINT) break
        return value
      }
      scale *= 0x80
    }
    return this.fail('a varint is larger than 2^48-1')
  }

  /** A view of the next `size` bytes. */
  bytes(size: number): Uint8Array {
    this.#need(size)
    const start = this.offset
    this.offset += size
    return this.buffer.subarray(start, this.offset)
  }

  /** A view of the bytes behind a varint length. */
  prefixed(): Uint8Array {
    return this.bytes(this.varint())
  }

  /** Moves past `size` bytes and returns where they began. */
  skip(size: number): number {
    this.#need(size)
    const start = this.offset
    this.offset += size
    return start
  }

  fail(what: string): never {
    throw corruption(what, this.#file, this.#base + this.offset)
  }

  #need(size: number): void {
    if (size > this.end - this.offset) this.fail(`${size} more bytes were expected, ${this.end - this.offset} are left`)
  }

  #fixed(size: number): number {
    this.#need(size)
    let value = 0
    for (let i = size - 1; i >= 0; i--) value = value * 256 + this.buffer[this.offset + i]!
    this.offset += size
    return value
  }
}
