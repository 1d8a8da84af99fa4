import type { Block } from './block.ts'

/** What a cached block costs beside its bytes: its objects, and its slot. */
const OVERHEAD_BYTES = 256

/** A block in the cache, or on its way in. */
interface CachedBlock {
  readonly owner: CachedBlocks
  readonly index: number
  readonly block: Block
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
 * goes round the blocks and takes the first that was not used since it came by last; a hit just sets a flag. Whoever
 * holds a block keeps it: eviction only forgets it.
 */
export class BlockCache {
  readonly limitBytes: number
  readonly #ring: (CachedBlock | undefined)[] = []
  readonly #freeSlots: number[] = []
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

  /** Keeps a block that `get` did not have. One that is larger than the cache is not kept. */
  add(owner: CachedBlocks, index: number, block: Block): void {
    const bytes = block.bytes.length + OVERHEAD_BYTES
    if (bytes > this.limitBytes || owner.at(index) !== undefined) return
    while (this.#bytes + bytes > this.limitBytes) this.#evictOne()
    // A slot that was just freed lies behind the hand: the new block is looked at last.
    const slot = this.#freeSlots.pop() ?? this.#ring.length
    const cached = { owner, index, block, bytes, slot, referenced: false }
    this.#ring[slot] = cached
    owner.put(index, cached)
    this.#bytes += bytes
  }

  /** Forgets all blocks of a table. */
  drop(owner: CachedBlocks): void {
    for (const cached of owner.all()) this.#remove(cached)
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
  }
}
