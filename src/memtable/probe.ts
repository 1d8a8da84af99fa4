import { lane } from '../bytes/lane.ts'
import { type Arena, chunkOf, wordOf } from './arena.ts'
import { KEY_LENGTH_WORD, keyOffset, sequenceAt } from './entry.ts'

const LANE_MIN = -0x80000000
const LANE_MAX = 0x7fffffff
const NOTHING = new Uint8Array(0)

/**
 * The (key, sequence) that a search is for, made ready to meet index slots: two lanes of four key bytes, and for slots
 * with the same lanes the entry in the arena.
 *
 * Lanes begin behind `skip`, the bytes that all keys of the index have in common: keys such as `user:0000001234` would
 * otherwise all have equal lanes.
 */
export class Probe {
  high = 0
  low = 0
  skip = 0
  readonly #arena: Arena
  #common: Uint8Array = NOTHING
  #commonStart = 0
  #key: Uint8Array = NOTHING
  #start = 0
  #end = 0
  #sequence = 0
  /** The key bytes that are known to be equal where lanes are equal. */
  #compareFrom = 0

  constructor(arena: Arena) {
    this.#arena = arena
  }

  /** Says that all keys of the index begin with the first `skip` bytes of the entry at `address`. */
  share(address: number, skip: number): void {
    this.#common = this.#arena.chunks[chunkOf(address)]!
    this.#commonStart = keyOffset(wordOf(address))
    this.skip = skip
  }

  /**
   * How many of the common bytes the given key begins with: fewer than `skip` for a key unlike all keys of the index.
   */
  shared(key: Uint8Array, start: number, end: number): number {
    const common = this.#common
    const commonStart = this.#commonStart
    const limit = Math.min(this.skip, end - start)
    for (let i = 0; i < limit; i++) if (key[start + i] !== common[commonStart + i]) return i
    return limit
  }

  /** Takes aim at (key, sequence), any key. */
  aim(key: Uint8Array, start: number, end: number, sequence: number): void {
    this.#key = key
    this.#start = start
    this.#end = end
    this.#sequence = sequence
    const skip = this.skip
    const shared = this.shared(key, start, end)
    if (shared === skip) {
      this.#compareFrom = skip
      this.high = lane(key, start + skip, end)
      this.low = lane(key, start + skip + 4, end)
      return
    }
    // The key lies before or behind all keys of the index. Should a slot's lanes be just these, the whole keys are
    // compared.
    const before = shared === end - start || key[start + shared]! < this.#common[this.#commonStart + shared]!
    this.#compareFrom = 0
    this.high = this.low = before ? LANE_MIN : LANE_MAX
  }

  /** Internal order of the entry at `address`, whose lanes are those of the probe, and the probe. */
  order(address: number): number {
    const chunk = chunkOf(address)
    const word = wordOf(address)
    const words = this.#arena.words[chunk]!
    const bytes = this.#arena.chunks[chunk]!
    const entryStart = keyOffset(word)
    const entryLength = words[word + KEY_LENGTH_WORD]!
    const key = this.#key
    const start = this.#start
    const length = this.#end - start
    const common = Math.min(entryLength, length)
    for (let i = this.#compareFrom; i < common; i++) {
      const difference = bytes[entryStart + i]! - key[start + i]!
      if (difference !== 0) return difference
    }
    return entryLength !== length ? entryLength - length : this.#sequence - sequenceAt(words, word)
  }

  /** Whether the entry at `address` has the key of the probe, at whatever sequence. */
  hasKeyOf(address: number): boolean {
    const chunk = chunkOf(address)
    const word = wordOf(address)
    const length = this.#end - this.#start
    if (this.#arena.words[chunk]![word + KEY_LENGTH_WORD] !== length) return false
    const bytes = this.#arena.chunks[chunk]!
    const entryStart = keyOffset(word)
    const key = this.#key
    const start = this.#start
    for (let i = this.#compareFrom; i < length; i++) if (bytes[entryStart + i] !== key[start + i]) return false
    return true
  }
}
