import { compareBytes, compareSlices } from '../bytes/compare.ts'
import { lane } from '../bytes/lane.ts'
import type { TableEntry } from './table-entry.ts'
import type { Run } from './version.ts'

/**
 * Finds the one table of a run where a key can be. Four bytes of each table's last key, behind what all of them have in
 * common, lie side by side: a search meets one table, not all those on its way.
 */
export class RunSearch {
  readonly #tables: readonly TableEntry[]
  readonly #common: Uint8Array
  readonly #heads: Int32Array

  constructor({ tables }: Run) {
    this.#tables = tables
    this.#common = commonPrefix(tables[0]!.largest, tables.at(-1)!.largest)
    this.#heads = Int32Array.from(tables, ({ largest }) => lane(largest, this.#common.length, largest.length))
  }

  /** The table whose range holds `key`. */
  find(key: Uint8Array): TableEntry | undefined {
    const index = this.#firstEndingFrom(key)
    if (index === this.#tables.length) return undefined
    const table = this.#tables[index]!
    return compareBytes(table.smallest, key) <= 0 ? table : undefined
  }

  /** As the function below, which makes nothing ready and looks at every table on its way. */
  #firstEndingFrom(key: Uint8Array): number {
    const common = this.#common
    const shared = Math.min(common.length, key.length)
    const order = compareSlices(common, 0, common.length, key, 0, shared)
    if (order !== 0) return order > 0 ? 0 : this.#tables.length
    const heads = this.#heads
    const head = lane(key, shared, key.length)
    let low = 0
    let high = heads.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const middleHead = heads[middle]!
      // Equal heads tell nothing: keys that end within them are filled up with zeros.
      const isBefore = middleHead === head ? compareBytes(this.#tables[middle]!.largest, key) < 0 : middleHead < head
      if (isBefore) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** What all keys from one to the other begin with. */
function commonPrefix(first: Uint8Array, last: Uint8Array): Uint8Array {
  const most = Math.min(first.length, last.length)
  let length = 0
  while (length < most && first[length] === last[length]) length++
  return first.slice(0, length)
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
