import { compareSlices } from '../bytes/compare.ts'
import { ByteReader } from '../bytes/reader.ts'
import { ByteWriter } from '../bytes/writer.ts'
import { MAX_BLOCK_BYTES, TRAILER_SIZE } from './format.ts'

/**
 * The block index as it is stored:
 *
 *     count   varint, at least 1
 *     block*  separator: user key (varint length, bytes), sequence (varint); stored size (varint)
 *
 * The entries of a block lie, in internal order, at or before its separator (key, sequence) and after the separator of
 * the block before. Where two blocks hold versions of one user key, the separator is the last version of the first
 * block; everywhere else its sequence is 0, which all versions of the key precede. The blocks lie one behind the other
 * from the file's first byte, so their sizes give their offsets.
 */
export class BlockIndexBuilder {
  readonly #writer = new ByteWriter(1024)
  #count = 0

  get bytes(): number {
    return this.#writer.length
  }

  add(separator: Uint8Array, sequence: number, size: number): void {
    this.#count++
    this.#writer.prefixed(separator)
    this.#writer.varint(sequence)
    this.#writer.varint(size)
  }

  finish(): Uint8Array {
    const section = new ByteWriter(this.#writer.length + 8)
    section.varint(this.#count)
    section.bytes(this.#writer.view())
    return section.view()
  }
}

/** The fewest bytes that a block takes in the index. */
const LEAST_BYTES = 3

/** The index in memory: the section's bytes, and where in them and in the file everything lies. */
export class BlockIndex {
  readonly count: number
  readonly #section: Uint8Array
  readonly #keyStarts: Uint32Array
  readonly #keyEnds: Uint32Array
  /** Absent where all are 0: no user key straddles two blocks. */
  readonly #sequences: Float64Array | undefined
  /**
   * How many leading bytes all separators have in common, and of each the next four, as a number: they decide most
   * comparisons.
   */
  readonly #common: number
  readonly #heads: Uint32Array
  /** One more than there are blocks: the last is where the blocks end. */
  readonly #offsets: Float64Array

  /**
   * Reads a section; `dataEnd` is where the blocks must end. CORRUPTION where they do not, or separators do not ascend.
   */
  constructor(section: Uint8Array, dataEnd: number, file: string, sectionOffset: number) {
    const reader = new ByteReader(section, 0, section.length, file, sectionOffset)
    const count = reader.varint()
    if (count < 1 || count * LEAST_BYTES > reader.remaining) reader.fail('a block index is not as long as it says')
    this.count = count
    this.#section = section
    this.#keyStarts = new Uint32Array(count)
    this.#keyEnds = new Uint32Array(count)
    this.#offsets = new Float64Array(count + 1)
    const sequences = new Float64Array(count)
    let offset = 0
    for (let i = 0; i < count; i++) {
      const keyBytes = reader.varint()
      const keyStart = reader.skip(keyBytes)
      const sequence = reader.varint()
      const size = reader.varint()
      if (size > MAX_BLOCK_BYTES) reader.fail('a block index has an impossibly large block')
      offset += size + TRAILER_SIZE
      if (offset > dataEnd) reader.fail('a block index points outside of the blocks')
      this.#keyStarts[i] = keyStart
      this.#keyEnds[i] = keyStart + keyBytes
      sequences[i] = sequence
      this.#offsets[i + 1] = offset
    }
    if (reader.remaining !== 0 || offset !== dataEnd) reader.fail('a block index does not cover the blocks')
    this.#sequences = sequences.some((sequence) => sequence !== 0) ? sequences : undefined
    for (let i = 1; i < count; i++) {
      if (this.compare(i - 1, section, this.#keyStarts[i]!, this.#keyEnds[i]!, sequences[i]!) >= 0) {
        reader.fail('the separators of a block index do not ascend')
      }
    }
    this.#common = this.#commonBytes()
    this.#heads = new Uint32Array(count)
    for (let i = 0; i < count; i++) {
      this.#heads[i] = headOf(section, this.#keyStarts[i]! + this.#common, this.#keyEnds[i]!)
    }
  }

  /** Memory held. */
  get bytes(): number {
    return this.#section.length + this.count * (this.#sequences === undefined ? 20 : 28)
  }

  /** Where block `index` begins; for `count`, where the blocks end. */
  offset(index: number): number {
    return this.#offsets[index]!
  }

  /**
   * The stored size of block `index`, without its trailer. A 32-bit integer: from doubles, all positions in the block
   * would become doubles, and whatever walks it slower.
   */
  size(index: number): number {
    return (this.#offsets[index + 1]! - this.#offsets[index]! - TRAILER_SIZE) | 0
  }

  /**
   * The only block that can hold the first entry at or after (key, sequence); `count` where every entry lies before it.
   */
  find(key: Uint8Array, keyStart: number, keyEnd: number, sequence: number): number {
    const start = this.#keyStarts[0]!
    const common = this.#common
    const keyHead = Math.min(keyEnd, keyStart + common)
    const order = compareSlices(this.#section, start, start + common, key, keyStart, keyHead)
    if (order !== 0) return order > 0 ? 0 : this.count
    const head = headOf(key, keyHead, keyEnd)
    let low = 0
    let high = this.count
    while (low < high) {
      const middle = (low + high) >>> 1
      const middleHead = this.#heads[middle]!
      // Equal heads tell nothing: keys that end within them are filled up with zeros.
      const isBefore =
        middleHead === head ? this.compare(middle, key, keyStart, keyEnd, sequence) < 0 : middleHead < head
      if (isBefore) low = middle + 1
      else high = middle
    }
    return low
  }

  /** Internal order of separator `index` and an entry. */
  compare(index: number, key: Uint8Array, keyStart: number, keyEnd: number, sequence: number): number {
    const order = compareSlices(this.#section, this.#keyStarts[index]!, this.#keyEnds[index]!, key, keyStart, keyEnd)
    if (order !== 0) return order
    return sequence - (this.#sequences === undefined ? 0 : this.#sequences[index]!)
  }

  /** As separators ascend, what the first and the last share, all share. */
  #commonBytes(): number {
    const section = this.#section
    const first = this.#keyStarts[0]!
    const last = this.#keyStarts[this.count - 1]!
    const most = Math.min(this.#keyEnds[0]! - first, this.#keyEnds[this.count - 1]! - last)
    let common = 0
    while (common < most && section[first + common] === section[last + common]) common++
    return common
  }
}

/**
 * The four bytes from `start`, most significant first, zeros where the key has ended: in the order of the keys, but for
 * ties.
 */
function headOf(key: Uint8Array, start: number, end: number): number {
  let head = 0
  for (let at = start; at < start + 4; at++) head = (head << 8) | (at < end ? key[at]! : 0)
  return head >>> 0
}
