import { compareBytes } from '../bytes/compare.ts'
import { invariant } from '../errors.ts'
import { RunSearch } from './run-search.ts'
import { inOneShape, type TableEntry } from './table-entry.ts'

/** Tables in key order that do not overlap. */
export interface Run {
  /** A greater number is newer, within a level. */
  readonly number: number
  readonly tables: readonly TableEntry[]
  readonly bytes: number
}

/** Runs, newest first. Every run of a level is newer than every run of a deeper one wherever their keys overlap. */
export interface Level {
  readonly runs: readonly Run[]
  readonly bytes: number
}

/** What an edit does to one run: tables that leave it and tables that come. */
interface RunChange {
  readonly gone: Set<number>
  readonly come: TableEntry[]
}

const EMPTY_LEVEL: Level = { runs: [], bytes: 0 }

/**
 * The tables that make up the store at one instant. Immutable: readers hold one, an edit makes the next, which shares every run that the
 * edit does not touch. The last level is never empty.
 */
export class Version {
  readonly levels: readonly Level[]
  #searches: readonly RunSearch[] | undefined

  private constructor(levels: readonly Level[]) {
    this.levels = levels
  }

  static readonly empty: Version = new Version([])

  /** The version of exactly these tables; its rules are checked in production too. */
  static of(tables: Iterable<TableEntry>): Version {
    return Version.empty.apply([...tables], [])
  }

  /** A search of every run, from the newest to the oldest; made when it is first asked for. */
  get searches(): readonly RunSearch[] {
    this.#searches ??= this.levels.flatMap((level) => level.runs.map((run) => new RunSearch(run)))
    return this.#searches
  }

  *tables(): IterableIterator<TableEntry> {
    for (const level of this.levels) for (const run of level.runs) yield* run.tables
  }

  /**
   * The next version: without the tables of `removed` (numbers, which must be there), with those of `added`. A table that moves is both.
   * Costs one look at each table and a rebuild of the runs that change.
   */
  apply(added: readonly TableEntry[], removed: readonly number[]): Version {
    const changes = this.#changes(added, removed)
    const levels = this.levels.slice()
    for (const [level, runs] of changes) {
      while (levels.length <= level) levels.push(EMPTY_LEVEL)
      levels[level] = changeLevel(levels[level]!, runs)
    }
    while (levels.length > 0 && levels.at(-1)!.runs.length === 0) levels.pop()
    return new Version(levels)
  }

  #changes(added: readonly TableEntry[], removed: readonly number[]): Map<number, Map<number, RunChange>> {
    const changes = new Map<number, Map<number, RunChange>>()
    const leaving = new Set(removed)
    const coming = new Set<number>()
    for (const table of added) {
      invariant(!coming.has(table.number), `an edit adds table ${table.number} twice`)
      coming.add(table.number)
      changeOf(changes, table).come.push(inOneShape(table))
    }
    let left = 0
    for (const level of this.levels) {
      for (const run of level.runs) {
        for (const table of run.tables) {
          if (leaving.has(table.number)) {
            left++
            changeOf(changes, table).gone.add(table.number)
          } else
            invariant(!coming.has(table.number), `an edit adds table ${table.number}, which the version holds already`)
        }
      }
    }
    invariant(left === removed.length, 'an edit removes a table twice, or one that the version does not hold')
    return changes
  }
}

function changeOf(changes: Map<number, Map<number, RunChange>>, table: TableEntry): RunChange {
  let level = changes.get(table.level)
  if (level === undefined) changes.set(table.level, (level = new Map()))
  let run = level.get(table.run)
  if (run === undefined) level.set(table.run, (run = { gone: new Set(), come: [] }))
  return run
}

function changeLevel(level: Level, changes: ReadonlyMap<number, RunChange>): Level {
  const runs = level.runs.filter((run) => !changes.has(run.number))
  for (const [number, change] of changes) {
    const before = level.runs.find((run) => run.number === number)?.tables ?? []
    const tables = before.filter((table) => !change.gone.has(table.number)).concat(change.come)
    if (tables.length > 0) runs.push(runOf(number, tables))
  }
  runs.sort((a, b) => b.number - a.number)
  return { runs, bytes: runs.reduce((sum, run) => sum + run.bytes, 0) }
}

function runOf(number: number, tables: TableEntry[]): Run {
  tables.sort((a, b) => compareBytes(a.smallest, b.smallest))
  for (let i = 0; i < tables.length; i++) {
    const table = tables[i]!
    invariant(compareBytes(table.smallest, table.largest) <= 0, `table ${table.number} ends before it begins`)
    const before = tables[i - 1]
    if (before === undefined) continue
    invariant(
      compareBytes(before.largest, table.smallest) < 0,
      `tables ${before.number} and ${table.number} of one run overlap`,
    )
  }
  return { number, tables, bytes: tables.reduce((sum, table) => sum + table.bytes, 0) }
}
