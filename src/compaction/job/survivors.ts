import { compareSlices } from '../../bytes/compare.ts'
import type { EntryStream } from '../../iterator/entry-stream.ts'
import { Kind } from '../../key/kind.ts'
import type { KeyRange } from '../key-range.ts'

/** What decides which entries live on. */
export interface SurvivalRules {
  /** The sequences that readers hold, ascending. */
  readonly snapshots: readonly number[]
  /** Where something older than the entries stays behind: ascending, not overlapping. */
  readonly olderRanges: readonly KeyRange[]
  /** Keeps every newest tombstone, whatever the ranges say. */
  readonly keepTombstones: boolean
}

/**
 * Takes entries in internal order and says which are still needed. Snapshots divide all sequences into stripes: up to the first snapshot,
 * from there to the second, and so on to the present. No reader can tell the versions of a key within one stripe apart from its newest, so
 * only that one lives. A tombstone in the first stripe hides nothing but what is older than the entries themselves: where there is
 * nothing of that sort, it has done its work.
 */
export class Survivors {
  /** Whether the last entry that was kept is the first of its user key. */
  isNewKey = false
  readonly #snapshots: readonly number[]
  readonly #older: readonly KeyRange[]
  readonly #keepTombstones: boolean
  #key = new Uint8Array(64)
  #keyBytes = -1
  #stripe = 0
  /** The first older range that does not end before the current key. */
  #range = 0

  constructor(rules: SurvivalRules) {
    this.#snapshots = rules.snapshots
    this.#older = rules.olderRanges
    this.#keepTombstones = rules.keepTombstones
  }

  keep(entry: EntryStream): boolean {
    const isSame = this.#isSameKey(entry)
    const stripe = this.#stripeOf(entry.sequence)
    if (isSame && stripe === this.#stripe) return false
    if (!isSame) this.#remember(entry)
    this.#stripe = stripe
    this.isNewKey = !isSame
    return entry.kind !== Kind.Delete || stripe > 0 || this.#keepTombstones || this.#hasOlder(entry)
  }

  #isSameKey(entry: EntryStream): boolean {
    const size = this.#keyBytes
    const { key, keyStart } = entry
    if (entry.keyEnd - keyStart !== size) return false
    const last = this.#key
    // Neighbours share their beginnings, so they differ soonest at their ends.
    for (let i = size - 1; i >= 0; i--) if (last[i] !== key[keyStart + i]) return false
    return true
  }

  #remember(entry: EntryStream): void {
    const { key, keyStart } = entry
    const size = entry.keyEnd - keyStart
    if (size > this.#key.length) this.#key = new Uint8Array(2 * size)
    const last = this.#key
    for (let i = 0; i < size; i++) last[i] = key[keyStart + i]!
    this.#keyBytes = size
  }

  /** How many snapshots are too old to see `sequence`. */
  #stripeOf(sequence: number): number {
    const snapshots = this.#snapshots
    let low = 0
    let high = snapshots.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (snapshots[middle]! < sequence) low = middle + 1
      else high = middle
    }
    return low
  }

  #hasOlder({ key, keyStart, keyEnd }: EntryStream): boolean {
    const older = this.#older
    for (; this.#range < older.length; this.#range++) {
      const { smallest, largest } = older[this.#range]!
      if (compareSlices(largest, 0, largest.length, key, keyStart, keyEnd) < 0) continue
      return compareSlices(smallest, 0, smallest.length, key, keyStart, keyEnd) <= 0
    }
    return false
  }
}
