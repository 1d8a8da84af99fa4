import type { PagerCounts } from './btree-counts.ts'
import { applyEdit } from './page/apply-edit.ts'
import { pageLsn, setPageLsn } from './page/format.ts'
import type { PageEdit } from './page/page-edit.ts'
import { Frame, type PageCache } from './page-cache.ts'
import type { PageFile } from './page-file.ts'
import type { PageSpace } from './page-space.ts'
import { PageVersions } from './page-versions.ts'
import { RedoWriter } from './redo-writer.ts'
import type { PageAccess, PageReader, WriteCause } from './tree/page-access.ts'

/** So many pages' bytes are kept for the next changes, and at most this part of the cache. */
const SPARE_PAGES_MAX = 2048
const SPARE_SHARE = 8

/** What a group did to one page, to take it back. */
interface Change {
  readonly frame: Frame
  readonly wasDirty: boolean
  readonly groupBefore: number
  /** Undefined for a page that was not there before. */
  readonly before: Uint8Array | undefined
  readonly isFree: boolean
}

/**
 * The keeper of pages: the current version of each through the cache, earlier ones from memory. Knows nothing of what
 * pages hold. A commit group is carried out between `begin` and `commit` or `rollback`, in one go.
 */
export class Pager implements PageAccess {
  readonly pageBytes: number
  readonly cache: PageCache
  readonly versions: PageVersions
  readonly space: PageSpace
  readonly redo: RedoWriter
  readonly counts: PagerCounts
  readonly #pages: PageFile
  readonly #logsImages: boolean
  readonly #spare: Uint8Array[] = []
  readonly #sparePagesMax: number
  readonly #changes: Change[] = []
  /** Pages that this group allocated. */
  readonly #allocated = new Set<number>()
  #group = 0
  /** A page whose LSN is at most this was not changed since the last checkpoint began. */
  redoSequence: number

  constructor(
    file: PageFile,
    cache: PageCache,
    space: PageSpace,
    counts: PagerCounts,
    logsImages: boolean,
    redoSequence: number,
  ) {
    this.pageBytes = file.pageBytes
    this.cache = cache
    this.space = space
    this.counts = counts
    this.redo = new RedoWriter(counts)
    this.redoSequence = redoSequence
    this.versions = new PageVersions((bytes) => this.#recycle(bytes))
    this.#pages = file
    this.#logsImages = logsImages
    this.#sparePagesMax = Math.min(SPARE_PAGES_MAX, Math.floor(cache.capacity / SPARE_SHARE))
  }

  /** The pages as a view sees them. */
  view(sequence: number): PageReader {
    return { pageBytes: this.pageBytes, read: (id) => this.readAt(id, sequence) }
  }

  readAt(id: number, sequence: number): Uint8Array {
    return this.versions.find(id, sequence) ?? this.read(id)
  }

  read(id: number): Uint8Array {
    return (this.cache.get(id) ?? this.#load(id)).bytes
  }

  /** The group's changes get `lastSequence` as their LSN. */
  begin(lastSequence: number, operations: number): void {
    this.#group = lastSequence
    this.redo.begin(operations)
  }

  edit(id: number, edit: PageEdit, cause: WriteCause): void {
    let frame = this.cache.peek(id)
    if (frame === undefined || frame.group !== this.#group) frame = this.#touch(id, edit.kind === 'format', cause)
    applyEdit(frame.bytes, id, edit)
    this.redo.edit(id, edit, cause)
  }

  allocate(): number {
    const id = this.space.allocate()
    this.#allocated.add(id)
    this.redo.allocate(id)
    this.counts.pagesAllocated++
    return id
  }

  free(id: number): void {
    this.space.free(id)
    this.redo.free(id)
    this.counts.pagesFreed++
    const frame = this.cache.get(id) ?? this.#load(id)
    const isChanged = frame.group === this.#group
    // Views that were open before see the page as it was before this group, which `#touch` has kept if it came first.
    // A checkpoint may still have to write a dirty one, and what views have is used again once they are done with it.
    if (!isChanged) this.versions.keep(id, this.#group, frame.isDirty ? frame.bytes.slice() : frame.bytes)
    const before = isChanged ? undefined : frame.bytes
    const { isDirty: wasDirty, group: groupBefore } = frame
    this.#changes.push({ frame, wasDirty, groupBefore, before, isFree: true })
    // What a checkpoint is still to write of it, the checkpoint holds itself.
    this.cache.remove(frame)
  }

  commit(): void {
    this.#changes.length = 0
    this.#allocated.clear()
    this.space.commit()
  }

  /** Takes back everything since `begin`. */
  rollback(): void {
    const { cache } = this
    for (let change = this.#changes.pop(); change !== undefined; change = this.#changes.pop()) {
      const { frame, wasDirty, groupBefore, before, isFree } = change
      if (isFree) cache.add(frame)
      else if (before === undefined) {
        cache.remove(frame)
        continue
      }
      if (before !== undefined) frame.bytes = before
      frame.group = groupBefore
      cache.setDirty(frame, wasDirty)
    }
    this.#allocated.clear()
    this.versions.rollback(this.#group)
    this.space.rollback()
  }

  /** Prepares a page for the first change of this group: the bytes that others may hold stay as they are. */
  #touch(id: number, isFormat: boolean, cause: WriteCause): Frame {
    const cached = this.cache.get(id)
    if (cached === undefined && isFormat && this.#allocated.has(id)) return this.#newFrame(id, cause)
    const frame = cached ?? this.#load(id)
    const before = frame.bytes
    const { isDirty: wasDirty, group: groupBefore } = frame
    this.#changes.push({ frame, wasDirty, groupBefore, before, isFree: false })
    if (pageLsn(before) <= this.redoSequence) {
      this.counts.firstTouches++
      // Without this a page that is torn when it is next written could not be had whole again.
      if (this.#logsImages && !isFormat) this.redo.image(id, before)
    }
    this.versions.keep(id, this.#group, before)
    const bytes = this.#spare.pop() ?? new Uint8Array(this.pageBytes)
    bytes.set(before)
    setPageLsn(bytes, this.#group)
    frame.bytes = bytes
    this.#markChanged(frame, cause)
    return frame
  }

  /** A page that is formatted needs nothing of what it was. */
  #newFrame(id: number, cause: WriteCause): Frame {
    const bytes = this.#spare.pop()?.fill(0) ?? new Uint8Array(this.pageBytes)
    setPageLsn(bytes, this.#group)
    const frame = new Frame(id, bytes)
    this.cache.add(frame)
    this.#changes.push({ frame, wasDirty: false, groupBefore: -1, before: undefined, isFree: false })
    this.#markChanged(frame, cause)
    return frame
  }

  #markChanged(frame: Frame, cause: WriteCause): void {
    frame.group = this.#group
    if (frame.isDirty) return
    this.cache.setDirty(frame, true)
    this.counts.pagesDirtied[cause]++
  }

  #load(id: number): Frame {
    const frame = new Frame(id, this.#pages.read(id))
    // Before it is there: it must not be its own victim.
    this.cache.shrink()
    this.cache.add(frame)
    return frame
  }

  #recycle(bytes: Uint8Array): void {
    if (this.#spare.length < this.#sparePagesMax) this.#spare.push(bytes)
  }
}
