import type { Block } from './block.ts'

/** What a cached block costs beside its bytes: its objects, and its slot. */
const OVERHEAD_BYTES = 256

/** Memory is given out in multiples of this, so that blocks of nearly one size can take each other's. */
const MEMORY_STEP_BYTES = 64
/** A block does not take memory that would leave more than this of it unused. */
const UNUSED_BYTES_MAX = 512
const SPARES_MAX = 16

/** A block in the cache, or on its way in. */
interface CachedBlock {
  readonly owner: CachedBlocks
  readonly index: number
  readonly block: Block
  /** What the block lies in, where that came from the cache and is the block's alone. */
  readonly memory: Uint8Array | undefined
  readonly bytes: number
  /** Where in the ring it is. */
  slot: number
  referenced: boolean
}

/** The cached blocks of one table, by their index: finding one takes no hashing. */
export class CachedBlocks {
  readonly #count: number
  #blocks: (CachedBlock | undefined)[] | undefined

  constructor(count: number) {
    this.#count = count
  }

  at(index: number): CachedBlock | undefined {
    return this.#blocks?.[index]
  }

  put(index: number, cached: CachedBlock | undefined): void {
    this.#blocks ??= new Array(this.#count).fill(undefined)
    this.#blocks[index] = cached
  }

  *all(): Generator<CachedBlock> {
    for (const cached of this.#blocks ?? []) if (cached !== undefined) yield cached
  }
}

/**
 * Keeps the raw blocks that were read lately, of all tables together, within `limitBytes`. Eviction is CLOCK: a hand
 * goes round the blocks and takes the first that was not used since it came by last; a hit just sets a flag.
 *
 * The memory of an evicted block goes to the next one that is read: thousands of fresh buffers a second would keep the
 * garbage collector busy and the heap torn. Whoever holds a block for longer than one call pins it, and keeps it.
 */
export class BlockCache {
  readonly limitBytes: number
  readonly #ring: (CachedBlock | undefined)[] = []
  readonly #freeSlots: number[] = []
  readonly #spares: Uint8Array[] = []
  #hand = 0
  #bytes = 0
  #hits = 0
  #misses = 0

  constructor(limitBytes: number) {
    this.limitBytes = limitBytes
  }

  /** Of the blocks held, with what they cost beside their bytes. */
  get bytes(): number {
    return this.#bytes
  }

  get hits(): number {
    return this.#hits
  }

  get misses(): number {
    return this.#misses
  }

  get(owner: CachedBlocks, index: number): Block | undefined {
    const cached = owner.at(index)
    if (cached === undefined) {
      this.#misses++
      return undefined
    }
    this.#hits++
    cached.referenced = true
    return cached.block
  }

  /** Memory to read a block of so many bytes into, for `add`. What was in it before is still there. */
  memoryFor(size: number): Uint8Array {
    if (size + OVERHEAD_BYTES <= this.limitBytes) this.#makeRoom(size + OVERHEAD_BYTES)
    for (let spare = this.#spares.pop(); spare !== undefined; spare = this.#spares.pop()) {
      if (spare.length >= size && spare.length <= size + UNUSED_BYTES_MAX) return spare
    }
    return new Uint8Array(Math.ceil(size / MEMORY_STEP_BYTES) * MEMORY_STEP_BYTES)
  }

  /** Keeps a block that `get` did not have, and that was read into `memory`. One that is larger than the cache is not kept. */
  add(owner: CachedBlocks, index: number, block: Block, memory?: Uint8Array): void {
    const own = memory !== undefined && memory.buffer === block.bytes.buffer ? memory : undefined
    if (memory !== undefined && own === undefined) this.#spare(memory)
    const bytes = (own ?? block.bytes).length + OVERHEAD_BYTES
    if (bytes > this.limitBytes || owner.at(index) !== undefined) return
    this.#makeRoom(bytes)
    // A slot that was just freed lies behind the hand: the new block is looked at last.
    const slot = this.#freeSlots.pop() ?? this.#ring.length
    const cached = { owner, index, block, memory: own, bytes, slot, referenced: false }
    this.#ring[slot] = cached
    owner.put(index, cached)
    this.#bytes += bytes
  }

  /** Forgets all blocks of a table. */
  drop(owner: CachedBlocks): void {
    for (const cached of owner.all()) this.#remove(cached)
  }

  #makeRoom(bytes: number): void {
    while (this.#bytes + bytes > this.limitBytes) this.#evictOne()
  }

  #spare(memory: Uint8Array): void {
    if (this.#spares.length < SPARES_MAX) this.#spares.push(memory)
  }

  /** REQUIRES that a block is held. */
  #evictOne(): void {
    for (;;) {
      if (this.#hand >= this.#ring.length) this.#hand = 0
      const cached = this.#ring[this.#hand++]
      if (cached === undefined) continue
      if (!cached.referenced) {
        this.#remove(cached)
        return
      }
      cached.referenced = false
    }
  }

  #remove(cached: CachedBlock): void {
    cached.owner.put(cached.index, undefined)
    this.#ring[cached.slot] = undefined
    this.#freeSlots.push(cached.slot)
    this.#bytes -= cached.bytes
    if (cached.memory !== undefined && !cached.block.isPinned) this.#spare(cached.memory)
  }
}
