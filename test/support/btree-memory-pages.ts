import { applyEdit } from '../../src/btree/page/apply-edit.ts'
import { decodeEdit, encodeEdit, type PageEdit } from '../../src/btree/page/page-edit.ts'
import type { PageAccess, WriteCause } from '../../src/btree/tree/page-access.ts'
import { ByteReader } from '../../src/bytes/reader.ts'
import { ByteWriter } from '../../src/bytes/writer.ts'

/** Pages in memory; every edit goes through its encoded form, as after a crash, and is kept if `log` is set. */
export class MemoryPages implements PageAccess {
  readonly pageBytes: number
  readonly pages: Map<number, Uint8Array> = new Map()
  readonly freed: number[] = []
  readonly log: { readonly id: number; readonly redo: Uint8Array }[] = []
  readonly editsByCause: Map<WriteCause, number> = new Map()
  readonly #keepsLog: boolean
  readonly #writer = new ByteWriter()
  #next = 1

  constructor(pageBytes: number, keepsLog = false) {
    this.pageBytes = pageBytes
    this.#keepsLog = keepsLog
  }

  read(id: number): Uint8Array {
    const page = this.pages.get(id)
    if (page === undefined) throw new Error(`page ${id} is not in use`)
    return page
  }

  edit(id: number, edit: PageEdit, cause: WriteCause): void {
    this.#writer.clear()
    encodeEdit(this.#writer, edit)
    this.editsByCause.set(cause, (this.editsByCause.get(cause) ?? 0) + 1)
    if (!this.#keepsLog) {
      applyEdit(this.read(id), id, edit)
      return
    }
    const redo = this.#writer.finish()
    this.log.push({ id, redo })
    applyEdit(this.read(id), id, decodeEdit(new ByteReader(redo)))
  }

  allocate(): number {
    const id = this.freed.pop() ?? this.#next++
    this.pages.set(id, new Uint8Array(this.pageBytes).fill(0xa5))
    return id
  }

  free(id: number): void {
    if (!this.pages.delete(id)) throw new Error(`page ${id} is freed twice`)
    this.freed.push(id)
  }

  /** The pages that the log alone makes; those of pages freed since may be among them. */
  replayed(): Map<number, Uint8Array> {
    const pages = new Map<number, Uint8Array>()
    for (const { id, redo } of this.log) {
      const page = pages.get(id) ?? new Uint8Array(this.pageBytes)
      pages.set(id, page)
      applyEdit(page, id, decodeEdit(new ByteReader(redo)))
    }
    return pages
  }
}
