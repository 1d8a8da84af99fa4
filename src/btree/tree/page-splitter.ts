import { copyBytes } from '../../bytes/copy.ts'
import { cellBytes, cellWord } from '../page/cell.ts'
import { cellAt, leftLink, PageKind, pageKind, pageLevel, rightLink, SLOT_BYTES, slotCount } from '../page/format.ts'
import type { FormatEdit, InsertEdit, LinkEdit, RemoveEdit } from '../page/page-edit.ts'
import { freeBytes } from '../page/slotted-page.ts'
import { CellBuilder, putFirstCell } from './cell-builder.ts'
import { copyKey } from './cell-key.ts'
import type { PageAccess, WriteCause } from './page-access.ts'
import { middleSplit, rightmostSplit } from './split-point.ts'
import type { TreeCounts } from './tree-counts.ts'
import type { TreePath } from './tree-path.ts'

/** Puts cells into pages and splits those that are full, from a leaf up to the root. Its edits and buffers are reused. */
export class PageSplitter {
  readonly #access: PageAccess
  readonly #counts: TreeCounts
  readonly #rightmostFill: number
  /** The separator for the next level up is put together while the cell of this level is still needed. */
  readonly #builders: readonly [CellBuilder, CellBuilder]
  readonly #insert: InsertEdit
  readonly #remove: RemoveEdit = { kind: 'remove', slot: 0, count: 0 }
  readonly #link: LinkEdit = { kind: 'link', left: 0, right: 0 }
  readonly #format: FormatEdit

  constructor(access: PageAccess, counts: TreeCounts, rightmostFill: number) {
    this.#access = access
    this.#counts = counts
    this.#rightmostFill = rightmostFill
    this.#builders = [new CellBuilder(access, counts), new CellBuilder(access, counts)]
    const cells = new Uint8Array(access.pageBytes)
    this.#insert = { kind: 'insert', slot: 0, cell: cells, cellBytes: 0 }
    this.#format = { kind: 'format', pageKind: 0, level: 0, left: 0, right: 0, count: 0, cells, cellsBytes: 0 }
  }

  /** Inserts a cell at `slot` of the page at `depth` of the path, which no longer holds below `depth` afterwards. */
  insert(path: TreePath, depth: number, slot: number, cell: CellBuilder, cause: WriteCause): void {
    const id = path.ids[depth]!
    if (cell.length + SLOT_BYTES <= freeBytes(this.#access.read(id))) this.#insertCell(id, slot, cell, cause)
    else this.#split(path, depth, slot, cell, cause)
  }

  #insertCell(id: number, slot: number, cell: CellBuilder, cause: WriteCause): void {
    const edit = this.#insert
    edit.slot = slot
    edit.cell = cell.bytes
    edit.cellBytes = cell.length
    this.#access.edit(id, edit, cause)
  }

  #split(path: TreePath, depth: number, slot: number, cell: CellBuilder, cause: WriteCause): void {
    const access = this.#access
    const id = path.ids[depth]!
    const page = access.read(id)
    const last = slotCount(page)
    const rightmost = slot === last && path.isRightmost(access, depth)
    const leftCount = rightmost
      ? rightmostSplit(page, cell.length, this.#rightmostFill)
      : middleSplit(page, slot, cell.length)
    this.#count(pageLevel(page) === 0, rightmost, depth === 0)
    const separator = cell === this.#builders[0] ? this.#builders[1] : this.#builders[0]
    const right = access.allocate()
    this.#buildSeparator(access.read(id), leftCount, slot, cell, right, separator)
    if (depth === 0) this.#splitRoot(id, right, leftCount, slot, cell, separator)
    else {
      this.#splitPage(id, right, leftCount, slot, cell, cause)
      this.insert(path, depth - 1, path.slots[depth - 1]! + 1, separator, 'split')
    }
  }

  #count(leaf: boolean, rightmost: boolean, root: boolean): void {
    const counts = this.#counts
    if (leaf && rightmost) counts.leafSplitsRightmost++
    else if (leaf) counts.leafSplitsMiddle++
    else if (rightmost) counts.internalSplitsRightmost++
    else counts.internalSplitsMiddle++
    if (root) counts.rootSplits++
  }

