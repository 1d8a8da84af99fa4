import { ByteReader } from '../bytes/reader.ts'
import { ByteWriter } from '../bytes/writer.ts'
import { remainder } from './filter-indexes.ts'
import type { FilterData } from './package-filter.ts'

/**
 * A filter as it is stored:
 *
 *     algorithm   u8    1: bits by filter-indexes.ts over the hash of bytes/hash.ts
 *     k           u8    bits per key, 1 to 32
 *     seed        u32   of the hash; 0
 *     m           u32   bits, at least 1
 *     bits              ceil(m / 8) bytes; bit i is bit (i mod 8, least significant first) of byte floor(i / 8)
 *
 * A filter is an aid: one with an algorithm or a seed that this version does not know is read as if there were none.
 */
export const FILTER_ALGORITHM = 1
const FILTER_SEED = 0
const MAX_HASHES = 32

export function encodeFilter(filter: FilterData): Uint8Array {
  const writer = new ByteWriter(10 + filter.bits.length)
  writer.u8(FILTER_ALGORITHM)
  writer.u8(filter.hashes)
  writer.u32(FILTER_SEED)
  writer.u32(filter.size)
  writer.bytes(filter.bits)
  return writer.view()
}

/** The read side of a filter: it probes the stored bits as they are, without the package that filled them. */
export class Filter {
  readonly #bits: Uint8Array
  readonly #size: number
  readonly #inverse: number
  readonly #hashes: number

  private constructor(bits: Uint8Array, size: number, hashes: number) {
    this.#bits = bits
    this.#size = size
    this.#inverse = 1 / size
    this.#hashes = hashes
  }

  /**
   * Views (does not copy) the filter stored in a slice; undefined for one of an unknown algorithm. CORRUPTION where its
   * parts disagree.
   */
  static decode(section: Uint8Array, start: number, end: number, file?: string, base = 0): Filter | undefined {
    const reader = new ByteReader(section, start, end, file, base)
    const algorithm = reader.u8()
    if (algorithm !== FILTER_ALGORITHM) return undefined
    const hashes = reader.u8()
    const seed = reader.u32()
    const size = reader.u32()
    if (seed !== FILTER_SEED) return undefined
    if (hashes < 1 || hashes > MAX_HASHES) reader.fail('a filter sets an impossible number of bits per key')
    if (size === 0 || Math.ceil(size / 8) !== reader.remaining) reader.fail('a filter is not as long as it says')
    return new Filter(reader.bytes(reader.remaining), size, hashes)
  }

  /** Memory of the bits. */
  get bytes(): number {
    return this.#bits.length
  }

  /** False only for keys that were never added. Takes the lanes of `hashInto`. */
  mayContain(hash1: number, hash2: number): boolean {
    const bits = this.#bits
    const size = this.#size
    const inverse = this.#inverse
    const hashes = this.#hashes
    let x = hash1 >>> 0
    let y = hash2 >>> 0
    for (let i = 0; i < hashes; i++) {
      const index = remainder(x, size, inverse) >>> 0
      if ((bits[index >>> 3]! & (1 << (index & 7))) === 0) return false
      x = (x + y + i) >>> 0
      y = (y + i + 1) >>> 0
    }
    return true
  }
}
