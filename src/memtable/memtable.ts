import type { EntryCursor } from '../iterator/entry-cursor.ts'
import { Kind } from '../key/kind.ts'
import type { Lookup } from '../key/lookup.ts'
import { Arena, chunkOf, wordOf } from './arena.ts'
import { KEY_LENGTH_WORD, keyOffset, kindAt, VALUE_LENGTH_WORD } from './entry.ts'
import { EntryIndex } from './entry-index.ts'
import { MemtableCursor } from './memtable-cursor.ts'
import type { MemtableImage } from './memtable-image.ts'
import { MemtableMemory } from './memtable-memory.ts'
import { NONE } from './node-pool.ts'

/** The newest entries of a store, in memory and in internal order, until a flush writes them to a table. */
export class Memtable {
  entries = 0
  tombstones = 0
  /** Key and value bytes of the entries, as the user gave them. */
  userBytes = 0
  /** Least and greatest sequence among the entries; 0 while there is none. */
  smallestSequence = 0
  largestSequence = 0
  /** Commit times in milliseconds since 1970 of the oldest and newest commit noted; 0 while there is none. */
  oldestMs = 0
  newestMs = 0
  readonly #arena: Arena
  readonly #index: EntryIndex

  constructor(memory: MemtableMemory = new MemtableMemory(false)) {
    this.#arena = new Arena(memory)
    this.#index = new EntryIndex(this.#arena, memory)
  }

  /** What the entries take in the arena, header and padding included: this is held against `memtableBytes`. */
  get entryBytes(): number {
    return this.#arena.usedBytes
  }

  /** All buffers held, filled or not. */
  get memoryBytes(): number {
    return this.#arena.memoryBytes + this.#index.memoryBytes
  }

  /** Copies the entry. REQUIRES that its (key, sequence) is new here, and that a delete comes with an empty value. */
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
    this.#index.insert(sequence, kind, key, keyStart, keyEnd, value, valueStart, valueEnd)
    if (this.entries === 0 || sequence < this.smallestSequence) this.smallestSequence = sequence
    if (sequence > this.largestSequence) this.largestSequence = sequence
    this.entries++
    if (kind === Kind.Delete) this.tombstones++
    this.userBytes += keyEnd - keyStart + (valueEnd - valueStart)
  }

  /** Notes the time of a commit whose entries came here. */
  noteTime(ms: number): void {
    if (this.newestMs === 0 || ms < this.oldestMs) this.oldestMs = ms
    if (ms > this.newestMs) this.newestMs = ms
  }

  /**
   * Answers with the newest version of the key at or below the lookup's sequence, a delete included; false where there
   * is none.
   */
  find(lookup: Lookup): boolean {
    if (this.entries === 0) return false
    const key = lookup.key
    const position = this.#index.find(key, 0, key.length, lookup.sequence)
    if (position === NONE) return false
    const address = this.#index.address(position)
    const chunk = chunkOf(address)
    const word = wordOf(address)
    const words = this.#arena.words[chunk]!
    lookup.kind = kindAt(words, word)
    lookup.value = this.#arena.chunks[chunk]!
    lookup.valueStart = keyOffset(word) + words[word + KEY_LENGTH_WORD]!
    lookup.valueEnd = lookup.valueStart + words[word + VALUE_LENGTH_WORD]!
    return true
  }

  /** Leaves its buffers to the next memtable. REQUIRES that nothing reads this one any more, and nothing will. */
  giveBack(): void {
    this.#index.giveBack()
    this.#arena.giveBack()
  }

  /** The entries for another thread. REQUIRES that nothing is inserted any more. */
  share(): MemtableImage {
    return { chunks: this.#arena.chunks, leaves: this.#index.shareLeaves() }
  }

  /** A cursor over the entries; it may stay open while entries are inserted. */
  cursor(): EntryCursor {
    return new MemtableCursor(this.#index)
  }
}
