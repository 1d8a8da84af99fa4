import { compareBytes } from '../bytes/compare.ts'
import type { TableEntry } from './table-entry.ts'
import type { Run } from './version.ts'

/** The one table of a run whose range holds `key`. */
export function findTable(run: Run, key: Uint8Array): TableEntry | undefined {
  const table = run.tables[firstEndingFrom(run.tables, key)]
  return table !== undefined && compareBytes(table.smallest, key) <= 0 ? table : undefined
}

/** The tables of a run that hold a key from `lower` to `upper`, both inclusive; an absent bound is none. In key order. */
export function overlapping(run: Run, lower?: Uint8Array, upper?: Uint8Array): readonly TableEntry[] {
  const { tables } = run
  const start = lower === undefined ? 0 : firstEndingFrom(tables, lower)
  const end = upper === undefined ? tables.length : firstBeginningAfter(tables, upper)
  return start === 0 && end === tables.length ? tables : tables.slice(start, end)
}

/** The index of the first table whose last key is at or after `key`. */
function firstEndingFrom(tables: readonly TableEntry[], key: Uint8Array): number {
  let low = 0
  let high = tables.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (compareBytes(tables[middle]!.largest, key) < 0) low = middle + 1
    else high = middle
  }
  return low
}

/** The index of the first table whose first key is after `key`. */
function firstBeginningAfter(tables: readonly TableEntry[], key: Uint8Array): number {
  let low = 0
  let high = tables.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (compareBytes(tables[middle]!.smallest, key) <= 0) low = middle + 1
    else high = middle
  }
  return low
}
