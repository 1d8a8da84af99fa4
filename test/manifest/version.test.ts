import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { overlapping } from '../../src/manifest/run-search.ts'
import type { TableEntry } from '../../src/manifest/table-entry.ts'
import { Version } from '../../src/manifest/version.ts'
import { tableEntry } from '../support/table-entries.ts'

function entry(number: number, level: number, run: number, smallest: number, largest: number): TableEntry {
  return tableEntry({
    number,
    level,
    run,
    smallest: Uint8Array.of(smallest),
    largest: Uint8Array.of(largest),
    bytes: 10,
  })
}

function shape(version: Version): unknown {
  return version.levels.map((level) => level.runs.map((run) => [run.number, run.tables.map((table) => table.number)]))
}

describe('a version', () => {
  test('orders runs by age and tables by key, and has no empty level at its end', () => {
    const version = Version.of([entry(1, 0, 4, 5, 9), entry(2, 0, 7, 0, 9), entry(3, 2, 0, 6, 9), entry(4, 2, 0, 0, 5)])
    expect(shape(version)).toEqual([
      [
        [7, [2]],
        [4, [1]],
      ],
      [],
      [[0, [4, 3]]],
    ])
    expect(version.levels.map((level) => level.bytes)).toEqual([20, 0, 20])
    expect(shape(version.apply([], [3, 4]))).toEqual([
      [
        [7, [2]],
        [4, [1]],
      ],
    ])
    expect(shape(version.apply([], [1, 2, 3, 4]))).toEqual([])
  })

  test('shares the runs that an edit leaves alone', () => {
    const version = Version.of([entry(1, 0, 1, 0, 9), entry(2, 1, 0, 0, 4), entry(3, 1, 0, 5, 9)])
    const next = version.apply([entry(4, 0, 2, 0, 9)], [])
    expect(next.levels[1]).toBe(version.levels[1])
    expect(next.levels[0]!.runs[1]).toBe(version.levels[0]!.runs[0])
    expect(shape(version)).toEqual([[[1, [1]]], [[0, [2, 3]]]])
  })

  test('refuses tables of one run that share a key, and one that ends before it begins', () => {
    expect(() => Version.of([entry(1, 1, 0, 0, 5), entry(2, 1, 0, 5, 9)])).toThrow('tables 1 and 2 of one run overlap')
    expect(() => Version.of([entry(1, 1, 0, 5, 0)])).toThrow('ends before it begins')
  })
})

describe('looking into a run', () => {
  test('finds what a walk over all tables finds', () => {
    const starts = fc.uniqueArray(fc.nat(100), { maxLength: 12 }).map((list) => list.sort((a, b) => a - b))
    fc.assert(
      fc.property(starts, fc.nat(110), fc.nat(110), (from, lower, upper) => {
        const tables = from.map((start, i) => entry(i + 1, 1, 0, start, Math.max(start, (from[i + 1] ?? 105) - 3)))
        const disjoint = tables.filter((table, i) => table.largest[0]! < (tables[i + 1]?.smallest[0] ?? 255))
        const run = Version.of(disjoint).levels[1]?.runs[0] ?? { number: 0, tables: [], bytes: 0 }
        const holds = (table: TableEntry): boolean => table.smallest[0]! <= lower && lower <= table.largest[0]!
        const [search] = Version.of(disjoint).searches
        expect(search?.find(Uint8Array.of(lower))).toEqual(run.tables.find(holds))
        const meets = (table: TableEntry): boolean => table.largest[0]! >= lower && table.smallest[0]! <= upper
        if (lower <= upper) {
          expect(overlapping(run, Uint8Array.of(lower), Uint8Array.of(upper))).toEqual(run.tables.filter(meets))
        }
        expect(overlapping(run, Uint8Array.of(lower)).length).toBe(
          run.tables.filter((t) => t.largest[0]! >= lower).length,
        )
        expect(overlapping(run)).toEqual(run.tables)
      }),
      { seed: 4, numRuns: 200 },
    )
  })
})
