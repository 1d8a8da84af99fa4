import { invariant } from '../errors.ts'
import type { Arena } from './arena.ts'
import { writeEntry } from './entry.ts'
import type { MemtableMemory } from './memtable-memory.ts'
import { FAN_OUT, FAN_OUT_BITS, NEXT, NONE, NodePool, type PoolImage, PREVIOUS } from './node-pool.ts'
import { Probe } from './probe.ts'

/** Deeper than 2^32 entries can make a tree whose nodes, but for its right edge, are at least half full. */
const MAX_HEIGHT = 12
/** How often all lanes may be made anew for a shorter common prefix, in lanes per entry, before it is given up. */
const MAX_RELANES_PER_ENTRY = 4
const FREE_RELANES = 1024

/**
 * The entries of an arena in internal order: a B+tree of which nothing is ever removed. Few comparisons leave its
 * nodes, because a slot holds eight bytes of its key beside the entry's address.
 *
 * A position (leaf number and slot in one integer; -1 for none) names an entry only until the next insertion.
 */
export class EntryIndex {
  readonly arena: Arena
  readonly #probe: Probe
  readonly #leaves: NodePool
  readonly #inners: NodePool
  /** The inner nodes that the last descent came through, from the root, and the child slots that it took. */
  readonly #path: Int32Array = new Int32Array(2 * MAX_HEIGHT)
  #root = 0
  /** Levels of inner nodes: at 0 the root is a leaf. */
  #height = 0
  #lastLeaf: number
  #entries = 0
  #relaned = 0

  constructor(arena: Arena, memory: MemtableMemory) {
    this.arena = arena
    this.#probe = new Probe(arena)
    this.#leaves = NodePool.leaves(memory)
    this.#inners = NodePool.inners(memory)
    this.#leaves.reserve(1)
    this.#lastLeaf = this.#addLeaf(NONE)
  }

  get memoryBytes(): number {
    return this.#leaves.memoryBytes + this.#inners.memoryBytes + this.#path.byteLength
  }

  /** The leaves, of which number 0 is the first. REQUIRES that nothing is inserted any more. */
  shareLeaves(): PoolImage {
    return this.#leaves.share()
  }

  /** REQUIRES that nothing reads the index any more. */
  giveBack(): void {
    this.#leaves.giveBack()
    this.#inners.giveBack()
  }

  /** Copies an entry into the arena and takes it in. That a (key, sequence) comes twice is a broken invariant. */
  insert(
    sequence: number,
    kind: number,
    key: Uint8Array,
    keyStart: number,
    keyEnd: number,
    value: Uint8Array,
    valueStart: number,
    valueEnd: number,
  ): void {
    const probe = this.#probe
    const leaves = this.#leaves
    if (this.#entries > 0) this.#keepCommon(key, keyStart, keyEnd)
    probe.aim(key, keyStart, keyEnd, sequence)
    // Entries often come in order; then no search is needed.
    let leaf = this.#lastLeaf
    let slot = leaves.count(leaf)
    if (slot === FAN_OUT || (slot > 0 && leaves.lowerBound(leaf, slot - 1, probe) < slot)) {
      leaf = this.#descend()
      slot = leaves.lowerBound(leaf, 0, probe)
      this.#refuseTwice(leaf, slot)
    }
    const address = writeEntry(this.arena, sequence, kind, key, keyStart, keyEnd, value, valueStart, valueEnd)
    if (this.#entries === 0) {
      probe.share(address, keyEnd - keyStart)
      probe.aim(key, keyStart, keyEnd, sequence)
    }
    this.#entries++
    if (leaves.count(leaf) < FAN_OUT) leaves.insert(leaf, slot, probe.high, probe.low, address)
    else this.#split(leaf, slot, address)
  }

  /** The first entry at or after (key, sequence). */
  lowerBound(key: Uint8Array, keyStart: number, keyEnd: number, sequence: number): number {
    this.#probe.aim(key, keyStart, keyEnd, sequence)
    const leaf = this.#descend()
    const slot = this.#leaves.lowerBound(leaf, 0, this.#probe)
    return slot < this.#leaves.count(leaf)
      ? (leaf << FAN_OUT_BITS) | slot
      : this.#firstOf(this.#leaves.link(leaf, NEXT))
  }

  /** The newest version of `key` at or below `sequence`. */
  find(key: Uint8Array, keyStart: number, keyEnd: number, sequence: number): number {
    const position = this.lowerBound(key, keyStart, keyEnd, sequence)
    if (position === NONE) return NONE
    const leaf = position >>> FAN_OUT_BITS
    const slot = position & (FAN_OUT - 1)
    if (!this.#leaves.hasLanes(leaf, slot, this.#probe)) return NONE
    return this.#probe.hasKeyOf(this.#leaves.address(leaf, slot)) ? position : NONE
  }

  first(): number {
    // The leftmost leaf stays the one that the tree began with, because a split adds a leaf to the right.
    return this.#firstOf(0)
  }

  last(): number {
    return this.#lastOf(this.#lastLeaf)
  }

  after(position: number): number {
    const leaf = position >>> FAN_OUT_BITS
    if ((position & (FAN_OUT - 1)) + 1 < this.#leaves.count(leaf)) return position + 1
    return this.#firstOf(this.#leaves.link(leaf, NEXT))
  }

  before(position: number): number {
    if ((position & (FAN_OUT - 1)) > 0) return position - 1
    return this.#lastOf(this.#leaves.link(position >>> FAN_OUT_BITS, PREVIOUS))
  }

  address(position: number): number {
    return this.#leaves.address(position >>> FAN_OUT_BITS, position & (FAN_OUT - 1))
  }

  /** Whether the entry at `address` is still at `position`: insertions move entries. */
  holds(position: number, address: number): boolean {
    const slot = position & (FAN_OUT - 1)
    return slot < this.#leaves.count(position >>> FAN_OUT_BITS) && this.address(position) === address
  }

  #firstOf(leaf: number): number {
    return leaf === NONE || this.#leaves.count(leaf) === 0 ? NONE : leaf << FAN_OUT_BITS
  }

  #lastOf(leaf: number): number {
    return leaf === NONE || this.#leaves.count(leaf) === 0
      ? NONE
      : (leaf << FAN_OUT_BITS) | (this.#leaves.count(leaf) - 1)
  }

  /** The leaf where the probe belongs: the first entry not before it is there, or is the first of the next leaf. */
  #descend(): number {
    const path = this.#path
    let node = this.#root
    for (let depth = 0; depth < this.#height; depth++) {
      const slot = this.#inners.lowerBound(node, 1, this.#probe) - 1
      path[2 * depth] = node
      path[2 * depth + 1] = slot
      node = this.#inners.link(node, slot)
    }
    return node
  }

  #refuseTwice(leaf: number, slot: number): void {
    let found = leaf
    let at = slot
    if (slot === this.#leaves.count(leaf)) {
      found = this.#leaves.link(leaf, NEXT)
      at = 0
      if (found === NONE) return
    }
    const isTwin =
      this.#leaves.hasLanes(found, at, this.#probe) && this.#probe.order(this.#leaves.address(found, at)) === 0
    invariant(!isTwin, 'a key and sequence enter a memtable once')
  }

