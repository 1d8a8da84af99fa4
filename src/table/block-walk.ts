import type { Block } from './block.ts'
import { BlockEntry } from './block-entry.ts'

/** Goes through all entries of a block, from the first to the last, and puts each key together. */
export class BlockWalk {
  key: Uint8Array = new Uint8Array(128)
  keyBytes = 0
  /** Where the next entry begins. */
  at = 0
  /** How many bytes of the current key the block does not repeat. */
  shared = 0
  /** Of the block that was measured: how many bytes all keys have in common, and the shortest key has. */
  commonBytes = 0
  shortestBytes = 0
  /** Whether a key is there more than once. */
  hasVersions = false
  readonly #entry = new BlockEntry()
  #block: Block | undefined
  /** How many bytes the current key has in common with the one before. */
  #matched = 0

  begin(block: Block): void {
    this.#block = block
    this.at = block.start
    this.keyBytes = 0
  }

  get isInside(): boolean {
    return this.at < this.#block!.entriesEnd
  }

  /** REQUIRES that `isInside`. CORRUPTION where the entry does not fit. */
  next(): void {
    const block = this.#block!
    const entry = this.#entry
    entry.read(block, this.at, this.keyBytes)
    const { shared, keyBytes, suffixStart, suffixEnd } = entry
    if (keyBytes > this.key.length) this.#grow(keyBytes)
    const { key } = this
    const { bytes } = block
    let matched = shared
    for (let i = suffixStart; i < suffixEnd && matched < this.keyBytes && key[matched] === bytes[i]; i++) matched++
    for (let i = suffixStart, to = shared; i < suffixEnd; i++) key[to++] = bytes[i]!
    this.#matched = matched
    this.shared = shared
    this.keyBytes = keyBytes
    this.at = entry.end
  }

  /** Goes through a block, notes what its keys have in common, and returns how many entries there are. */
  measure(block: Block): number {
    this.begin(block)
    this.next()
    this.commonBytes = this.shortestBytes = this.keyBytes
    this.hasVersions = false
    let entries = 1
    for (; this.isInside; entries++) {
      const bytesBefore = this.keyBytes
      this.next()
      if (this.#matched === this.keyBytes && this.keyBytes === bytesBefore) this.hasVersions = true
      if (this.#matched < this.commonBytes) this.commonBytes = this.#matched
      if (this.keyBytes < this.shortestBytes) this.shortestBytes = this.keyBytes
    }
    return entries
  }

  #grow(bytes: number): void {
    const larger = new Uint8Array(2 * bytes)
    larger.set(this.key)
    this.key = larger
  }
}
