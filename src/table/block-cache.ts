import { Block } from './block.ts'
import { ANCHOR_WORDS_PER_BYTE } from './block-anchors.ts'

/** What a cached block costs beside its bytes: its objects, and its places in arrays. */
const OVERHEAD_BYTES = 192
/** A sixteenth of the limit is left for that, which is enough for blocks of 4 KiB. */
const MEMORY_SHARE = 15 / 16

const SLAB_BYTES_MAX = 128 * 1024
/** A small cache has smaller slabs, so that there are several to choose from. */
const SLABS_MIN = 8

interface HeldBlock {
  readonly owner: CachedBlocks
  readonly index: number
  readonly block: Block
}

/** Memory in which blocks lie one behind the other, in the order in which they were read. */
export class Slab {
  readonly bytes: Uint8Array
  /** Where the next block may be put. */
  end = 0
  /** How many blocks in it are cached. */
  live = 0
  /** For the anchors of these blocks. */
  readonly words: Int32Array
  /** All that were put into it, those included that are not cached any more. */
  readonly held: HeldBlock[] = []

  constructor(bytes: Uint8Array, words: Int32Array) {
    this.bytes = bytes
    this.words = words.fill(0)
  }

  get memoryBytes(): number {
    return this.bytes.length + this.words.byteLength
  }

  fits(size: number): boolean {
    return this.end + size <= this.bytes.length
  }
}

/** The cached blocks of one table, by their index: finding one takes no hashing. */
export class CachedBlocks {
  readonly #count: number
  #blocks: (Block | undefined)[] = []
  #slabs: (Slab | undefined)[] = []

  constructor(count: number) {
    this.#count = count
  }

  at(index: number): Block | undefined {
    return this.#blocks[index]
  }

  put(index: number, block: Block, slab: Slab): void {
    if (this.#blocks.length === 0) {
      this.#blocks = new Array(this.#count).fill(undefined)
      this.#slabs = new Array(this.#count).fill(undefined)
    }
    this.#blocks[index] = block
    this.#slabs[index] = slab
    slab.live++
  }

  remove(index: number): void {
    this.#slabs[index]!.live--
    this.#blocks[index] = undefined
    this.#slabs[index] = undefined
  }

  *indexes(): Generator<number> {
    for (let index = 0; index < this.#blocks.length; index++) if (this.#blocks[index] !== undefined) yield index
  }
}

/**
 * Keeps the raw blocks that were read lately, of all tables together, within `limitBytes`.
 *
 * A lookup in a large cache waits for memory more than for anything else, so it should fetch little: blocks share the
 * arrays of a few slabs, and the object of a block holds all that the cache asks of it. When memory is short, the oldest
 * slab is swept: blocks that were used since they came into it are moved together, and the rest of it is free again. So
 * memory is neither torn nor handed to the garbage collector. Whoever holds a block for longer than one call pins it.
 */
export class BlockCache {
  readonly limitBytes: number
  readonly #memoryLimit: number
  readonly #slabBytes: number
  /** The oldest first. */
  #slabs: Slab[] = []
  /** The one that is being filled. */
  #filling: Slab | undefined
  #memory = 0
  #blocks = 0
  #hits = 0
  #misses = 0

  constructor(limitBytes: number) {
    this.limitBytes = limitBytes
    this.#memoryLimit = Math.floor(limitBytes * MEMORY_SHARE)
    this.#slabBytes = Math.min(SLAB_BYTES_MAX, Math.floor(this.#memoryLimit / SLABS_MIN))
  }

  /** Of the memory for blocks, and what blocks cost beside that. */
  get bytes(): number {
    return this.#memory + this.#blocks * OVERHEAD_BYTES
  }

  get hits(): number {
    return this.#hits
  }

  get misses(): number {
    return this.#misses
  }

  get(owner: CachedBlocks, index: number): Block | undefined {
    const block = owner.at(index)
    if (block === undefined) {
      this.#misses++
      return undefined
    }
    this.#hits++
    // Writing it each time would send the memory of every block that is read back to the main memory.
    if (!block.referenced) block.referenced = true
    return block
  }

