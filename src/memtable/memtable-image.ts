import { EntryStream } from '../iterator/entry-stream.ts'
import { Arena } from './arena.ts'
import { showEntry } from './entry.ts'
import { MemtableMemory } from './memtable-memory.ts'
import { NEXT, NONE, NodePool, type PoolImage } from './node-pool.ts'

/** A memtable that takes no more entries, as plain data over its memory: another thread reads it where it lies, if that is shared, else a copy. */
export interface MemtableImage {
  readonly chunks: readonly Uint8Array[]
  readonly leaves: PoolImage
}

/** The entries of a memtable of another thread, in internal order. */
export class MemtableStream extends EntryStream {
  readonly #arena: Arena
  readonly #leaves: NodePool
  #leaf = 0
  #slot = 0

  constructor({ chunks, leaves }: MemtableImage) {
    super()
    const nothing = new MemtableMemory(false)
    this.#arena = new Arena(nothing, chunks)
    this.#leaves = NodePool.leaves(nothing, leaves)
  }

  override seekToFirst(): void {
    this.#leaf = 0
    this.#slot = 0
    this.#show()
  }

  override next(): void {
    this.#slot++
    if (this.#slot === this.#leaves.count(this.#leaf)) {
      this.#leaf = this.#leaves.link(this.#leaf, NEXT)
      this.#slot = 0
    }
    this.#show()
  }

  override close(): void {
    this.valid = false
  }

  #show(): void {
    this.valid = this.#leaf !== NONE && this.#leaves.count(this.#leaf) > 0
    if (this.valid) showEntry(this, this.#arena, this.#leaves.address(this.#leaf, this.#slot))
  }
}
