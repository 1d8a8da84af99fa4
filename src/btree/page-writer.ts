import { type Job, SLICE, type Waitable } from '../fs/job.ts'
import type { PagerCounts } from './btree-counts.ts'
import type { DoubleWriteFile } from './double-write.ts'
import { pageLsn } from './page/format.ts'
import type { Frame, PageCache } from './page-cache.ts'
import type { PageFile } from './page-file.ts'
import type { TreeLogs } from './tree-logs.ts'

/** Bytes of pages that are written between two turns of the event loop. */
const SLICE_BYTES = 512 * 1024
/** Of a batch that is written twice, for the price of two syncs. */
const DOUBLE_BATCH_PAGES = 128

export type WriteReason = 'checkpoint' | 'eviction'

/** Writes dirty pages to their places, one batch at a time. */
export class PageWriter {
  readonly #pages: PageFile
  readonly #cache: PageCache
  readonly #logs: TreeLogs
  readonly #doubleWrite: DoubleWriteFile | undefined
  readonly #counts: PagerCounts

  constructor(
    pages: PageFile,
    cache: PageCache,
    logs: TreeLogs,
    doubleWrite: DoubleWriteFile | undefined,
    counts: PagerCounts,
  ) {
    this.#pages = pages
    this.#cache = cache
    this.#logs = logs
    this.#doubleWrite = doubleWrite
    this.#counts = counts
  }

  get sync(): Waitable {
    return this.#pages.sync
  }

  /**
   * Writes these pages as they are when their turn comes. REQUIRES that nobody else writes pages meanwhile: of two
   * versions of a page the older could go last.
   */
  *write(frames: readonly Frame[], reason: WriteReason): Job<void> {
    const sorted = [...frames].sort((a, b) => a.id - b.id)
    const size = this.#doubleWrite === undefined ? SLICE_BYTES / this.#pages.pageBytes : DOUBLE_BATCH_PAGES
    for (let start = 0; start < sorted.length; start += size) {
      yield* this.#writeBatch(sorted.slice(start, start + size), reason)
      yield SLICE
    }
  }

  *#writeBatch(frames: readonly Frame[], reason: WriteReason): Job<void> {
    const { pageBytes } = this.#pages
    const copies = new Uint8Array(frames.length * pageBytes)
    const lsns = frames.map(({ bytes }) => pageLsn(bytes))
    for (const [i, { bytes }] of frames.entries()) copies.set(bytes, i * pageBytes)
    // Without this a page could be on disk with a change whose log record is not: after a power cut the other pages of
    // that change would be missing, and nothing would tell.
    if (Math.max(...lsns) > this.#logs.syncedSequence) yield { kind: 'wait', on: this.#logs }
    const ids = frames.map(({ id }) => id)
    for (const [i, id] of ids.entries()) this.#pages.seal(copies.subarray(i * pageBytes, (i + 1) * pageBytes), id)
    const doubleWrite = this.#doubleWrite
    if (doubleWrite !== undefined) {
      doubleWrite.write(copies, ids)
      this.#counts.pagesWritten.doubleWrite += ids.length
      this.#counts.doubleWriteHeaders++
      // Without this a power cut could tear a page in its place while its copy is not whole either.
      yield { kind: 'wait', on: doubleWrite.sync }
    }
    this.#writeRuns(copies, ids, reason)
    for (const [i, frame] of frames.entries()) {
      // Changed again meanwhile: that change is not on its way yet.
      if (pageLsn(frame.bytes) === lsns[i]) this.#cache.setDirty(frame, false)
    }
    // Without this the next batch could overwrite the copies of pages that are still torn in their places.
    if (doubleWrite !== undefined) yield { kind: 'wait', on: this.#pages.sync }
  }

  /** Pages whose places follow one another go in one write. */
  #writeRuns(copies: Uint8Array, ids: readonly number[], reason: WriteReason): void {
    const { pageBytes, places } = this.#pages
    const at = ids.map((id) => places.placeFor(id))
    const written = this.#counts.pagesWritten
    for (let from = 0, to = 0; from < ids.length; from = to) {
      to = from + 1
      while (to < ids.length && at[to] === at[to - 1]! + 1) to++
      for (let i = from; i < to; i++) {
        if (this.#pages.extendsFile(at[i]!)) written.extension++
        else written[reason]++
      }
      this.#pages.write(copies.subarray(from * pageBytes, to * pageBytes), ids.slice(from, to), at[from]!)
    }
  }
}
