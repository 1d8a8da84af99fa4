import { compareBytes } from '../../bytes/compare.ts'
import { corruption } from '../../errors.ts'
import { cellWord, inlineKeyBytes, keyIsInChain, valueAt, valueIsInChain } from '../page/cell.ts'
import { CELL_HEADER_BYTES, cellAt, leftLink, PageKind, pageKind, rightLink, slotCount } from '../page/format.ts'
import { compareCellKey, copyKey, copyValue } from './cell-key.ts'
import type { PageReader } from './page-access.ts'
import { descend, descendToEdge, leafSlot, TreePath } from './tree-path.ts'

const NOTHING = new Uint8Array(0)

/** Descents run one after the other, never inside each other. */
const path = new TreePath()

/**
 * Walks the entries of a view from `lower` (inclusive) to `upper` (exclusive), forward or backward. Key and value are
 * slices that hold until the next move; a value in overflow pages is read only when it is asked for.
 */
export class TreeCursor {
  key: Uint8Array = NOTHING
  keyStart = 0
  keyEnd = 0
  readonly #reader: PageReader
  readonly #root: number
  readonly #lower: Uint8Array | undefined
  readonly #upper: Uint8Array | undefined
  readonly #reverse: boolean
  readonly #onClose: () => void
  #state: 'sought' | 'inside' | 'ended' | 'closed' = 'sought'
  #target: Uint8Array | undefined
  #leaf = 0
  #slot = 0
  #page: Uint8Array = NOTHING
  #at = 0
  /** The value, once it was read from overflow pages. */
  #chained: Uint8Array | undefined

  constructor(
    reader: PageReader,
    root: number,
    lower: Uint8Array | undefined,
    upper: Uint8Array | undefined,
    reverse: boolean,
    onClose: () => void = () => {},
  ) {
    this.#reader = reader
    this.#root = root
    this.#lower = lower
    this.#upper = upper
    this.#reverse = reverse
    this.#onClose = onClose
  }

  get value(): Uint8Array {
    if (!valueIsInChain(this.#page, this.#at)) return this.#page
    this.#chained ??= copyValue(this.#reader, this.#page, this.#at)
    return this.#chained
  }

  get valueStart(): number {
    return valueIsInChain(this.#page, this.#at) ? 0 : valueAt(this.#page, this.#at)
  }

  get valueEnd(): number {
    return this.valueStart + cellWord(this.#page, this.#at)
  }

  /** Moves to the next entry, the first call to the first one; false at the end, and from then on. */
  advance(): boolean {
    if (this.#state === 'closed' || this.#state === 'ended') return false
    this.#chained = undefined
    if (this.#state === 'sought') this.#findFirst()
    else this.#slot += this.#reverse ? -1 : 1
    this.#state = this.#settle() ? 'inside' : 'ended'
    return this.#state === 'inside'
  }

  /** Makes the next `advance` find the first entry at or past `key` in the cursor's direction, within its bounds. */
  seek(key: Uint8Array): void {
    if (this.#state === 'closed') return
    this.#target = key
    this.#state = 'sought'
  }

  close(): void {
    if (this.#state === 'closed') return
    this.#state = 'closed'
    this.#page = NOTHING
    this.key = NOTHING
    this.#onClose()
  }

  /** Sets leaf and slot, which may lie one past an end of the leaf. */
  #findFirst(): void {
    const target = this.#target
    const bound = this.#reverse ? this.#upper : this.#lower
    const order = target === undefined || bound === undefined ? 0 : compareBytes(target, bound)
    const useBound = target === undefined || (bound !== undefined && (this.#reverse ? order >= 0 : order < 0))
    const from = useBound ? bound : target
    if (from === undefined) {
      this.#leaf = descendToEdge(this.#reader, this.#root, this.#reverse)
      this.#slot = this.#reverse ? slotCount(this.#reader.read(this.#leaf)) - 1 : 0
      return
    }
    const page = descend(this.#reader, this.#root, from, 0, from.length, path)
    this.#leaf = path.leaf
    const found = leafSlot(this.#reader, page, from, 0, from.length)
    const slot = found < 0 ? -1 - found : found
    // Backward, the upper bound itself is outside, what was sought is inside.
    if (this.#reverse) this.#slot = found >= 0 && !useBound ? slot : slot - 1
    else this.#slot = slot
  }

  /** Goes on to a neighbour where the leaf has no such slot, and takes the entry if it is within the bounds. */
  #settle(): boolean {
    // Asked for again at every move: the keeper of pages may have put a before-image in its place.
    let page = this.#reader.read(this.#leaf)
    if (this.#slot < 0 || this.#slot >= slotCount(page)) {
      const next = this.#reverse ? leftLink(page) : rightLink(page)
      if (next === 0) return false
      page = this.#reader.read(next)
      // Only a root that is a leaf may be empty; so every step ends.
      if (pageKind(page) !== PageKind.leaf || slotCount(page) === 0) {
        throw corruption(`page ${next} is not a leaf, as its neighbour ${this.#leaf} says`)
      }
      this.#leaf = next
      this.#slot = this.#reverse ? slotCount(page) - 1 : 0
    }
    this.#page = page
    this.#at = cellAt(page, this.#slot)
    if (!this.#isInside()) return false
    if (keyIsInChain(page, this.#at)) {
      this.key = copyKey(this.#reader, page, this.#at)
      this.keyStart = 0
      this.keyEnd = this.key.length
    } else {
      this.key = page
      this.keyStart = this.#at + CELL_HEADER_BYTES
      this.keyEnd = this.keyStart + inlineKeyBytes(page, this.#at)
    }
    return true
  }

  #isInside(): boolean {
    const bound = this.#reverse ? this.#lower : this.#upper
    if (bound === undefined) return true
    const order = compareCellKey(this.#reader, this.#page, this.#at, bound, 0, bound.length)
    return this.#reverse ? order >= 0 : order < 0
  }
}
