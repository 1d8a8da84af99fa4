import { Block } from './block.ts'
import { ANCHOR_WORDS_PER_BYTE, showAnchored } from './block-anchors.ts'
import { anchorsAtOf, type CachedBlocks, SLAB_IDS, Slab, slabIdOf } from './cached-blocks.ts'

/** What a cached block costs beside its bytes: its objects, and its places in arrays. */
const OVERHEAD_BYTES = 196
/** A sixteenth of the limit is left for that, which is enough for blocks of 4 KiB. */
const MEMORY_SHARE = 15 / 16

/** Of slabs as large as this, a lookup in a cache of half a gigabyte finds the objects in the processor's own caches. */
const SLAB_BYTES_MAX = 1024 * 1024
/** What is forgotten at once should be a small part of the cache. */
const SLABS = 32
/** A small cache has fewer slabs and not such that hold few blocks, but some to choose from. */
const SMALL_SLAB_BYTES = 128 * 1024
const SLABS_MIN = 8

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
  /** Those with room for anchors, by their ids. */
  readonly #byId: (Slab | undefined)[] = []
  /** The one that is being filled. */
  #filling: Slab | undefined
  /** Objects of blocks that were forgotten. */
  readonly #spare: Block[] = []
  /** Shows lookups one block after the other. */
  readonly #view: Block = Block.nothing()
  #memory = 0
  #blocks = 0
  #hits = 0
  #misses = 0

  constructor(limitBytes: number) {
    this.limitBytes = limitBytes
    this.#memoryLimit = Math.floor(limitBytes * MEMORY_SHARE)
    this.#slabBytes = slabBytesOf(this.#memoryLimit)
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

  /**
   * A block for one lookup, or undefined where `get` has to be asked: of blocks with anchors, these say all that a lookup
   * needs. That is fewer places in memory to wait for. Such a block counts as used since `get` had it.
   */
  anchored(owner: CachedBlocks, index: number): Block | undefined {
    const place = owner.anchorsOf(index)
    if (place === 0) return undefined
    this.#hits++
    const { bytes, words } = this.#byId[slabIdOf(place)]!
    showAnchored(this.#view, bytes, words, anchorsAtOf(place))
    return this.#view
  }

  /** Gives anchors to a block that `get` had: it will be asked more often than once. */
  anchor(owner: CachedBlocks, index: number, block: Block): void {
    block.prepare()
    if (block.anchorsAt > 0) owner.noteAnchors(index, block)
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
    const slab = new Slab(new Uint8Array(bytes), new Int32Array(words), words === 0 ? -1 : this.#freeId())
    if (slab.id >= 0) this.#byId[slab.id] = slab
    this.#memory += needed
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
      this.#giveUp(slab)
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
    slab.empty(blocks.some((block, i) => i < count && block.isPinned))
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
    this.#giveUp(slab)
  }

  #giveUp(slab: Slab): void {
    this.#memory -= slab.memoryBytes
    if (slab.id >= 0) this.#byId[slab.id] = undefined
  }

  /** -1 where there are too many slabs: blocks in this one are found, but slower. */
  #freeId(): number {
    const free = this.#byId.indexOf(undefined)
    if (free >= 0) return free
    return this.#byId.length < SLAB_IDS ? this.#byId.length : -1
  }
}

function slabBytesOf(memoryLimit: number): number {
  const small = Math.min(SMALL_SLAB_BYTES, Math.floor(memoryLimit / SLABS_MIN))
  return Math.max(small, Math.min(SLAB_BYTES_MAX, Math.floor(memoryLimit / SLABS)))
}
