import { compareInternal } from '../key/internal-key.ts'
import type { TableEntry } from '../manifest/table-entry.ts'

/** User keys from `smallest` to `largest`, both inclusive. Every table entry is one. */
export interface KeyRange {
  readonly smallest: Uint8Array
  readonly largest: Uint8Array
}

/** The order of two user keys: internal order at one sequence. */
export function compareKeys(a: Uint8Array, b: Uint8Array): number {
  return compareInternal(a, 0, a.length, 0, b, 0, b.length, 0)
}

export function overlaps(a: KeyRange, b: KeyRange): boolean {
  return compareKeys(a.smallest, b.largest) <= 0 && compareKeys(b.smallest, a.largest) <= 0
}

/** The smallest range that holds all of `ranges`, of which there is at least one. */
export function hullOf(ranges: readonly KeyRange[]): KeyRange {
  let { smallest, largest } = ranges[0]!
  for (const range of ranges) {
    if (compareKeys(range.smallest, smallest) < 0) smallest = range.smallest
    if (compareKeys(range.largest, largest) > 0) largest = range.largest
  }
  return { smallest, largest }
}

/** The same keys as ascending ranges that do not overlap. */
export function mergedRanges(ranges: readonly KeyRange[]): KeyRange[] {
  const merged: KeyRange[] = []
  for (const range of [...ranges].sort((a, b) => compareKeys(a.smallest, b.smallest))) {
    const last = merged.at(-1)
    if (last !== undefined && compareKeys(range.smallest, last.largest) <= 0) {
      merged[merged.length - 1] = hullOf([last, range])
    } else merged.push({ smallest: range.smallest, largest: range.largest })
  }
  return merged
}

/** The tables of `run` (in key order, not overlapping) that overlap `range`. */
export function overlapped(tables: readonly TableEntry[], range: KeyRange): readonly TableEntry[] {
  let low = 0
  let high = tables.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (compareKeys(tables[middle]!.largest, range.smallest) < 0) low = middle + 1
    else high = middle
  }
  let end = low
  while (end < tables.length && compareKeys(tables[end]!.smallest, range.largest) <= 0) end++
  return tables.slice(low, end)
}

export function bytesOf(tables: readonly TableEntry[]): number {
  let bytes = 0
  for (const table of tables) bytes += table.bytes
  return bytes
}
