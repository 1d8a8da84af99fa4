import { compareBytes, compareSlices, successor } from '../bytes/compare.ts'
import type { VisibleCursor } from './visible-cursor.ts'

const NOTHING = new Uint8Array(0)

/**
 * One pass over the visible entries of a range, from `lower` (inclusive) to `upper` (exclusive), undefined being
 * unbounded, or the other way round where `reverse`. It has the shape that a scan expects of an engine.
 */
export class BoundedCursor {
  key: Uint8Array = NOTHING
  keyStart = 0
  keyEnd = 0
  value: Uint8Array = NOTHING
  valueStart = 0
  valueEnd = 0
  readonly #visible: VisibleCursor
  readonly #lower: Uint8Array | undefined
  readonly #upper: Uint8Array | undefined
  readonly #reverse: boolean
  readonly #release: () => void
  #target: Uint8Array | undefined
  /** 'seek': the next advance positions the visible cursor; 'step': it moves it on. */
  #state: 'seek' | 'step' | 'ended' | 'closed' = 'seek'

  /** Takes over `visible`: closing this cursor closes it and then calls `release` once. */
  constructor(
    visible: VisibleCursor,
    lower: Uint8Array | undefined,
    upper: Uint8Array | undefined,
    reverse: boolean,
    release: () => void,
  ) {
    this.#visible = visible
    this.#lower = lower
    this.#upper = upper
    this.#reverse = reverse
    this.#release = release
  }

  /** Moves to the next entry, the first call to the first one; false at the end, and from then on. */
  advance(): boolean {
    const visible = this.#visible
    if (this.#state === 'step') {
      if (this.#reverse) visible.previous()
      else visible.next()
    } else if (this.#state === 'seek') this.#position()
    else return false
    if (!visible.valid || !this.#isWithin()) {
      this.#state = 'ended'
      return false
    }
    this.#state = 'step'
    this.key = visible.key
    this.keyStart = visible.keyStart
    this.keyEnd = visible.keyEnd
    this.value = visible.value
    this.valueStart = visible.valueStart
    this.valueEnd = visible.valueEnd
    return true
  }

  /**
   * Makes the next `advance` find the first entry at or past `key` in the scan's direction, within the bounds; it may
   * go back.
   */
  seek(key: Uint8Array): void {
    if (this.#state === 'closed') return
    this.#target = key.slice()
    this.#state = 'seek'
  }

  /** Gives back what it pins; twice is harmless. */
  close(): void {
    if (this.#state === 'closed') return
    this.#state = 'closed'
    this.key = this.value = NOTHING
    this.keyStart = this.keyEnd = this.valueStart = this.valueEnd = 0
    try {
      this.#visible.close()
    } finally {
      this.#release()
    }
  }

  #position(): void {
    const target = this.#target
    if (this.#reverse) {
      const upper = this.#upper
      const end = target === undefined ? upper : least(successor(target), upper)
      if (end === undefined) this.#visible.seekToLast()
      else this.#visible.seekBefore(end)
      return
    }
    const lower = this.#lower
    const start = target === undefined || (lower !== undefined && compareBytes(target, lower) < 0) ? lower : target
    if (start === undefined) this.#visible.seekToFirst()
    else this.#visible.seek(start)
  }

  /** Whether the visible entry is within the bound that lies ahead; the one behind was kept when positioning. */
  #isWithin(): boolean {
    const { key, keyStart, keyEnd } = this.#visible
    const bound = this.#reverse ? this.#lower : this.#upper
    if (bound === undefined) return true
    const order = compareSlices(key, keyStart, keyEnd, bound, 0, bound.length)
    return this.#reverse ? order >= 0 : order < 0
  }
}

function least(key: Uint8Array, bound: Uint8Array | undefined): Uint8Array {
  return bound === undefined || compareBytes(key, bound) <= 0 ? key : bound
}
