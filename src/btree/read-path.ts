import type { Bounds, ScanCursor } from '../kv-store/scan-cursor.ts'
import type { FoundValue } from '../store/store-reader.ts'
import { cellWord, valueAt, valueIsInChain } from './page/cell.ts'
import { cellAt, PageKind, pageKind, slotCount } from './page/format.ts'
import type { Pager } from './pager.ts'
import { copyValue } from './tree/cell-key.ts'
import type { PageReader } from './tree/page-access.ts'
import { TreeCursor } from './tree/tree-cursor.ts'
import { descend, leafSlot, TreePath } from './tree/tree-path.ts'

const NOTHING = new Uint8Array(0)

/** Answers point lookups and opens cursors in a view of the tree. */
export class ReadPath {
  readonly #pager: Pager
  readonly #root: number
  readonly #path = new TreePath()
  /** Reused from lookup to lookup, so that a read makes no object but its result. */
  readonly #view: PageReader & { sequence: number }
  readonly #found: { value: Uint8Array; valueStart: number; valueEnd: number } = {
    value: NOTHING,
    valueStart: 0,
    valueEnd: 0,
  }
  openCursors = 0
  /** Point lookups so far, and the pages that they read. */
  lookups = 0
  lookupPages = 0

  constructor(pager: Pager, root: number) {
    this.#pager = pager
    this.#root = root
    this.#view = {
      pageBytes: pager.pageBytes,
      sequence: 0,
      read(id: number): Uint8Array {
        return pager.readAt(id, this.sequence)
      },
    }
  }

  /** The value as a slice that holds until the next operation, or undefined. */
  find(key: Uint8Array, sequence: number): FoundValue | undefined {
    const view = this.#view
    view.sequence = sequence
    this.lookups++
    const page = descend(view, this.#root, key, 0, key.length, this.#path)
    this.lookupPages += this.#path.depth + 1
    const slot = leafSlot(view, page, key, 0, key.length)
    if (slot < 0) return undefined
    const found = this.#found
    const at = cellAt(page, slot)
    if (valueIsInChain(page, at)) {
      found.value = copyValue(view, page, at)
      found.valueStart = 0
      found.valueEnd = found.value.length
    } else {
      found.value = page
      found.valueStart = valueAt(page, at)
      found.valueEnd = found.valueStart + cellWord(page, at)
    }
    return found
  }

  /** A cursor over what is visible at `sequence`; the pages of its view stay until it is closed. */
  openCursor(bounds: Bounds, sequence: number, reverse: boolean): ScanCursor {
    return this.openTreeCursor(bounds, sequence, reverse)
  }

  protected openTreeCursor({ lower, upper }: Bounds, sequence: number, reverse: boolean): TreeCursor {
    const { versions } = this.#pager
    versions.open(sequence)
    this.openCursors++
    return new TreeCursor(this.#pager.view(sequence), this.#root, lower, upper, reverse, () => {
      this.openCursors--
      versions.close(sequence)
    })
  }

  /** About how many bytes of pages hold keys within the bounds: every page counts the same. */
  approximateSize({ lower, upper }: Bounds, sequence: number): number {
    const { space, pageBytes } = this.#pager
    const from = lower === undefined ? 0 : this.#position(lower, sequence)
    const to = upper === undefined ? 1 : this.#position(upper, sequence)
    return Math.round(Math.max(0, to - from) * (space.pageCount - space.freeCount) * pageBytes)
  }

  /** Which share of the tree lies before a key; it never shrinks as keys grow. */
  #position(key: Uint8Array, sequence: number): number {
    const view = this.#view
    view.sequence = sequence
    const page = descend(view, this.#root, key, 0, key.length, this.#path)
    const slot = leafSlot(view, page, key, 0, key.length)
    let share = slotCount(page) === 0 ? 0 : (slot < 0 ? -1 - slot : slot) / slotCount(page)
    for (let depth = this.#path.depth - 1; depth >= 0; depth--) {
      const above = view.read(this.#path.ids[depth]!)
      share = (this.#path.slots[depth]! + share) / (pageKind(above) === PageKind.internal ? slotCount(above) : 1)
    }
    return share
  }
}
