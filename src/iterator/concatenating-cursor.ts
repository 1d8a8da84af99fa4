import { compareSlices } from '../bytes/compare.ts'
import { EntryCursor } from './entry-cursor.ts'

const NONE = -1

/**
 * First and last user key of one part of a concatenation; both are in it. The manifest's table entries are such parts.
 */
export interface Part {
  readonly smallest: Uint8Array
  readonly largest: Uint8Array
}

/**
 * One sorted run: parts that follow each other in internal order. Two neighbours may share a user key, the newer
 * versions in the first. Parts are opened when they are reached, one at a time, and closed when they are left.
 */
export class ConcatenatingCursor extends EntryCursor {
  #parts: readonly Part[]
  readonly #open: (part: number) => EntryCursor
  #child: EntryCursor | undefined
  #at: number = NONE

  constructor(parts: readonly Part[], open: (part: number) => EntryCursor) {
    super()
    this.#parts = parts
    this.#open = open
  }

  override seekToFirst(): void {
    this.#firstFrom(0)
  }

  override seekToLast(): void {
    this.#lastFrom(this.#parts.length - 1)
  }

  override seek(key: Uint8Array, keyStart: number, keyEnd: number, sequence: number): void {
    // The part found may hold only newer versions of the key, and the next one may still begin with such.
    for (let part = this.#firstReaching(key, keyStart, keyEnd); this.#enter(part); part++) {
      this.#child!.seek(key, keyStart, keyEnd, sequence)
      if (this.#take()) return
    }
  }

  override seekBefore(key: Uint8Array, keyStart: number, keyEnd: number): void {
    const parts = this.#parts
    let part = this.#firstReaching(key, keyStart, keyEnd)
    const reached = parts[part]
    if (
      reached === undefined ||
      compareSlices(reached.smallest, 0, reached.smallest.length, key, keyStart, keyEnd) >= 0
    ) {
      part--
    }
    for (; this.#enter(part); part--) {
      this.#child!.seekBefore(key, keyStart, keyEnd)
      if (this.#take()) return
    }
  }

  override next(): void {
    this.#child!.next()
    if (!this.#take()) this.#firstFrom(this.#at + 1)
  }

  override previous(): void {
    this.#child!.previous()
    if (!this.#take()) this.#lastFrom(this.#at - 1)
  }

  override close(): void {
    this.#leave()
    this.#parts = []
  }

  #firstFrom(start: number): void {
    for (let part = start; this.#enter(part); part++) {
      this.#child!.seekToFirst()
      if (this.#take()) return
    }
  }

  #lastFrom(start: number): void {
    for (let part = start; this.#enter(part); part--) {
      this.#child!.seekToLast()
      if (this.#take()) return
    }
  }

  /** The first part whose last key is not before the given one. */
  #firstReaching(key: Uint8Array, keyStart: number, keyEnd: number): number {
    let begin = 0
    let end = this.#parts.length
    while (begin < end) {
      const middle = (begin + end) >>> 1
      const largest = this.#parts[middle]!.largest
      if (compareSlices(largest, 0, largest.length, key, keyStart, keyEnd) < 0) begin = middle + 1
      else end = middle
    }
    return begin
  }

  /** Makes `part` the open one; where there is no such part, the cursor becomes invalid and holds none. */
  #enter(part: number): boolean {
    const exists = part >= 0 && part < this.#parts.length
    if (exists && part === this.#at) return true
    this.#leave()
    if (!exists) return false
    this.#child = this.#open(part)
    this.#at = part
    return true
  }

  #leave(): void {
    this.valid = false
    this.#at = NONE
    this.#child?.close()
    this.#child = undefined
  }

  /** Copies the child's entry; false where it has none. */
  #take(): boolean {
    const child = this.#child!
    this.valid = child.valid
    if (!child.valid) return false
    this.key = child.key
    this.keyStart = child.keyStart
    this.keyEnd = child.keyEnd
    this.sequence = child.sequence
    this.kind = child.kind
    this.value = child.value
    this.valueStart = child.valueStart
    this.valueEnd = child.valueEnd
    return true
  }
}
