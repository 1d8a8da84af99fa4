import { ByteReader } from '../bytes/reader.ts'
import { corruption } from '../errors.ts'
import { applyEdit } from './page/apply-edit.ts'
import { pageId, pageLsn, setPageLsn } from './page/format.ts'
import { checkPage } from './page/page-check.ts'
import { decodeEdit } from './page/page-edit.ts'
import { Frame, type PageCache } from './page-cache.ts'
import type { PageFile } from './page-file.ts'
import type { PageSpace } from './page-space.ts'
import { Step } from './redo-writer.ts'

/**
 * Redoes groups of the log on pages, in order. A page that has a group's changes already keeps them: its LSN says so.
 * All pages that the log names stay in memory and are dirty afterwards, those too that the file seemed to have: a
 * failed sync may have left them in the system's memory only.
 */
export class Redo {
  readonly #pages: PageFile
  readonly #cache: PageCache
  readonly #space: PageSpace
  /** Of the current group: which pages it changes here, and which have its changes already (undefined). */
  readonly #touched = new Map<number, Frame | undefined>()
  #sequence = 0

  constructor(pages: PageFile, cache: PageCache, space: PageSpace) {
    this.#pages = pages
    this.#cache = cache
    this.#space = space
  }

  /** Takes whole copies of pages that are torn at their places, for a store that may not write them there. */
  preload(pages: readonly Uint8Array[]): void {
    for (const page of pages) {
      const frame = new Frame(pageId(page), page)
      this.#cache.add(frame)
      this.#cache.setDirty(frame, true)
    }
  }

  /** CORRUPTION where a step cannot be what the writer of the log did. */
  apply(bytes: Uint8Array, start: number, end: number, lastSequence: number, file: string): void {
    const reader = new ByteReader(bytes, start, end, file)
    this.#sequence = lastSequence
    this.#touched.clear()
    while (reader.remaining > 0) {
      const head = reader.varint()
      this.#step(Math.floor(head / 4), head % 4, reader, file)
    }
    this.#space.commit()
  }

  #step(id: number, what: number, reader: ByteReader, file: string): void {
    if (what === Step.Allocate) return this.#space.reallocate(id, file)
    if (id >= this.#space.pageCount) reader.fail(`a step names page ${id}, which does not exist`)
    if (what === Step.Free) this.#free(id)
    else if (what === Step.Image) this.#restore(id, reader)
    else this.#edit(id, reader)
  }

  #edit(id: number, reader: ByteReader): void {
    const edit = decodeEdit(reader)
    const frame = this.#touch(id, edit.kind === 'format')
    if (frame === undefined) return
    applyEdit(frame.bytes, id, edit)
    setPageLsn(frame.bytes, this.#sequence)
  }

  /** An image is all of the page: what the file has may be torn. */
  #restore(id: number, reader: ByteReader): void {
    const { pageBytes } = this.#pages
    const from = reader.varint()
    const to = reader.varint()
    if (from > to || to > pageBytes) reader.fail(`an image of page ${id} has an impossible hole`)
    const head = reader.bytes(from)
    const tail = reader.bytes(pageBytes - to)
    const frame = this.#touch(id, true)
    if (frame === undefined) return
    frame.bytes.fill(0)
    frame.bytes.set(head)
    frame.bytes.set(tail, to)
    checkPage(frame.bytes, id, this.#pages.path)
    setPageLsn(frame.bytes, this.#sequence)
  }

  #free(id: number): void {
    const frame = this.#cache.peek(id)
    if (frame !== undefined) this.#cache.remove(frame)
    this.#touched.delete(id)
    this.#space.free(id)
  }

  /** The page, if it lacks this group's changes; `isAnew`: it does not matter what it was. */
  #touch(id: number, isAnew: boolean): Frame | undefined {
    if (this.#touched.has(id)) return this.#touched.get(id)
    const frame = this.#cache.peek(id) ?? this.#load(id, isAnew)
    this.#cache.setDirty(frame, true)
    // Without this a change could be made twice, or to a page that is already further on.
    const lacksIt = pageLsn(frame.bytes) < this.#sequence
    this.#touched.set(id, lacksIt ? frame : undefined)
    return lacksIt ? frame : undefined
  }

  #load(id: number, isAnew: boolean): Frame {
    const whole = this.#pages.readIfWhole(id)
    if (whole === undefined && !isAnew) {
      throw corruption(
        `page ${id} is torn, and nothing before its first change in the log restores it`,
        this.#pages.path,
      )
    }
    if (whole !== undefined) checkPage(whole, id, this.#pages.path)
    const frame = new Frame(id, whole ?? new Uint8Array(this.#pages.pageBytes))
    this.#cache.add(frame)
    return frame
  }
}
