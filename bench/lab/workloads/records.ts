import { SeededRandom, scattered } from '../random.ts'

export const KEY_BYTES = 16
export const VALUE_BYTES = 100
export const RECORD_BYTES: number = KEY_BYTES + VALUE_BYTES

const POOL_BYTES = 1 << 20

/**
 * Keys and values of the lab: 16 + 100 bytes. Keys and values are only valid until the next call: a store copies what it is given.
 */
export class Records {
  readonly valueBytes: number
  readonly #seed: number
  readonly #pool = new Uint8Array(POOL_BYTES)
  readonly #key = new Uint8Array(KEY_BYTES)

  constructor(seed: number, valueBytes: number = VALUE_BYTES) {
    this.#seed = scattered(seed)
    this.valueBytes = valueBytes
    const random = new SeededRandom(seed)
    for (let i = 0; i < POOL_BYTES; i++) this.#pool[i] = random.uint32()
  }

  /** `%016d`, as db_bench writes it: ascending. */
  ordered(index: number): Uint8Array {
    for (let at = KEY_BYTES - 1, rest = index; at >= 0; at--) {
      this.#key[at] = 48 + (rest % 10)
      rest = Math.floor(rest / 10)
    }
    return this.#key
  }

  /** 16 bytes that leave no order; those of different indexes below 2^32 are different. */
  random(index: number): Uint8Array {
    let word = scattered(index ^ this.#seed)
    for (let at = 0; at < KEY_BYTES; at += 4) {
      this.#key[at] = word >>> 24
      this.#key[at + 1] = word >>> 16
      this.#key[at + 2] = word >>> 8
      this.#key[at + 3] = word
      word = scattered(word + 1)
    }
    return this.#key
  }

  /** Bytes that no compression makes smaller; another one for each index. */
  value(index: number): Uint8Array {
    const start = (index * 61) % (POOL_BYTES - this.valueBytes)
    return this.#pool.subarray(start, start + this.valueBytes)
  }
}
