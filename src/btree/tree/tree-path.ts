import { corruption } from '../../errors.ts'
import { cellWord } from '../page/cell.ts'
import { cellAt, PageKind, pageKind, pageLevel, slotCount } from '../page/format.ts'
import { compareCellKey } from './cell-key.ts'
import type { PageReader } from './page-access.ts'

/** Above the level byte of any page. */
const MAX_DEPTH = 256

/** The way from the root (depth 0) to a leaf, reused from search to search. */
export class TreePath {
  readonly ids: Uint32Array = new Uint32Array(MAX_DEPTH)
  /** The slot taken in each internal page. */
  readonly slots: Int32Array = new Int32Array(MAX_DEPTH)
  /** The leaf's depth: the height less one. */
  depth = 0

  get leaf(): number {
    return this.ids[this.depth]!
  }

  /** Whether the page at `depth` is the last one of its level. */
  isRightmost(reader: PageReader, depth: number): boolean {
    for (let above = 0; above < depth; above++) {
      if (this.slots[above]! + 1 < slotCount(reader.read(this.ids[above]!))) return false
    }
    return true
  }
}

/** Goes to the leaf where a key belongs, and returns its page. */
export function descend(
  reader: PageReader,
  root: number,
  key: Uint8Array,
  start: number,
  end: number,
  path: TreePath,
): Uint8Array {
  let page = reader.read(root)
  let id = root
  let depth = 0
  for (let level = firstLevel(page, root); level > 0; level--) {
    const slot = childSlot(reader, page, key, start, end)
    path.ids[depth] = id
    path.slots[depth++] = slot
    id = cellWord(page, cellAt(page, slot))
    page = childPage(reader, id, level - 1)
  }
  path.ids[depth] = id
  path.depth = depth
  return page
}

/** The first leaf, or the last one. */
export function descendToEdge(reader: PageReader, root: number, last: boolean): number {
  let page = reader.read(root)
  let id = root
  for (let level = firstLevel(page, root); level > 0; level--) {
    id = cellWord(page, cellAt(page, last ? slotCount(page) - 1 : 0))
    page = childPage(reader, id, level - 1)
  }
  return id
}

function firstLevel(page: Uint8Array, root: number): number {
  const kind = pageKind(page)
  if (kind !== PageKind.leaf && kind !== PageKind.internal) throw corruption(`page ${root} is not the root of a tree`)
  return pageLevel(page)
}

/** A child, proven to be of the level expected: so every descent ends. */
export function childPage(reader: PageReader, id: number, level: number): Uint8Array {
  const page = reader.read(id)
  const kind = level > 0 ? PageKind.internal : PageKind.leaf
  if (pageKind(page) !== kind || pageLevel(page) !== level || slotCount(page) === 0) {
    throw corruption(`page ${id} is not a page of level ${level}, as the page above it says`)
  }
  return page
}

/** The slot of an internal page below which a key belongs: the last one whose key is not greater; the first has none. */
export function childSlot(reader: PageReader, page: Uint8Array, key: Uint8Array, start: number, end: number): number {
  let low = 0
  let high = slotCount(page) - 1
  while (low < high) {
    const middle = (low + high + 1) >>> 1
    if (compareCellKey(reader, page, cellAt(page, middle), key, start, end) <= 0) low = middle
    else high = middle - 1
  }
  return low
}

/** The slot of a key in a leaf, or, where it is not there, -1 less the slot at which it would be. */
export function leafSlot(reader: PageReader, page: Uint8Array, key: Uint8Array, start: number, end: number): number {
  let low = 0
  let high = slotCount(page)
  while (low < high) {
    const middle = (low + high) >>> 1
    const order = compareCellKey(reader, page, cellAt(page, middle), key, start, end)
    if (order === 0) return middle
    if (order < 0) low = middle + 1
    else high = middle
  }
  return -1 - low
}
