import { Memtable } from '../memtable/memtable.ts'
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

  constructor(active: Memtable, versions: LiveVersions, published: number) {
    this.active = active
    this.versions = versions
    this.published = published
  }

  /** Begins a new active memtable. REQUIRES that none is immutable. */
  rotate(): void {
    this.immutable = this.active
    this.active = new Memtable()
  }

  view(): ReadView {
    const memtables = this.immutable === undefined ? [this.active] : [this.active, this.immutable]
    return { memtables, pinned: this.versions.pin() }
  }

  get memtableBytes(): number {
    return this.active.memoryBytes + (this.immutable?.memoryBytes ?? 0)
  }
}
