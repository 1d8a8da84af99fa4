import { copyBytes } from '../bytes/copy.ts'
/** A copy of one slice at a time, in a buffer that is used again and grows as needed. */
export class Scratch {
  bytes: Uint8Array
  length = 0

  constructor(initialBytes: number) {
    this.bytes = new Uint8Array(initialBytes)
  }

  copy(source: Uint8Array, start: number, end: number): void {
    const length = end - start
    if (length > this.bytes.length) this.bytes = new Uint8Array(Math.max(length, this.bytes.length * 2))
    this.length = copyBytes(this.bytes, 0, source, start, end)
  }

  equals(other: Uint8Array, start: number, end: number): boolean {
    const length = this.length
    if (end - start !== length) return false
    const bytes = this.bytes
    for (let i = 0; i < length; i++) if (bytes[i] !== other[start + i]) return false
    return true
  }
}
