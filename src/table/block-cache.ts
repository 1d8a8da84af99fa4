import { Block } from './block.ts'

/** What a cached block costs beside its bytes: its objects, and its places in arrays. */
const OVERHEAD_BYTES = 160
/** A sixteenth of the limit is left for that, which is enough for blocks of 4 KiB. */
const MEMORY_SHARE = 15 / 16

const SLAB_BYTES_MAX = 128 * 1024
/** A small cache has smaller slabs, so that there are several to choose from. */
const SLABS_MIN = 8

/** Memory in which blocks lie one behind the other, in the order in which they were read. It is used again and again. */
export class Slab {
  bytes: Uint8Array
  /** Where the next block may be put. */
  end = 0
  /** How many blocks in it are cached. */
  live = 0
  /** How many blocks lie in it, those included that are not cached any more. */
  count = 0
  /** The blocks, whose they are, and their places there. What stands behind `count` is left over. */
  readonly blocks: Block[] = []
  readonly owners: CachedBlocks[] = []
  readonly indexes: number[] = []

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }

  fits(size: number): boolean {
    return this.end + size <= this.bytes.length
  }

  /** Takes a block that lies at its end. */
  put(block: Block, owner: CachedBlocks, index: number): void {
    this.blocks[this.count] = block
    this.owners[this.count] = owner
    this.indexes[this.count] = index
    this.count++
    this.end = block.end
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

  /** Gives up its own memory, once nothing is cached. */
  release(): void {
    this.#blocks = []
    this.#slabs = []
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
  /** Objects of blocks that were forgotten. */
  readonly #spare: Block[] = []
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
    block.referenced = true
    return block
  }

  /** Where a block of so many bytes is to be read to, from `end` on, for `add`; undefined for one that is not to be kept. */
  slabFor(size: number): Slab | undefined {
    if (this.#filling?.fits(size)) return this.#filling
    const isLarge = size > this.#slabBytes / 2
    const bytes = isLarge ? size : this.#slabBytes
    if (bytes > this.#memoryLimit) return undefined
    while (this.#memory + bytes > this.#memoryLimit) {
      const swept = this.#sweepOldest()
      if (swept.fits(size)) return this.#fill(swept)
      if (swept.live === 0) this.#release(swept)
    }
    const slab = new Slab(new Uint8Array(bytes))
    this.#memory += bytes
    this.#slabs.push(slab)
    return isLarge ? slab : this.#fill(slab)
  }

  /** An object to become the block that is read next, where there is one. */
  takeSpare(): Block | undefined {
    return this.#spare.pop()
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
    owner.release()
    this.#slabs = this.#slabs.filter((slab) => {
      if (slab.live > 0) return true
      this.#memory -= slab.bytes.length
      if (slab === this.#filling) this.#filling = undefined
      return false
    })
  }

  #fill(slab: Slab): Slab {
    this.#filling = slab
    return slab
  }

  #keep(owner: CachedBlocks, index: number, block: Block, slab: Slab): Block {
    slab.put(block, owner, index)
    owner.put(index, block, slab)
    this.#blocks++
    return block
  }

  /** Copies a block to the end of a slab. It may come from further back in the same memory. */
  #move(owner: CachedBlocks, index: number, block: Block, slab: Slab): Block {
    const start = slab.end
    const end = start + block.size
    slab.bytes.set(block.bytes.subarray(block.start, block.end), start)
    const { file, offset, isPinned } = block
    const moved = isPinned
      ? new Block(slab.bytes, file, offset, start, end)
      : block.become(slab.bytes, file, offset, start, end)
    return this.#keep(owner, index, moved, slab)
  }

  /**
   * Frees at least half of the oldest slab; one that holds a single large block is kept as it is where that was used.
   * It is the newest then, and counts as not used, so that going round once more frees the rest. REQUIRES that there is
   * one.
   */
  #sweepOldest(): Slab {
    const slab = this.#slabs.shift()!
    if (slab === this.#filling) this.#filling = undefined
    const { bytes, blocks, owners, indexes, count } = slab
    // Memory in which a reader stands is left to it.
    if (blocks.some((block, i) => i < count && block.isPinned)) slab.bytes = new Uint8Array(bytes.length)
    slab.end = 0
    slab.count = 0
    for (let i = 0; i < count; i++) {
      const block = blocks[i]!
      const owner = owners[i]!
      const index = indexes[i]!
      const isCached = owner.at(index) === block
      if (isCached) {
        owner.remove(index)
        this.#blocks--
      }
      const fits = slab.end === 0 || slab.end + block.size <= bytes.length / 2
      if (isCached && block.referenced && fits) this.#move(owner, index, block, slab)
      else if (!block.isPinned) this.#forget(block)
    }
    this.#slabs.push(slab)
    return slab
  }

  #forget(block: Block): void {
    block.forget()
    this.#spare.push(block)
  }

  /** REQUIRES that it was swept just now, and holds nothing. */
  #release(slab: Slab): void {
    this.#slabs.pop()
    this.#memory -= slab.bytes.length
  }
}
