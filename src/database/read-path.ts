import { BoundedCursor } from '../iterator/bounded-cursor.ts'
import { ConcatenatingCursor } from '../iterator/concatenating-cursor.ts'
import type { EntryCursor } from '../iterator/entry-cursor.ts'
import { MergingCursor } from '../iterator/merging-cursor.ts'
import { VisibleCursor } from '../iterator/visible-cursor.ts'
import { Kind } from '../key/kind.ts'
import { Lookup } from '../key/lookup.ts'
import type { Bounds } from '../kv-store/scan-cursor.ts'
import { findTable, overlapping } from '../manifest/run-search.ts'
import type { Run } from '../manifest/version.ts'
import type { TableCache } from '../table/table-cache.ts'
import type { Tree } from './tree.ts'

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

  /** The value as a slice that holds until the next operation, or undefined. */
  find(key: Uint8Array, sequence: number): Lookup | undefined {
    const lookup = this.#lookup.ask(key, sequence)
    this.lookups++
    const { active, immutable } = this.#tree
    const found = active.find(lookup) || immutable?.find(lookup) === true || this.#findInTables(lookup)
    return found && lookup.kind === Kind.Put ? lookup : undefined
  }

  #findInTables(lookup: Lookup): boolean {
    for (const level of this.#tree.versions.current.levels) {
      for (const run of level.runs) {
        const table = findTable(run, lookup.key)
        if (table !== undefined && this.#tables.get(table).find(lookup)) return true
      }
    }
    return false
  }

  /** A cursor over what is visible at `sequence`; it pins its view until it is closed. */
  openCursor(bounds: Bounds, sequence: number, reverse: boolean): BoundedCursor {
    const view = this.#tree.view(sequence)
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
