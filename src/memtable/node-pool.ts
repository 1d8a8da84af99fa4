import { lane } from '../bytes/lane.ts'
import { type Arena, chunkOf, wordOf } from './arena.ts'
import { KEY_LENGTH_WORD, keyOffset } from './entry.ts'
import type { MemtableMemory } from './memtable-memory.ts'
import type { Probe } from './probe.ts'

/** Slots of a node. */
export const FAN_OUT: number = 64
export const FAN_OUT_BITS: number = 6

/**
 * A node is a block of 32-bit words. Each lane of its slots lies together, so that a search reads a few cache lines:
 *
 *     0     first lane of each slot       64    second lane       128   entry address       192   slots in use
 *     193   leaf: next and previous leaf, -1 for none;     inner: child of each slot
 *
 * A slot of a leaf is an entry, in internal order. A slot of an inner node is a child and the least entry below it;
 * that of the first slot is not looked at, because smaller entries go there too.
 */
const LOW = FAN_OUT
const ADDRESS: number = 2 * FAN_OUT
const COUNT: number = 3 * FAN_OUT
const LINKS: number = COUNT + 1
const LEAF_WORDS: number = LINKS + 2
const INNER_WORDS: number = LINKS + FAN_OUT
export const NONE: number = -1
/** A leaf's links. */
export const NEXT: number = 0
export const PREVIOUS: number = 1

/** A pool's nodes in shared memory. */
export interface PoolImage {
  readonly nodes: number
  readonly words: Int32Array
}

/** Nodes of one kind in one growing buffer; a node's number is its place. */
export class NodePool {
  nodes = 0
  #words: Int32Array
  readonly #nodeWords: number
  readonly #memory: MemtableMemory

  /** Of leaves: empty, or over what another pool shares. */
  static leaves(memory: MemtableMemory, image?: PoolImage): NodePool {
    return new NodePool(LEAF_WORDS, memory, image)
  }

  /** Of inner nodes, empty. */
  static inners(memory: MemtableMemory): NodePool {
    return new NodePool(INNER_WORDS, memory)
  }

  private constructor(nodeWords: number, memory: MemtableMemory, image?: PoolImage) {
    this.#nodeWords = nodeWords
    this.#memory = memory
    this.nodes = image?.nodes ?? 0
    this.#words = image?.words ?? new Int32Array(0)
  }

  share(): PoolImage {
    return { nodes: this.nodes, words: this.#words }
  }

  get memoryBytes(): number {
    return this.#words.byteLength
  }

  /** Makes room for `nodes` more, so that adding them cannot fail half-way. */
  reserve(nodes: number): void {
    const needed = (this.nodes + nodes) * this.#nodeWords
    if (needed <= this.#words.length) return
    const words = Math.max(needed, this.#words.length * 2)
    const larger = new Int32Array(this.#memory.take(words * Int32Array.BYTES_PER_ELEMENT))
    larger.set(this.#words)
    this.giveBack()
    this.#words = larger
  }

  /** REQUIRES that nothing reads the pool any more. */
  giveBack(): void {
    if (this.#words.length > 0) this.#memory.give(this.#words.buffer)
  }

  /** Adds an empty node. REQUIRES room. */
  add(): number {
    this.#words[this.nodes * this.#nodeWords + COUNT] = 0
    return this.nodes++
  }

  count(node: number): number {
    return this.#words[node * this.#nodeWords + COUNT]!
  }

  address(node: number, slot: number): number {
    return this.#words[node * this.#nodeWords + ADDRESS + slot]!
  }

  /** Of a leaf: `which` 0 is the next leaf, 1 the previous one. Of an inner node: the child of slot `which`. */
  link(node: number, which: number): number {
    return this.#words[node * this.#nodeWords + LINKS + which]!
  }

  setLink(node: number, which: number, to: number): void {
    this.#words[node * this.#nodeWords + LINKS + which] = to
  }

  /** The first slot from `from` on whose entry is not before the probe; the number of slots where all are. */
  lowerBound(node: number, from: number, probe: Probe): number {
    const words = this.#words
    const base = node * this.#nodeWords
    const high = probe.high
    const low = probe.low
    let begin = from
    let end = words[base + COUNT]!
    while (begin < end) {
      const middle = (begin + end) >>> 1
      const slot = base + middle
      let order = 0
      if (words[slot] !== high) order = words[slot]! < high ? -1 : 1
      else if (words[slot + LOW] !== low) order = words[slot + LOW]! < low ? -1 : 1
      else order = probe.order(words[slot + ADDRESS]!)
      if (order < 0) begin = middle + 1
      else end = middle
    }
    return begin
  }

  /** Whether the entry of a slot has the probe's lanes: only then can it be the probe's. */
  hasLanes(node: number, slot: number, probe: Probe): boolean {
    const at = node * this.#nodeWords + slot
    return this.#words[at] === probe.high && this.#words[at + LOW] === probe.low
  }

  /** Makes the lanes of all slots anew, from the bytes behind the first `skip` of each key. */
  makeLanes(arena: Arena, skip: number): void {
    for (let node = 0; node < this.nodes; node++) {
      for (let slot = this.count(node) - 1; slot >= 0; slot--) {
        const address = this.address(node, slot)
        const key = arena.chunks[chunkOf(address)]!
        const word = wordOf(address)
        const start = keyOffset(word)
        const end = start + arena.words[chunkOf(address)]![word + KEY_LENGTH_WORD]!
        const at = node * this.#nodeWords + slot
        this.#words[at] = lane(key, start + skip, end)
        this.#words[at + LOW] = lane(key, start + skip + 4, end)
      }
    }
  }

  /** Opens `slot` for an entry, moving those from there on up by one. REQUIRES a free slot. */
  insert(node: number, slot: number, high: number, low: number, address: number): void {
    const words = this.#words
    const base = node * this.#nodeWords
    const at = base + slot
    for (let i = base + words[base + COUNT]!; i > at; i--) {
      words[i] = words[i - 1]!
      words[i + LOW] = words[i + LOW - 1]!
      words[i + ADDRESS] = words[i + ADDRESS - 1]!
    }
    words[at] = high
    words[at + LOW] = low
    words[at + ADDRESS] = address
    words[base + COUNT]!++
  }

  /**
   * Inserts the child `to` as slot `slot` of an inner node, with the first entry of node `to` of `pool`. REQUIRES a
   * free slot.
   */
  insertChild(node: number, slot: number, to: number, pool: NodePool): void {
    const links = node * this.#nodeWords + LINKS
    this.#words.copyWithin(links + slot + 1, links + slot, links + this.count(node))
    this.#words[links + slot] = to
    const first = to * pool.#nodeWords
    this.insert(node, slot, pool.#words[first]!, pool.#words[first + LOW]!, pool.#words[first + ADDRESS]!)
  }

  /** Moves the slots from `from` on to the empty node `to`, and an inner node's children with them. */
  moveTail(node: number, from: number, to: number): void {
    const words = this.#words
    const base = node * this.#nodeWords
    const target = to * this.#nodeWords
    const count = words[base + COUNT]!
    for (let lanes = base; lanes < base + COUNT; lanes += FAN_OUT) {
      words.copyWithin(target + lanes - base, lanes + from, lanes + count)
    }
    if (this.#nodeWords === INNER_WORDS) words.copyWithin(target + LINKS, base + LINKS + from, base + LINKS + count)
    words[target + COUNT] = count - from
    words[base + COUNT] = from
  }
}
