import type { TableEntry } from '../manifest/table-entry.ts'
import type { Version } from '../manifest/version.ts'

/** What only older versions still need. */
interface Retired {
  /** The first generation that does without it. */
  readonly since: number
  /** Undefined for what is no table. */
  readonly table: TableEntry | undefined
  readonly free: () => void
}

/** A reader's hold on one version. */
export interface PinnedVersion {
  readonly version: Version
  /** Releasing twice is harmless. */
  release(): void
  /** Another hold on the same version. REQUIRES that this one is not released. */
  again(): PinnedVersion
}

/**
 * The current version, and the older ones that readers still hold. A table that the current version has given up is removed once every version that
 * held it is released: never while it may be read.
 */
export class LiveVersions {
  #current: Version
  #generation = 0
  /** How many readers hold each generation, oldest first. */
  readonly #pins = new Map<number, number>()
  readonly #retired: Retired[] = []
  readonly #remove: (table: TableEntry) => void

  constructor(current: Version, remove: (table: TableEntry) => void) {
    this.#current = current
    this.#remove = remove
  }

  get current(): Version {
    return this.#current
  }

  /** Tables that the current version has given up, and readers still hold. */
  get retired(): readonly TableEntry[] {
    return this.#retired.flatMap(({ table }) => table ?? [])
  }

  pin(): PinnedVersion {
    return this.#pin(this.#current, this.#generation)
  }

  #pin(version: Version, generation: number): PinnedVersion {
    this.#pins.set(generation, (this.#pins.get(generation) ?? 0) + 1)
    let held = true
    const release = (): void => {
      if (!held) return
      held = false
      this.#unpin(generation)
    }
    return { version, release, again: () => this.#pin(version, generation) }
  }

  /** Makes a version current. REQUIRES that it is durable: `given up` tables may be removed from now on. */
  install(version: Version, givenUp: readonly TableEntry[]): void {
    this.#current = version
    this.#generation++
    const since = this.#generation
    for (const table of givenUp) this.#retired.push({ since, table, free: () => this.#remove(table) })
    this.#sweep()
  }

  /** Calls `free` once no version is pinned that was before the current one. */
  whenCurrentIsOldest(free: () => void): void {
    this.#retired.push({ since: this.#generation, table: undefined, free })
    this.#sweep()
  }

  #unpin(generation: number): void {
    const pins = this.#pins.get(generation)! - 1
    if (pins > 0) {
      this.#pins.set(generation, pins)
    } else {
      this.#pins.delete(generation)
      this.#sweep()
    }
  }

  #sweep(): void {
    // Generations are pinned in ascending order, so the first one in the map is the oldest.
    const oldest = this.#pins.keys().next()
    const needed = oldest.done ? this.#generation : oldest.value
    while (this.#retired.length > 0 && this.#retired[0]!.since <= needed) this.#retired.shift()!.free()
  }
}
