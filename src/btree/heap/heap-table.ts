import { VarveError } from '../../errors.ts'
import { HEADER_BYTES, maxCellBytes, PageKind, SLOT_BYTES, slotCount } from '../page/format.ts'
import { putU16, putU32, u32At } from '../page/integers.ts'
import type { BodyEdit, FormatEdit, InsertEdit, ReplaceEdit } from '../page/page-edit.ts'
import { freeBytes } from '../page/slotted-page.ts'
import type { PageAccess, PageReader } from '../tree/page-access.ts'
import { lookup, type Tree } from '../tree/tree.ts'
import { HeapPlace } from './heap-place.ts'
import { DEAD_ROW_BYTES, placeBytes, rowBytes, writeRow } from './heap-row.ts'

/** The page whose body begins with the id of the heap's last page (u32); 0 there: the store has no heap. */
const META = 0

export function lastHeapPage(reader: PageReader): number {
  return u32At(reader.read(META), HEADER_BYTES)
}

/** Gives a new store its heap: the meta page is there, and names no page. */
export function createHeap(access: PageAccess): void {
  new HeapPages(access).begin(new Uint8Array(0), 0)
}

/**
 * A table as PostgreSQL keeps it: rows are appended to a heap, and a tree leads from keys to their places. It takes the
 * tree's place where operations are carried out. The space of rows that were replaced or deleted is not used again.
 */
export class HeapTable {
  readonly #access: PageAccess
  readonly #index: Tree
  readonly #pages: HeapPages
  readonly #place = new HeapPlace()
  readonly #row: Uint8Array
  readonly #placeValue = new Uint8Array(64)
  readonly #dead: ReplaceEdit = {
    kind: 'replace',
    slot: 0,
    cell: Uint8Array.of(DEAD_ROW_BYTES, 0),
    cellBytes: DEAD_ROW_BYTES,
  }

  constructor(access: PageAccess, index: Tree) {
    this.#access = access
    this.#index = index
    this.#pages = new HeapPages(access)
    this.#row = new Uint8Array(access.pageBytes)
  }

  put(
    key: Uint8Array,
    keyStart: number,
    keyEnd: number,
    value: Uint8Array,
    valueStart: number,
    valueEnd: number,
  ): boolean {
    const bytes = rowBytes(keyEnd - keyStart, valueEnd - valueStart)
    if (bytes > maxCellBytes(this.#access.pageBytes)) throw tooLong(bytes, maxCellBytes(this.#access.pageBytes))
    const before = lookup(this.#access, this.#index.root, key, keyStart, keyEnd)
    if (before !== undefined) this.#bury(before)
    writeRow(this.#row, key, keyStart, keyEnd, value, valueStart, valueEnd)
    this.#pages.append(this.#row, bytes)
    const place = this.#placeValue
    putU32(place, 0, this.#pages.page)
    putU16(place, 4, this.#pages.slot)
    return this.#index.put(key, keyStart, keyEnd, place, 0, placeBytes(keyEnd - keyStart))
  }

  delete(key: Uint8Array, keyStart: number, keyEnd: number): boolean {
    const before = lookup(this.#access, this.#index.root, key, keyStart, keyEnd)
    if (before === undefined) return false
    this.#bury(before)
    return this.#index.delete(key, keyStart, keyEnd)
  }

  mark(): void {
    this.#index.mark()
  }

  rewind(): void {
    this.#index.rewind()
  }

  #bury(place: Uint8Array): void {
    this.#place.read(this.#access, place, 0, place.length)
    this.#dead.slot = this.#place.slot
    this.#access.edit(this.#place.pageId, this.#dead, 'heap')
  }
}

/** Appends cells to the heap's last page, or to one more. All that it knows stands in pages: a group can be taken back. */
class HeapPages {
  /** Where the last cell went. */
  page = 0
  slot = 0
  readonly #access: PageAccess
  readonly #insert: InsertEdit = { kind: 'insert', slot: 0, cell: new Uint8Array(0), cellBytes: 0 }
  readonly #format: FormatEdit = {
    kind: 'format',
    pageKind: PageKind.heap,
    level: 0,
    left: 0,
    right: 0,
    count: 0,
    cells: new Uint8Array(0),
    cellsBytes: 0,
  }
  readonly #last: BodyEdit = { kind: 'body', offset: 0, bytes: new Uint8Array(4) }

  constructor(access: PageAccess) {
    this.#access = access
  }

  append(cell: Uint8Array, bytes: number): void {
    this.page = lastHeapPage(this.#access)
    const page = this.#access.read(this.page)
    if (freeBytes(page) < bytes + SLOT_BYTES) {
      this.begin(cell, bytes)
      return
    }
    this.slot = slotCount(page)
    this.#insert.slot = this.slot
    this.#insert.cell = cell
    this.#insert.cellBytes = bytes
    this.#access.edit(this.page, this.#insert, 'heap')
  }

  /** A new last page, with this cell unless it is empty. */
  begin(cell: Uint8Array, bytes: number): void {
    this.page = this.#access.allocate()
    this.slot = 0
    this.#format.count = bytes === 0 ? 0 : 1
    this.#format.cells = cell
    this.#format.cellsBytes = bytes
    this.#access.edit(this.page, this.#format, 'heap')
    putU32(this.#last.bytes, 0, this.page)
    this.#access.edit(META, this.#last, 'heap')
  }
}

function tooLong(bytes: number, most: number): VarveError {
  return new VarveError(
    'INVALID_ARGUMENT',
    `a row takes ${bytes} bytes of a heap page, at most ${most} are possible: use larger pages or the clustered layout`,
  )
}
