import type { Block } from './block.ts'

/** Memory in which blocks lie one behind the other, in the order in which they were read. It is used again and again. */
export class Slab {
  bytes: Uint8Array
  /** Where the next block may be put. */
  end = 0
  /** How many blocks in it are cached. */
  live = 0
  /** How many blocks lie in it, those included that are not cached any more. */
  count = 0
  /** For the anchors of these blocks. */
  words: Int32Array
  /** The blocks, whose they are, and their places there. What stands behind `count` is left over. */
  readonly blocks: Block[] = []
  readonly owners: CachedBlocks[] = []
  readonly indexes: number[] = []
  /** A number below `SLAB_IDS` that no other slab has; negative for one without. */
  readonly id: number

  constructor(bytes: Uint8Array, words: Int32Array, id: number) {
    this.bytes = bytes
    this.words = words
    this.id = id
  }

  get memoryBytes(): number {
    return this.bytes.length + this.words.byteLength
  }

  fits(size: number): boolean {
    return this.end + size <= this.bytes.length
  }

  /** Makes room for other blocks. Where a reader stands in it, its memory is left to that reader. */
  empty(isPinned: boolean): void {
    if (isPinned) {
      this.bytes = new Uint8Array(this.bytes.length)
      this.words = new Int32Array(this.words.length)
    }
    // What stands behind is written anew before it is read.
    this.words[0] = 0
    this.end = 0
    this.count = 0
  }

  /** Takes a block that lies at its end. */
  put(block: Block, owner: CachedBlocks, index: number): void {
    block.words = this.words
    this.blocks[this.count] = block
    this.owners[this.count] = owner
    this.indexes[this.count] = index
    this.count++
    this.end = block.end
  }
}

/** Of a place of anchors: so many bits say where in the words of a slab, the others which slab. */
const ANCHOR_BITS = 15
export const SLAB_IDS: number = 1 << (31 - ANCHOR_BITS)

/** Not 0: anchors never begin at a slab's first word. */
function anchorPlace(slabId: number, anchorsAt: number): number {
  return (slabId << ANCHOR_BITS) | anchorsAt
}

export function slabIdOf(place: number): number {
  return place >>> ANCHOR_BITS
}

export function anchorsAtOf(place: number): number {
  return place & ((1 << ANCHOR_BITS) - 1)
}

/** The cached blocks of one table, by their index: finding one takes no hashing. */
export class CachedBlocks {
  readonly #count: number
  #blocks: (Block | undefined)[] = []
  #slabs: (Slab | undefined)[] = []
  /** Where anchors are, as `anchorsOf` says. Side by side, so that a lookup meets neither the object of the block nor that of its slab in an array of them. */
  #anchors = new Int32Array(0)

  constructor(count: number) {
    this.#count = count
  }

  at(index: number): Block | undefined {
    return this.#blocks[index]
  }

  /** Where the anchors of a cached block are, for `slabIdOf` and `anchorsAtOf`; 0 where it has none. */
  anchorsOf(index: number): number {
    return index < this.#anchors.length ? this.#anchors[index]! : 0
  }

  /** Notes that a cached block has anchors now. */
  noteAnchors(index: number, { anchorsAt }: Block): void {
    const { id } = this.#slabs[index]!
    if (id >= 0) this.#anchors[index] = anchorPlace(id, anchorsAt)
  }

  put(index: number, block: Block, slab: Slab): void {
    if (this.#blocks.length === 0) {
      this.#anchors = new Int32Array(this.#count)
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
    this.#anchors[index] = 0
  }

  /** Gives up its own memory, once nothing is cached. */
  release(): void {
    this.#blocks = []
    this.#slabs = []
    this.#anchors = new Int32Array(0)
  }

  *indexes(): Generator<number> {
    for (let index = 0; index < this.#blocks.length; index++) if (this.#blocks[index] !== undefined) yield index
  }
}
