import type { Block } from './block.ts'
import type { TableFile } from './table-file.ts'

/** Where a cursor gets its blocks from. A block holds at least until the next one is asked for. */
export interface BlockSource {
  read(index: number): Block
}

/** How much is read at once while blocks are asked for one after the other: every input of a merge holds so much memory. */
const READ_AHEAD_BYTES = 64 * 1024

/**
 * Blocks for one pass over a table: those that the cache has come from there, the others from disk, many at a time, and
 * leave no trace in the cache. The memory of the blocks is used again and again.
 */
export class SequentialSource implements BlockSource {
  readonly #file: TableFile
  readonly #cached: (index: number) => Block | undefined
  #buffer = new Uint8Array(0)
  /** The blocks whose stored bytes are in the buffer. */
  #first = 0
  #end = 0
  #last = -1

  constructor(file: TableFile, cached: (index: number) => Block | undefined = () => undefined) {
    this.#file = file
    this.#cached = cached
  }

  read(index: number): Block {
    const ascending = index === this.#last + 1
    this.#last = index
    const cached = this.#cached(index)
    if (cached !== undefined) return cached
    if (index < this.#first || index >= this.#end) this.#fill(index, ascending)
    const blocks = this.#file.index
    const start = (blocks.offset(index) - blocks.offset(this.#first)) | 0
    return this.#file.openBlock(index, this.#buffer, start)
  }

  #fill(index: number, ahead: boolean): void {
    const blocks = this.#file.index
    const from = blocks.offset(index)
    let end = index + 1
    if (ahead) while (end < blocks.count && blocks.offset(end + 1) - from <= READ_AHEAD_BYTES) end++
    const size = blocks.offset(end) - from
    this.#first = this.#end = 0
    if (this.#buffer.length < size || this.#buffer.length > 2 * Math.max(size, READ_AHEAD_BYTES)) {
      this.#buffer = new Uint8Array(size)
    }
    this.#file.readStored(this.#buffer.length === size ? this.#buffer : this.#buffer.subarray(0, size), from)
    this.#first = index
    this.#end = end
  }
}
