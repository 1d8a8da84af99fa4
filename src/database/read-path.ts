import { BoundedCursor } from '../iterator/bounded-cursor.ts'
import { ConcatenatingCursor } from '../iterator/concatenating-cursor.ts'
import type { EntryCursor } from '../iterator/entry-cursor.ts'
import { MergingCursor } from '../iterator/merging-cursor.ts'
import { VisibleCursor } from '../iterator/visible-cursor.ts'
import { Kind } from '../key/kind.ts'
import { Lookup } from '../key/lookup.ts'
import type { Bounds } from '../kv-store/scan-cursor.ts'
import { overlapping } from '../manifest/run-search.ts'
import type { Run, Version } from '../manifest/version.ts'
import type { TableCache } from '../table/table-cache.ts'
import type { ReadView, Tree } from './tree.ts'

/** Answers point lookups and opens cursors, from the newest place to the oldest. */
export class ReadPath {
  readonly #tree: Tree
  readonly #tables: TableCache
  readonly #lookup = new Lookup()
  /** Point lookups so far. */
  lookups = 0

  constructor(tree: Tree, tables: TableCache) {
    this.#tree = tree
    this.#tables = tables
  }

  /** The value as a slice that holds until the next operation, or undefined. With `view`, what that holds instead of what is there now. */
  find(key: Uint8Array, sequence: number, view?: ReadView): Lookup | undefined {
    const lookup = this.#lookup.ask(key, sequence)
    this.lookups++
    const found = view === undefined ? this.#findNow(lookup) : this.#findIn(view, lookup)
    return found && lookup.kind === Kind.Put ? lookup : undefined
  }

  #findNow(lookup: Lookup): boolean {
    const { active, immutable, versions } = this.#tree
    return active.find(lookup) || immutable?.find(lookup) === true || this.#findInTables(versions.current, lookup)
  }

  #findIn({ memtables, pinned }: ReadView, lookup: Lookup): boolean {
    for (const memtable of memtables) if (memtable.find(lookup)) return true
    return this.#findInTables(pinned.version, lookup)
  }

  #findInTables({ searches }: Version, lookup: Lookup): boolean {
    for (const search of searches) {
      const table = search.find(lookup.key)
      if (table !== undefined && this.#tables.get(table).find(lookup)) return true
    }
    return false
  }

  /** A cursor over what is visible at `sequence`, in `view` or now; it pins what it reads until it is closed. */
  openCursor(bounds: Bounds, sequence: number, reverse: boolean, from?: ReadView): BoundedCursor {
    const view = from === undefined ? this.#tree.view() : { ...from, pinned: from.pinned.again() }
    const children: EntryCursor[] = view.memtables
      .filter((memtable) => memtable.entries > 0)
      .map((memtable) => memtable.cursor())
    for (const level of view.pinned.version.levels) {
      for (const run of level.runs) {
        const cursor = this.#runCursor(run, bounds)
        if (cursor !== undefined) children.push(cursor)
      }
    }
    const merged = children.length === 1 ? children[0]! : new MergingCursor(children)
    const release = (): void => {
      merged.close()
      view.pinned.release()
    }
    return new BoundedCursor(new VisibleCursor(merged, sequence), bounds.lower, bounds.upper, reverse, release)
  }

  #runCursor(run: Run, { lower, upper }: Bounds): EntryCursor | undefined {
    const tables = overlapping(run, lower, upper)
    const [first] = tables
    if (first === undefined) return undefined
    return new ConcatenatingCursor(tables, (part) => this.#tables.get(tables[part]!).cursor(true))
  }

  /** About how many bytes of tables hold keys within the bounds. */
  approximateSize({ lower, upper }: Bounds): number {
    let bytes = 0
    for (const level of this.#tree.versions.current.levels) {
      for (const run of level.runs) {
        for (const table of overlapping(run, lower, upper)) {
          const reader = this.#tables.get(table)
          const start = lower === undefined ? 0 : reader.approximateOffset(lower)
          const end = upper === undefined ? table.bytes : reader.approximateOffset(upper)
          bytes += Math.max(0, end - start)
        }
      }
    }
    return bytes
  }
}
