import { EntryCursor } from '../iterator/entry-cursor.ts'
import { MAX_SEQUENCE } from '../key/sequence.ts'
import { showEntry } from './entry.ts'
import type { EntryIndex } from './entry-index.ts'
import { NONE } from './node-pool.ts'

const NOTHING = new Uint8Array(0)

/**
 * Walks a memtable, also one that is still written to: whatever was there when the cursor moved is met, what was
 * inserted since may be. Its slices outlive its moves, because entries never move in the arena.
 */
export class MemtableCursor extends EntryCursor {
  #index: EntryIndex | undefined
  #position: number = NONE
  #address = 0

  constructor(index: EntryIndex) {
    super()
    this.#index = index
  }

  override seekToFirst(): void {
    if (this.#index !== undefined) this.#moveTo(this.#index, this.#index.first())
  }

  override seekToLast(): void {
    if (this.#index !== undefined) this.#moveTo(this.#index, this.#index.last())
  }

  override seek(key: Uint8Array, keyStart: number, keyEnd: number, sequence: number): void {
    const index = this.#index
    if (index !== undefined) this.#moveTo(index, index.lowerBound(key, keyStart, keyEnd, sequence))
  }

  override seekBefore(key: Uint8Array, keyStart: number, keyEnd: number): void {
    const index = this.#index
    if (index === undefined) return
    const position = index.lowerBound(key, keyStart, keyEnd, MAX_SEQUENCE)
    this.#moveTo(index, position === NONE ? index.last() : index.before(position))
  }

  override next(): void {
    const index = this.#index!
    this.#moveTo(index, index.after(this.#found(index)))
  }

  override previous(): void {
    const index = this.#index!
    this.#moveTo(index, index.before(this.#found(index)))
  }

  override close(): void {
    this.#index = undefined
    this.valid = false
    this.key = this.value = NOTHING
  }

  /** Where the current entry is by now: its leaf may have got more entries, or have been split. */
  #found(index: EntryIndex): number {
    if (index.holds(this.#position, this.#address)) return this.#position
    return index.lowerBound(this.key, this.keyStart, this.keyEnd, this.sequence)
  }

  #moveTo(index: EntryIndex, position: number): void {
    this.#position = position
    this.valid = position !== NONE
    if (position === NONE) return
    const address = index.address(position)
    this.#address = address
    showEntry(this, index.arena, address)
  }
}