  /** Where a block of so many bytes is to be read to, from `end` on, for `add`; undefined for one that is not to be kept. */
  slabFor(size: number): Slab | undefined {
    if (this.#filling?.fits(size)) return this.#filling
    const isLarge = size > this.#slabBytes / 2
    const words = isLarge ? 0 : Math.floor(this.#slabBytes * ANCHOR_WORDS_PER_BYTE)
    const bytes = isLarge ? size : this.#slabBytes
    const needed = bytes + words * Int32Array.BYTES_PER_ELEMENT
    if (needed > this.#memoryLimit) return undefined
    while (this.#memory + needed > this.#memoryLimit) {
      const swept = this.#sweepOldest()
      if (swept.fits(size)) return this.#fill(swept)
      if (swept.live === 0) this.#release(swept)
    }
    const slab = new Slab(new Uint8Array(bytes), new Int32Array(words))
    this.#memory += needed
    this.#slabs.push(slab)
    return isLarge ? slab : this.#fill(slab)
  }

  /** Keeps a block that `get` did not have, and returns it as it is kept. It was read into `slab`, unless it was compressed. */
  add(owner: CachedBlocks, index: number, block: Block, slab: Slab): Block {
    if (block.bytes === slab.bytes) return this.#keep(owner, index, block, slab)
    const roomy = this.slabFor(block.size)
    return roomy === undefined ? block : this.#move(owner, index, block, roomy)
  }

  /** Forgets all blocks of a table. */
  drop(owner: CachedBlocks): void {
    for (const index of owner.indexes()) {
      owner.remove(index)
      this.#blocks--
    }
    this.#slabs = this.#slabs.filter((slab) => {
      if (slab.live > 0) return true
      this.#memory -= slab.memoryBytes
      if (slab === this.#filling) this.#filling = undefined
      return false
    })
  }

  #fill(slab: Slab): Slab {
    this.#filling = slab
    return slab
  }

  #keep(owner: CachedBlocks, index: number, block: Block, slab: Slab): Block {
    block.words = slab.words
    slab.end = block.end
    slab.held.push({ owner, index, block })
    owner.put(index, block, slab)
    this.#blocks++
    return block
  }

  /** Copies a block to the end of a slab. It may come from further back in the same memory. */
  #move(owner: CachedBlocks, index: number, block: Block, slab: Slab): Block {
    const start = slab.end
    slab.bytes.set(block.bytes.subarray(block.start, block.end), start)
    return this.#keep(owner, index, new Block(slab.bytes, block.file, block.offset, start, start + block.size), slab)
  }

  /**
   * Frees at least half of the oldest slab; one that holds a single large block is kept as it is where that was used.
   * It is the newest then, and counts as not used, so that going round once more frees the rest. REQUIRES that there is
   * one.
   */
  #sweepOldest(): Slab {
    const old = this.#slabs.shift()!
    if (old === this.#filling) this.#filling = undefined
    const cached = old.held.filter(({ owner, index, block }) => owner.at(index) === block)
    // Memory in which a reader stands is left to it.
    const isPinned = cached.some(({ block }) => block.isPinned)
    const { bytes, words } = old
    const swept = isPinned
      ? new Slab(new Uint8Array(bytes.length), new Int32Array(words.length))
      : new Slab(bytes, words)
    for (const { owner, index, block } of cached) {
      owner.remove(index)
      this.#blocks--
      const isFirst = swept.end === 0
      if (block.referenced && (isFirst || swept.end + block.size <= old.bytes.length / 2)) {
        this.#move(owner, index, block, swept)
      }
    }
    this.#slabs.push(swept)
    return swept
  }

  /** REQUIRES that it was swept just now, and holds nothing. */
  #release(slab: Slab): void {
    this.#slabs.pop()
    this.#memory -= slab.memoryBytes
  }
}
