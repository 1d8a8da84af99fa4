import { copyBytes } from '../../bytes/copy.ts'
import { cellBytes, cellWord, keyIsInChain } from '../page/cell.ts'
import { cellAt, leftLink, PageKind, pageKind, pageLevel, rightLink, slotCount } from '../page/format.ts'
import type { FormatEdit, LinkEdit, RemoveEdit, ReplaceEdit } from '../page/page-edit.ts'
import { putFirstCell } from './cell-builder.ts'
import { freeKeyChain } from './cell-key.ts'
import type { PageAccess } from './page-access.ts'
import type { TreeCounts } from './tree-counts.ts'
import { childPage, type TreePath } from './tree-path.ts'

/** Gives back pages that became empty, and lowers a root that leads to one page only. Pages are never merged. */
export class PageRemover {
  readonly #access: PageAccess
  readonly #counts: TreeCounts
  readonly #remove: RemoveEdit = { kind: 'remove', slot: 0, count: 1 }
  readonly #link: LinkEdit = { kind: 'link', left: 0, right: 0 }
  readonly #first: ReplaceEdit
  readonly #format: FormatEdit

  constructor(access: PageAccess, counts: TreeCounts) {
    this.#access = access
    this.#counts = counts
    const cells = new Uint8Array(access.pageBytes)
    this.#first = { kind: 'replace', slot: 0, cell: cells, cellBytes: 0 }
    this.#format = { kind: 'format', pageKind: 0, level: 0, left: 0, right: 0, count: 0, cells, cellsBytes: 0 }
  }

  /** Frees the empty leaf at the path's end, and the pages above that lead to nothing any more. */
  freeEmpty(path: TreePath): void {
    for (let depth = path.depth; depth > 0; depth--) {
      const id = path.ids[depth]!
      this.#freePage(id)
      if (this.#removeChild(path.ids[depth - 1]!, path.slots[depth - 1]!)) break
    }
    this.#lowerRoot(path.ids[0]!)
  }

  #freePage(id: number): void {
    const access = this.#access
    const page = access.read(id)
    if (pageKind(page) === PageKind.leaf) {
      const left = leftLink(page)
      const right = rightLink(page)
      if (left !== 0) this.#relink(left, leftLink(access.read(left)), right)
      if (right !== 0) this.#relink(right, left, rightLink(access.read(right)))
      this.#counts.leafFrees++
    } else this.#counts.internalFrees++
    access.free(id)
  }

  #relink(id: number, left: number, right: number): void {
    this.#link.left = left
    this.#link.right = right
    this.#access.edit(id, this.#link, 'free')
  }

  /** Takes a child out of an internal page; whether others are left. */
  #removeChild(id: number, slot: number): boolean {
    const access = this.#access
    this.#dropKey(id, slot)
    this.#remove.slot = slot
    access.edit(id, this.#remove, 'free')
    if (slotCount(access.read(id)) === 0) return false
    // What was below the first child belongs to the second one now, which stands for everything from the left.
    if (slot === 0) {
      this.#dropKey(id, 0)
      this.#first.cellBytes = putFirstCell(this.#first.cell, 0, cellWord(access.read(id), cellAt(access.read(id), 0)))
      access.edit(id, this.#first, 'free')
    }
    return true
  }

  #dropKey(id: number, slot: number): void {
    const page = this.#access.read(id)
    const at = cellAt(page, slot)
    if (!keyIsInChain(page, at)) return
    const cell = page.slice(at, at + cellBytes(PageKind.internal, page, at, page.length))
    freeKeyChain(this.#access, this.#counts, cell, 0)
  }

  #lowerRoot(root: number): void {
    const access = this.#access
    for (;;) {
      const page = access.read(root)
      if (pageKind(page) !== PageKind.internal || slotCount(page) !== 1) return
      const child = cellWord(page, cellAt(page, 0))
      this.#becomeRoot(root, childPage(access, child, pageLevel(page) - 1))
      access.free(child)
      this.#counts.rootShrinks++
    }
  }

  #becomeRoot(root: number, from: Uint8Array): void {
    const edit = this.#format
    edit.pageKind = pageKind(from) === PageKind.leaf ? PageKind.leaf : PageKind.internal
    edit.level = pageLevel(from)
    edit.count = slotCount(from)
    let length = 0
    for (let slot = 0; slot < edit.count; slot++) {
      const at = cellAt(from, slot)
      const size = cellBytes(edit.pageKind, from, at, from.length)
      length = copyBytes(edit.cells, length, from, at, at + size)
    }
    edit.cellsBytes = length
    this.#access.edit(root, edit, 'free')
  }
}
