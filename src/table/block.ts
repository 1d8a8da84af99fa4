import { compareSlices } from '../bytes/compare.ts'
import { corruption } from '../errors.ts'
import type { Lookup } from '../key/lookup.ts'
import { AnchorSearch, anchorBlock } from './block-anchors.ts'
import { u32At } from './block-codec.ts'
import { BlockEntry } from './block-entry.ts'

/** What a lookup found in the one block where its key can be. */
export const Found = { nothing: 0, newerOnly: 1, version: 2 } as const
export type Found = (typeof Found)[keyof typeof Found]

const NO_BYTES = new Uint8Array(0)

/** Lookups and searches run one after the other, never inside each other. */
const scratch = new BlockEntry()
const search = new AnchorSearch()
const NO_WORDS = new Int32Array(0)

/**
 * A raw data block (format.ts draws it), whose restart points are proven to lie within it. It may be a part of a larger
 * array, which many blocks share: a view for each would be one more object for a lookup to fetch from memory. All
 * positions are those of the array.
 *
 * A cache makes other blocks of the objects of those that it forgets: objects that live for a while and then die are what
 * V8's young generation grows by. Whoever holds a block for longer than one call pins it.
 */
export class Block {
  // What a lookup needs comes first: that much of a block's object it waits for.
  bytes: Uint8Array = NO_BYTES
  /** Where anchors are, or may be made (block-anchors.ts draws them); empty for a block that is not cached. */
  words: Int32Array = NO_WORDS
  /** Where in `words` its anchors begin; 0 while there are none, negative where there can be none. */
  anchorsAt = 0
  /** Where the first entry begins. */
  start = 0
  /** Where the entries end and the restart points begin. */
  entriesEnd = 0
  /** Whether it was asked for since the cache looked last. */
  referenced = false
  restartCount = 0
  #pins = 0
  file = ''
  /** Of the block in its file. */
  offset = 0

  /** One without entries, for others to be shown in. */
  static nothing(): Block {
    return new Block(Uint8Array.of(0, 0, 0, 0, 0, 1, 0, 0, 0), '', 0)
  }

  constructor(bytes: Uint8Array, file: string, offset: number, start?: number, end?: number) {
    this.become(bytes, file, offset, start, end)
  }

  /** Makes it another block, as the constructor would. REQUIRES that nobody holds it. */
  become(bytes: Uint8Array, file: string, offset: number, start = 0, end: number = bytes.length): this {
    this.bytes = bytes
    this.start = start
    this.file = file
    this.offset = offset
    this.restartCount = end - start < 4 ? 0 : u32At(bytes, end - 4)
    this.entriesEnd = end - 4 - 4 * this.restartCount
    this.words = NO_WORDS
    this.anchorsAt = 0
    this.referenced = false
    if (this.restartCount === 0 || this.entriesEnd <= start) {
      this.fail('the restart points of a block do not fit into it')
    }
    let before = start - 1
    for (let i = 0; i < this.restartCount; i++) {
      const restart = this.restart(i)
      if (restart <= before || restart >= this.entriesEnd)
        this.fail('the restart points of a block do not ascend within it')
      before = restart
    }
    if (this.restart(0) !== start) this.fail('the first restart point of a block is not its first entry')
    return this
  }

  /** Lets go of its memory, until it becomes another block. REQUIRES that nobody holds it. */
  forget(): void {
    this.bytes = NO_BYTES
    this.words = NO_WORDS
  }

  /** Whether somebody reads in it over several calls, so that its memory must not be used for another block. */
  get isPinned(): boolean {
    return this.#pins > 0
  }

  /** Where the block ends in the array. */
  get end(): number {
    return this.entriesEnd + 4 * this.restartCount + 4
  }

  /** Of the raw block. */
  get size(): number {
    return this.end - this.start
  }

  pin(): void {
    this.#pins++
  }

  unpin(): void {
    this.#pins--
  }

  /** Where the entry of restart point `index` begins. */
  restart(index: number): number {
    // Kept a 32-bit integer: the engine would walk the whole block in doubles. One that is too large becomes negative.
    return (this.start + u32At(this.bytes, this.entriesEnd + 4 * index)) | 0
  }

  /** The last restart point whose entry is at or before (key, sequence); the first one where none is. */
  restartBefore(key: Uint8Array, keyStart: number, keyEnd: number, sequence: number): number {
    let low = 0
    let high = this.restartCount - 1
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      scratch.read(this, this.restart(middle), 0)
      const { suffixStart, suffixEnd } = scratch
      let order = compareSlices(this.bytes, suffixStart, suffixEnd, key, keyStart, keyEnd)
      if (order === 0) order = sequence - scratch.sequence(this)
      if (order <= 0) low = middle
      else high = middle - 1
    }
    return low
  }

  /**
   * Fills in the newest version of the key at or before the lookup's sequence. No key is put together: suffixes are
   * compared in place.
   */
  find(lookup: Lookup): Found {
    const { key, sequence } = lookup
    if (this.anchorsAt <= 0) {
      return this.#findFrom(this.restart(this.restartBefore(key, 0, key.length, sequence)), 0, 0, lookup)
    }
    return search.find(this, key) ? this.#findFrom(search.at, search.keyBytes, search.matched, lookup) : Found.nothing
  }

  /** For a block that will be asked more often than once. */
  prepare(): void {
    if (this.anchorsAt === 0 && this.words.length > 0) anchorBlock(this)
  }

  /**
   * Looks from the entry at `at` on. The entry before is smaller than the key, and has `matched` leading bytes in common
   * with it; `keyBytes` it has at least.
   */
  #findFrom(at: number, keyBytes: number, matched: number, lookup: Lookup): Found {
    const { bytes, entriesEnd } = this
    const { key, sequence } = lookup
    const keyEnd = key.length
    let found: Found = Found.nothing
    while (at < entriesEnd) {
      scratch.read(this, at, keyBytes)
      const { shared } = scratch
      keyBytes = scratch.keyBytes
      at = scratch.end
      // An entry that shares more than `matched` differs from the key in the same byte as the entry before: it is
      // smaller too.
      if (shared > matched) continue
      let suffixAt = scratch.suffixStart
      const { suffixEnd } = scratch
      matched = shared
      while (suffixAt < suffixEnd && matched < keyEnd && bytes[suffixAt] === key[matched]) {
        suffixAt++
        matched++
      }
      if (suffixAt === suffixEnd) {
        if (matched < keyEnd) continue
        if (scratch.sequence(this) <= sequence) return this.#answer(lookup)
        found = Found.newerOnly
      } else if (matched === keyEnd || bytes[suffixAt]! > key[matched]!) {
        return found
      }
    }
    return found
  }

  fail(what: string): never {
    throw corruption(what, this.file, this.offset)
  }

  #answer(lookup: Lookup): Found {
    lookup.kind = scratch.kind
    lookup.value = this.bytes
    lookup.valueStart = scratch.valueStart
    lookup.valueEnd = scratch.end
    return Found.version
  }
}
