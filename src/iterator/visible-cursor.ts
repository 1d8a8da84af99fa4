import { Kind } from '../key/kind.ts'
import type { EntryCursor } from './entry-cursor.ts'
import { Scratch } from './scratch.ts'

const NOTHING = new Uint8Array(0)
/** After so many versions of one key a seek is cheaper than further steps. */
const STEPS_BEFORE_SEEK = 8

/**
 * The keys as they stand at one sequence: of each key the newest version at or below it, and nothing where that is a
 * delete.
 *
 * Going forward the child stands at the current entry, whose slices are passed on. Going backward the newest version of
 * a key comes last, so the child stands before all versions of the current key, and the current entry is a copy. Both
 * directions keep a copy of the current key, because the child's slices end with its next move.
 */
export class VisibleCursor {
  valid = false
  key: Uint8Array = NOTHING
  keyStart = 0
  keyEnd = 0
  value: Uint8Array = NOTHING
  valueStart = 0
  valueEnd = 0
  readonly #child: EntryCursor
  readonly #sequence: number
  readonly #currentKey: Scratch = new Scratch(64)
  readonly #currentValue: Scratch = new Scratch(0)
  #forward = true

  /** Takes over `child`: closing this cursor closes it. */
  constructor(child: EntryCursor, sequence: number) {
    this.#child = child
    this.#sequence = sequence
  }

  seekToFirst(): void {
    this.#child.seekToFirst()
    this.#settleForward()
  }

  seekToLast(): void {
    this.#child.seekToLast()
    this.#settleBackward()
  }

  /** To the first key at or after `key`. */
  seek(key: Uint8Array): void {
    this.#child.seek(key, 0, key.length, this.#sequence)
    this.#settleForward()
  }

  /** To the last key less than `key`. */
  seekBefore(key: Uint8Array): void {
    this.#child.seekBefore(key, 0, key.length)
    this.#settleBackward()
  }

  /** REQUIRES `valid`. */
  next(): void {
    const current = this.#currentKey
    if (this.#forward) current.copy(this.key, this.keyStart, this.keyEnd)
    else this.#child.seek(current.bytes, 0, current.length, this.#sequence)
    this.#leaveKey()
    this.#settleForward()
  }

  /** REQUIRES `valid`. */
  previous(): void {
    const current = this.#currentKey
    if (this.#forward) {
      current.copy(this.key, this.keyStart, this.keyEnd)
      this.#child.seekBefore(current.bytes, 0, current.length)
    }
    this.#settleBackward()
  }

  close(): void {
    this.valid = false
    this.key = this.value = NOTHING
    this.#child.close()
  }

  /**
   * Takes the first visible entry from the child's on. REQUIRES that the child does not stand amid the visible versions
   * of a key.
   */
  #settleForward(): void {
    const child = this.#child
    this.#forward = true
    for (this.#skipNewer(); child.valid; this.#skipNewer()) {
      if (child.kind !== Kind.Delete) {
        this.#takeChild()
        return
      }
      this.#currentKey.copy(child.key, child.keyStart, child.keyEnd)
      this.#leaveKey()
    }
    this.valid = false
  }

  /** Moves the child, which stands at a version of the current key, behind all versions of it. */
  #leaveKey(): void {
    const child = this.#child
    const current = this.#currentKey
    let steps = 0
    do {
      if (++steps <= STEPS_BEFORE_SEEK || child.sequence === 0) child.next()
      else child.seek(current.bytes, 0, current.length, 0)
    } while (child.valid && current.equals(child.key, child.keyStart, child.keyEnd))
  }

  /** Moves the child behind versions that are newer than the view. */
  #skipNewer(): void {
    const child = this.#child
    const current = this.#currentKey
    let steps = 0
    while (child.valid && child.sequence > this.#sequence) {
      if (++steps <= STEPS_BEFORE_SEEK) {
        child.next()
        continue
      }
      current.copy(child.key, child.keyStart, child.keyEnd)
      child.seek(current.bytes, 0, current.length, this.#sequence)
      steps = 0
    }
  }

  #takeChild(): void {
    const child = this.#child
    this.valid = true
    this.key = child.key
    this.keyStart = child.keyStart
    this.keyEnd = child.keyEnd
    this.value = child.value
    this.valueStart = child.valueStart
    this.valueEnd = child.valueEnd
  }

  /** Takes the last visible entry up to the child's. REQUIRES that the child stands at the oldest version of a key. */
  #settleBackward(): void {
    const child = this.#child
    const current = this.#currentKey
    this.#forward = false
    this.valid = false
    while (child.valid && !this.valid) {
      current.copy(child.key, child.keyStart, child.keyEnd)
      this.valid = this.#keepNewest()
    }
    if (!this.valid) return
    this.key = current.bytes
    this.keyStart = 0
    this.keyEnd = current.length
    this.value = this.#currentValue.bytes
    this.valueStart = 0
    this.valueEnd = this.#currentValue.length
  }

  /**
   * Moves the child, which stands at the oldest version of the current key, before all versions of it, and keeps the
   * value of the newest visible one. False where that is a delete, or none is visible.
   */
  #keepNewest(): boolean {
    const child = this.#child
    const current = this.#currentKey
    let found = false
    let steps = 0
    do {
      if (++steps > STEPS_BEFORE_SEEK) return this.#seekNewest()
      if (child.sequence <= this.#sequence) found = this.#keepValue()
      child.previous()
    } while (child.valid && current.equals(child.key, child.keyStart, child.keyEnd))
    return found
  }

  /** The same, from wherever the child stands. */
  #seekNewest(): boolean {
    const child = this.#child
    const current = this.#currentKey
    child.seek(current.bytes, 0, current.length, this.#sequence)
    const isVisible = child.valid && current.equals(child.key, child.keyStart, child.keyEnd)
    const found = isVisible && this.#keepValue()
    child.seekBefore(current.bytes, 0, current.length)
    return found
  }

  #keepValue(): boolean {
    const child = this.#child
    if (child.kind === Kind.Delete) return false
    this.#currentValue.copy(child.value, child.valueStart, child.valueEnd)
    return true
  }
}
