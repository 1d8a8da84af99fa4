import { varintLength } from '../bytes/varint.ts'
import { ByteWriter } from '../bytes/writer.ts'
import { GROUP_HEADROOM } from '../wal/commit-group.ts'
import type { PagerCounts } from './btree-counts.ts'
import { holeEnd, holeStart } from './page/format.ts'
import { encodeEdit, type PageEdit } from './page/page-edit.ts'
import type { WriteCause } from './tree/page-access.ts'

/*
 * The payload of a B-tree record is one commit group:
 *
 *     first sequence, commit time   as in an operations record
 *     operations                    varint, at least 1: how many sequences the group takes
 *     steps                         to the payload's end, in order: varint (page id * 4 + what), then
 *         0 edit                    see page/page-edit.ts
 *         1 allocate                nothing
 *         2 free                    nothing
 *         3 image                   hole begins, hole ends (varints), the page's bytes without it
 */
export const Step = { Edit: 0, Allocate: 1, Free: 2, Image: 3 } as const

/** Steps below this size keep their buffer for the next group. */
const KEPT_BYTES_MAX = 4 << 20

/** Puts together what one commit group changes, and counts its bytes by class. */
export class RedoWriter {
  #writer = new ByteWriter(4096)
  readonly #counts: PagerCounts

  constructor(counts: PagerCounts) {
    this.#counts = counts
  }

  get buffer(): Uint8Array {
    return this.#writer.buffer
  }

  get length(): number {
    return this.#writer.length
  }

  /** Where the payload begins that the group's header goes before. */
  get start(): number {
    return GROUP_HEADROOM
  }

  /** Bytes that steps took. */
  get stepBytes(): number {
    return this.#writer.length - this.#stepsStart
  }

  #stepsStart = 0

  begin(operations: number): void {
    if (this.#writer.buffer.length > KEPT_BYTES_MAX) this.#writer = new ByteWriter(4096)
    const writer = this.#writer
    writer.length = 0
    writer.reserve(GROUP_HEADROOM + varintLength(operations))
    writer.length = GROUP_HEADROOM
    writer.varint(operations)
    this.#stepsStart = writer.length
  }

  edit(id: number, edit: PageEdit, cause: WriteCause): void {
    const before = this.#writer.length
    this.#writer.varint(id * 4 + Step.Edit)
    encodeEdit(this.#writer, edit)
    this.#counts.logBytes[cause] += this.#writer.length - before
  }

  allocate(id: number): void {
    this.#step(id, Step.Allocate)
  }

  free(id: number): void {
    this.#step(id, Step.Free)
  }

  /** The page as it is before its first change since the last checkpoint began. The hole is left out, as PostgreSQL does. */
  image(id: number, page: Uint8Array): void {
    const writer = this.#writer
    const before = writer.length
    const from = holeStart(page)
    const to = holeEnd(page)
    writer.varint(id * 4 + Step.Image)
    writer.varint(from)
    writer.varint(to)
    writer.slice(page, 0, from)
    writer.slice(page, to, page.length)
    this.#counts.logBytes.fullPageImage += writer.length - before
    this.#counts.fullPageImages++
    this.#counts.holeBytesSaved += to - from
  }

  #step(id: number, what: number): void {
    const before = this.#writer.length
    this.#writer.varint(id * 4 + what)
    this.#counts.logBytes.allocation += this.#writer.length - before
  }
}
