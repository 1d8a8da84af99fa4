import { compareBytes } from '../bytes/compare.ts'
import { invariant } from '../errors.ts'
import type { TableEntry } from './table-entry.ts'

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

/** The tables that make up the store at one instant. Immutable: readers hold one, an edit makes the next. */
export class Version {
  readonly levels: readonly Level[]

  private constructor(levels: readonly Level[]) {
    this.levels = levels
  }

  static readonly empty: Version = new Version([])

  /** The version of exactly these tables; its rules are checked in production too. */
  static of(tables: Iterable<TableEntry>): Version {
    const levels: Map<number, TableEntry[]>[] = []
    for (const table of tables) {
      while (levels.length <= table.level) levels.push(new Map())
      const runs = levels[table.level]!
      const run = runs.get(table.run)
      if (run === undefined) runs.set(table.run, [table])
      else run.push(table)
    }
    return new Version(levels.map(levelOf))
  }

  *tables(): IterableIterator<TableEntry> {
    for (const level of this.levels) for (const run of level.runs) yield* run.tables
  }

  /** The next version: without the tables of `removed` (numbers, which must be there), with those of `added`. */
  apply(added: readonly TableEntry[], removed: readonly number[]): Version {
    const tables = new Map<number, TableEntry>()
    for (const table of this.tables()) tables.set(table.number, table)
    for (const number of removed) {
      invariant(tables.delete(number), `an edit removes table ${number}, which the version does not hold`)
    }
    for (const table of added) {
      invariant(!tables.has(table.number), `an edit adds table ${table.number}, which the version holds already`)
      tables.set(table.number, table)
    }
    return Version.of(tables.values())
  }
}

function levelOf(runs: Map<number, TableEntry[]>): Level {
  const ordered = [...runs].sort((a, b) => b[0] - a[0]).map(([number, tables]) => runOf(number, tables))
  return { runs: ordered, bytes: ordered.reduce((sum, run) => sum + run.bytes, 0) }
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
