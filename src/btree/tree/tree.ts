import { invariant, VarveError } from '../../errors.ts'
import { cellBytes } from '../page/cell.ts'
import { cellAt, PageKind, pageLevel, slotCount } from '../page/format.ts'
import type { RemoveEdit, ReplaceEdit } from '../page/page-edit.ts'
import { freeBytes } from '../page/slotted-page.ts'
import { CellBuilder } from './cell-builder.ts'
import { copyValue, freeCellChains } from './cell-key.ts'
import type { PageAccess, PageReader } from './page-access.ts'
import { PageRemover } from './page-remover.ts'
import { PageSplitter } from './page-splitter.ts'
import { emptyTreeCounts, type TreeCounts } from './tree-counts.ts'
import { descend, leafSlot, TreePath } from './tree-path.ts'

export interface TreeOptions {
  /** What a leaf keeps, of its capacity, when it is split behind the last entry of the tree: above 0, to 1. Default 0.9. */
  readonly rightmostFill?: number
}

/** Lookups run one after the other, never inside each other. */
const lookupPath = new TreePath()

/**
 * A B+ tree whose root stays in one page. Each call is a set of page edits that the caller makes atomic. Keys to 64 KiB
 * and values to 256 MiB; their limits are checked above.
 */
export class Tree {
  readonly root: number
  readonly counts: TreeCounts = emptyTreeCounts()
  readonly #marked: TreeCounts = emptyTreeCounts()
  readonly #access: PageAccess
  readonly #path: TreePath = new TreePath()
  readonly #cell: CellBuilder
  readonly #splitter: PageSplitter
  readonly #remover: PageRemover
  readonly #remove: RemoveEdit = { kind: 'remove', slot: 0, count: 1 }
  readonly #replace: ReplaceEdit

  /** Works on the tree whose root is page `root`, which `createTree` has made. */
  constructor(access: PageAccess, root: number, options: TreeOptions = {}) {
    const { rightmostFill = 0.9 } = options
    if (!(rightmostFill > 0 && rightmostFill <= 1)) {
      throw new VarveError('INVALID_ARGUMENT', 'rightmostFill must be above 0 and at most 1')
    }
    this.root = root
    this.#access = access
    this.#cell = new CellBuilder(access, this.counts)
    this.#splitter = new PageSplitter(access, this.counts, rightmostFill)
    this.#remover = new PageRemover(access, this.counts)
    this.#replace = { kind: 'replace', slot: 0, cell: this.#cell.bytes, cellBytes: 0 }
  }

  /** How many levels of pages there are, the leaves included. */
  get height(): number {
    return pageLevel(this.#access.read(this.root)) + 1
  }

  /** Sets the value of a key; true where the key is new. */
  put(
    key: Uint8Array,
    keyStart: number,
    keyEnd: number,
    value: Uint8Array,
    valueStart: number,
    valueEnd: number,
  ): boolean {
    const access = this.#access
    const path = this.#path
    const slot = leafSlot(access, descend(access, this.root, key, keyStart, keyEnd, path), key, keyStart, keyEnd)
    this.#cell.leaf(key, keyStart, keyEnd, value, valueStart, valueEnd)
    if (slot >= 0) this.#replaceAt(slot)
    else this.#splitter.insert(path, path.depth, -1 - slot, this.#cell, 'row')
    return slot < 0
  }

  /** Removes a key; false where it is not there. */
  delete(key: Uint8Array, keyStart: number, keyEnd: number): boolean {
    const access = this.#access
    const path = this.#path
    const page = descend(access, this.root, key, keyStart, keyEnd, path)
    const slot = leafSlot(access, page, key, keyStart, keyEnd)
    if (slot < 0) return false
    const chains = chainedCell(page, slot)
    this.#removeAt(path.leaf, slot)
    if (chains !== undefined) freeCellChains(access, this.counts, chains)
    if (path.depth > 0 && slotCount(access.read(path.leaf)) === 0) this.#remover.freeEmpty(path)
    return true
  }

  /** Remembers the counts, before changes that may be taken back. */
  mark(): void {
    Object.assign(this.#marked, this.counts)
  }

  /** What changed since `mark` was taken back in the pages: so it is in the counts. */
  rewind(): void {
    Object.assign(this.counts, this.#marked)
  }

  #replaceAt(slot: number): void {
    const access = this.#access
    const id = this.#path.leaf
    const page = access.read(id)
    const at = cellAt(page, slot)
    const before = cellBytes(PageKind.leaf, page, at, page.length)
    const chains = chainedCell(page, slot)
    if (this.#cell.length <= freeBytes(page) + before) {
      this.#replace.slot = slot
      this.#replace.cellBytes = this.#cell.length
      access.edit(id, this.#replace, 'row')
    } else {
      this.#removeAt(id, slot)
      this.#splitter.insert(this.#path, this.#path.depth, slot, this.#cell, 'row')
    }
    if (chains !== undefined) freeCellChains(access, this.counts, chains)
  }

  #removeAt(id: number, slot: number): void {
    this.#remove.slot = slot
    this.#access.edit(id, this.#remove, 'row')
  }
}

/** A copy of a cell that has chains, which are freed once no page leads to them. */
function chainedCell(page: Uint8Array, slot: number): Uint8Array | undefined {
  const at = cellAt(page, slot)
  // Bits 14 and 15 of the first field.
  if ((page[at + 1]! & 0xc0) === 0) return undefined
  return page.slice(at, at + cellBytes(PageKind.leaf, page, at, page.length))
}

/** Makes page `root`, which the caller has allocated, the root of an empty tree. */
export function createTree(access: PageAccess, root: number): void {
  invariant(root !== 0, 'page 0 is no root')
  const cells = new Uint8Array(0)
  access.edit(
    root,
    { kind: 'format', pageKind: PageKind.leaf, level: 0, left: 0, right: 0, count: 0, cells, cellsBytes: 0 },
    'meta',
  )
}

/** A copy of the value of a key in a view; undefined where it is not there. */
export function lookup(
  reader: PageReader,
  root: number,
  key: Uint8Array,
  start: number,
  end: number,
): Uint8Array | undefined {
  const page = descend(reader, root, key, start, end, lookupPath)
  const slot = leafSlot(reader, page, key, start, end)
  return slot < 0 ? undefined : copyValue(reader, page, cellAt(page, slot))
}
