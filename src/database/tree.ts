import type { Version } from '../manifest/version.ts'
import { Memtable } from '../memtable/memtable.ts'
import type { MemtableMemory } from '../memtable/memtable-memory.ts'
import type { LiveVersions, PinnedVersion } from './live-versions.ts'

/** A view that stays as it is, but for entries of later sequences: what a scan reads from. */
export interface ReadView {
  readonly memtables: readonly Memtable[]
  readonly pinned: PinnedVersion
}

/** What the store holds right now: two memtables at most, and the tables. */
export class Tree {
  readonly versions: LiveVersions
  /** Takes writes. */
  active: Memtable
  /** Waits for its flush. */
  immutable: Memtable | undefined
  /** The last sequence that reads may see. */
  published: number
  readonly #memory: MemtableMemory

  /** Memtables that follow `active` are made in `memory`. */
  constructor(active: Memtable, versions: LiveVersions, published: number, memory: MemtableMemory) {
    this.active = active
    this.versions = versions
    this.published = published
    this.#memory = memory
  }

  /** Begins a new active memtable. REQUIRES that none is immutable. */
  rotate(): void {
    this.immutable = this.active
    this.active = new Memtable(this.#memory)
  }

  /** The version with the immutable memtable's tables takes its place. */
  installFlushed(version: Version): void {
    const flushed = this.immutable
    this.versions.install(version, [])
    this.immutable = undefined
    // Whoever pinned an earlier version may be reading the memtable.
    this.versions.whenCurrentIsOldest(() => flushed?.giveBack())
  }

  /** Gives up the memory that is kept for the next memtable. */
  rest(): void {
    this.#memory.release()
  }

  /** Gives up all memory. REQUIRES that nothing is read or written any more. */
  close(): void {
    this.immutable?.giveBack()
    this.active.giveBack()
    this.#memory.release()
  }

  view(): ReadView {
    const memtables = this.immutable === undefined ? [this.active] : [this.active, this.immutable]
    return { memtables, pinned: this.versions.pin() }
  }

  get memtableBytes(): number {
    return this.active.memoryBytes + (this.immutable?.memoryBytes ?? 0) + this.#memory.freeBytes
  }
}
