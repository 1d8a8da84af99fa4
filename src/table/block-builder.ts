import { copyBytes } from '../bytes/copy.ts'
import { writeVarint } from '../bytes/varint.ts'
import { ByteWriter } from '../bytes/writer.ts'
import { TRAILER_BYTES, writeTrailer } from '../key/internal-key.ts'
import { RESTART_INTERVAL } from './format.ts'

/** Three varints of an entry, at their longest. */
const HEADER_BYTES = 12

/** Builds one raw data block after another (format.ts draws it). It knows no order: the table writer checks that. */
export class BlockBuilder {
  /** The block so far; once `finish` was called, the raw block. */
  readonly output: ByteWriter
  #entries = 0
  #restarts = new Uint32Array(64)
  #restartCount = 0

  constructor(blockBytes: number) {
    this.output = new ByteWriter(blockBytes + 512)
  }

  get entries(): number {
    return this.#entries
  }

  /** How long the raw block would be now. */
  get bytes(): number {
    return this.output.length + 4 * (this.#restartCount + 1)
  }

  /** At most what adding an entry makes the block grow by. */
  growth(keyBytes: number, shared: number, valueBytes: number): number {
    const restarts = this.#entries % RESTART_INTERVAL === 0
    const unshared = restarts ? keyBytes + 4 : keyBytes - shared
    return HEADER_BYTES + unshared + TRAILER_BYTES + valueBytes
  }

  /** `shared` is how many leading bytes the key has in common with the one added before it. */
  add(
    shared: number,
    key: Uint8Array,
    keyStart: number,
    keyEnd: number,
    sequence: number,
    kind: number,
    value: Uint8Array,
    valueStart: number,
    valueEnd: number,
  ): void {
    const output = this.output
    if (this.#entries++ % RESTART_INTERVAL === 0) {
      this.#addRestart(output.length)
      shared = 0
    }
    const suffixStart = keyStart + shared
    const unshared = keyEnd - suffixStart
    const valueBytes = valueEnd - valueStart
    output.reserve(HEADER_BYTES + unshared + TRAILER_BYTES + valueBytes)
    const buffer = output.buffer
    let at = output.length
    if ((shared | unshared | valueBytes) < 0x80) {
      buffer[at] = shared
      buffer[at + 1] = unshared
      buffer[at + 2] = valueBytes
      at += 3
    } else {
      at = writeVarint(buffer, writeVarint(buffer, writeVarint(buffer, at, shared), unshared), valueBytes)
    }
    at = copyBytes(buffer, at, key, suffixStart, keyEnd)
    writeTrailer(buffer, at, sequence, kind)
    output.length = copyBytes(buffer, at + TRAILER_BYTES, value, valueStart, valueEnd)
  }

  /** Appends the restart points; the raw block is then in `output`. */
  finish(): void {
    for (let i = 0; i < this.#restartCount; i++) this.output.u32(this.#restarts[i]!)
    this.output.u32(this.#restartCount)
  }

  /** Begins the next block. */
  clear(): void {
    this.output.clear()
    this.#entries = 0
    this.#restartCount = 0
  }

  #addRestart(offset: number): void {
    if (this.#restartCount === this.#restarts.length) {
      const larger = new Uint32Array(2 * this.#restarts.length)
      larger.set(this.#restarts)
      this.#restarts = larger
    }
    this.#restarts[this.#restartCount++] = offset
  }
}