  /** Inserts into a full leaf. REQUIRES that the last descent led there. */
  #split(leaf: number, slot: number, address: number): void {
    const leaves = this.#leaves
    leaves.reserve(1)
    this.#inners.reserve(this.#height + 1)
    const appends = leaf === this.#lastLeaf && slot === FAN_OUT
    const right = this.#addLeaf(leaf)
    // Entries that come in order leave full leaves behind them.
    if (!appends) leaves.moveTail(leaf, FAN_OUT / 2, right)
    const goesRight = appends || slot > FAN_OUT / 2
    const target = goesRight ? right : leaf
    leaves.insert(target, goesRight ? slot - leaves.count(leaf) : slot, this.#probe.high, this.#probe.low, address)
    this.#adopt(right, appends)
  }

  /**
   * Hangs a new leaf into the inner nodes of the path, to the right of the child that the descent took; splits them as
   * needed.
   */
  #adopt(leaf: number, appends: boolean): void {
    const inners = this.#inners
    let child = leaf
    let pool = this.#leaves
    for (let depth = this.#height - 1; depth >= 0; depth--) {
      const node = this.#path[2 * depth]!
      const slot = this.#path[2 * depth + 1]! + 1
      if (inners.count(node) < FAN_OUT) {
        inners.insertChild(node, slot, child, pool)
        return
      }
      const right = inners.add()
      if (!appends) inners.moveTail(node, FAN_OUT / 2, right)
      const kept = inners.count(node)
      if (appends || slot > kept) inners.insertChild(right, slot - kept, child, pool)
      else inners.insertChild(node, slot, child, pool)
      child = right
      pool = inners
    }
    const root = inners.add()
    inners.insertChild(root, 0, this.#root, pool)
    inners.insertChild(root, 1, child, pool)
    this.#root = root
    this.#height++
  }

  #addLeaf(left: number): number {
    const leaves = this.#leaves
    const leaf = leaves.add()
    const right = left === NONE ? NONE : leaves.link(left, NEXT)
    leaves.setLink(leaf, NEXT, right)
    leaves.setLink(leaf, PREVIOUS, left)
    if (left !== NONE) leaves.setLink(left, NEXT, leaf)
    if (right === NONE) this.#lastLeaf = leaf
    else leaves.setLink(right, PREVIOUS, leaf)
    return leaf
  }

  /** Shortens the common prefix to what the given key shares of it, after too much of that to nothing; makes all lanes anew. */
  #keepCommon(key: Uint8Array, start: number, end: number): void {
    const probe = this.#probe
    const shared = probe.shared(key, start, end)
    if (shared === probe.skip) return
    this.#relaned += this.#entries
    probe.skip = this.#relaned <= FREE_RELANES + MAX_RELANES_PER_ENTRY * this.#entries ? shared : 0
    this.#leaves.makeLanes(this.arena, probe.skip)
    this.#inners.makeLanes(this.arena, probe.skip)
  }
}
