import { type Change, type MemoryFile, overlaySectors, SECTOR_BYTES, sectorsOf } from '../fs/memory-file.ts'

/** The contents of a file on their way to what a power cut leaves: everything that is cached, less what is undone. Undo the latest change first. */
export class ContentsImage {
  size: number
  readonly #bytes: Uint8Array
  readonly #file: MemoryFile
  /** Sectors that a surviving change has written: what a failed sync had left behind there is gone. */
  readonly #written = new Set<number>()

  constructor(file: MemoryFile) {
    let capacity = Math.max(file.size, file.durableSize)
    for (const { sizeBefore } of file.unsynced) capacity = Math.max(capacity, sizeBefore)
    this.size = file.size
    this.#file = file
    this.#bytes = new Uint8Array(capacity)
    file.read(this.#bytes.subarray(0, file.size), 0)
  }

  /** Undoes a change between two offsets; the size stays. */
  undoBytes(change: Change, from: number, to: number): void {
    const { offset, before } = change
    const extent = change.kind === 'write' ? change.length : before.length
    const start = Math.max(offset, from)
    const end = Math.min(offset + extent, to)
    if (start >= end) return
    this.#bytes.fill(0, start, end)
    if (start < offset + before.length) this.#bytes.set(before.subarray(start - offset, end - offset), start)
  }

  /** Undoes a change, its size too, all but its first `kept` bytes. */
  undo(change: Change, kept = 0): void {
    this.undoBytes(change, change.offset + kept, Infinity)
    this.size = kept === 0 ? change.sizeBefore : Math.max(change.sizeBefore, change.offset + kept)
  }

  /** Says that a change survived, at least in some of its sectors. */
  keep(sector: number): void {
    this.#written.add(sector)
  }

  keepAll(change: Change): void {
    for (const sector of sectorsOf(change)) this.#written.add(sector)
  }

  fill(sector: number, byteAt: (offset: number) => number): void {
    const start = sector * SECTOR_BYTES
    const end = Math.min(start + SECTOR_BYTES, this.size)
    for (let offset = start; offset < end; offset++) this.#bytes[offset] = byteAt(offset)
  }

  byteAt(offset: number): number {
    return this.#bytes[offset] ?? 0
  }

  /** The contents; the image is not to be used any more. */
  finish(): Uint8Array {
    const abandoned = this.#file.abandoned
    const contents = this.#bytes.subarray(0, this.size)
    if (abandoned === undefined) return contents
    overlaySectors(
      contents,
      [...abandoned].filter(([sector]) => !this.#written.has(sector)),
    )
    return contents
  }
}