  /**
   * The key that leads to the right page. Of internal pages it is the key of the first cell on the right, which loses
   * it; of leaves the shortest that tells the last row on the left from the first one on the right.
   */
  #buildSeparator(
    page: Uint8Array,
    leftCount: number,
    slot: number,
    cell: CellBuilder,
    right: number,
    target: CellBuilder,
  ): void {
    const isNew = leftCount === slot
    const first = isNew ? cell.bytes : page
    const firstAt = isNew ? 0 : cellAt(page, leftCount < slot ? leftCount : leftCount - 1)
    if (pageKind(page) === PageKind.internal) {
      target.movedUp(first, firstAt, right)
      return
    }
    const lastIsNew = leftCount - 1 === slot
    const last = lastIsNew ? cell.bytes : page
    const lastAt = lastIsNew ? 0 : cellAt(page, leftCount - 1 < slot ? leftCount - 1 : leftCount - 2)
    const before = copyKey(this.#access, last, lastAt)
    const key = copyKey(this.#access, first, firstAt)
    let shared = 0
    while (shared < before.length && before[shared] === key[shared]) shared++
    target.separator(key, 0, shared + 1, right)
  }

  /** The root keeps its place: both halves move to new pages, and it becomes the page above them. */
  #splitRoot(
    root: number,
    right: number,
    leftCount: number,
    slot: number,
    cell: CellBuilder,
    separator: CellBuilder,
  ): void {
    const access = this.#access
    const left = access.allocate()
    const page = access.read(root)
    const kind = pageKind(page)
    const level = pageLevel(page)
    const total = slotCount(page) + 1
    const leaves = kind === PageKind.leaf
    this.#formatFrom(root, left, 0, leftCount, slot, cell, 0, leaves ? right : 0)
    this.#formatFrom(root, right, leftCount, total, slot, cell, leaves ? left : 0, 0)
    const edit = this.#format
    edit.pageKind = PageKind.internal
    edit.level = level + 1
    edit.left = edit.right = 0
    edit.count = 2
    const first = putFirstCell(edit.cells, 0, left)
    edit.cells.set(separator.bytes.subarray(0, separator.length), first)
    edit.cellsBytes = first + separator.length
    access.edit(root, edit, 'split')
  }

  /** The left half stays; only the right one is written to the log. */
  #splitPage(id: number, right: number, leftCount: number, slot: number, cell: CellBuilder, cause: WriteCause): void {
    const access = this.#access
    const page = access.read(id)
    const leaf = pageKind(page) === PageKind.leaf
    const left = leftLink(page)
    const next = rightLink(page)
    const total = slotCount(page) + 1
    const staying = slot < leftCount ? leftCount - 1 : leftCount
    this.#formatFrom(id, right, leftCount, total, slot, cell, leaf ? id : 0, next)
    this.#remove.slot = staying
    this.#remove.count = total - 1 - staying
    if (this.#remove.count > 0) access.edit(id, this.#remove, 'split')
    if (leaf) {
      this.#relink(id, left, right)
      if (next !== 0) this.#relink(next, right, rightLink(access.read(next)))
    }
    if (slot < leftCount) this.#insertCell(id, slot, cell, cause)
  }

  #relink(id: number, left: number, right: number): void {
    this.#link.left = left
    this.#link.right = right
    this.#access.edit(id, this.#link, 'split')
  }

  /** Formats `target` with cells `from` to `to` of a page to which the new cell has been added in thought. */
  #formatFrom(
    source: number,
    target: number,
    from: number,
    to: number,
    slot: number,
    cell: CellBuilder,
    left: number,
    right: number,
  ): void {
    const page = this.#access.read(source)
    const edit = this.#format
    const { cells } = edit
    const kind = pageKind(page)
    let length = 0
    for (let index = from; index < to; index++) {
      const isNew = index === slot
      const bytes = isNew ? cell.bytes : page
      const at = isNew ? 0 : cellAt(page, index < slot ? index : index - 1)
      if (index === from && kind === PageKind.internal) {
        length = putFirstCell(cells, 0, cellWord(bytes, at))
        continue
      }
      const size = cellBytes(kind, bytes, at, bytes.length)
      length = copyBytes(cells, length, bytes, at, at + size)
    }
    edit.pageKind = kind === PageKind.internal ? PageKind.internal : PageKind.leaf
    edit.level = pageLevel(page)
    edit.left = left
    edit.right = right
    edit.count = to - from
    edit.cellsBytes = length
    this.#access.edit(target, edit, 'split')
  }
}
