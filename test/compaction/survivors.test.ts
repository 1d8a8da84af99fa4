import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compareBytes } from '../../src/bytes/compare.ts'
import { type SurvivalRules, Survivors } from '../../src/compaction/job/survivors.ts'
import type { KeyRange } from '../../src/compaction/key-range.ts'
import { Kind } from '../../src/key/kind.ts'
import { cursorOver, visibleItems } from '../support/job-fixture.ts'
import { current, type TableItem, tableItems } from '../support/table-fixture.ts'

function survivorsOf(items: readonly TableItem[], rules: SurvivalRules): { items: TableItem[]; newKeys: number } {
  const cursor = cursorOver(items)
  const survivors = new Survivors(rules)
  const kept: TableItem[] = []
  let newKeys = 0
  for (cursor.seekToFirst(); cursor.valid; cursor.next()) {
    if (!survivors.keep(cursor)) continue
    kept.push(current(cursor)!)
    if (survivors.isNewKey) newKeys++
  }
  return { items: kept, newKeys }
}

const letter = (text: string): Uint8Array => new TextEncoder().encode(text)
const put = (key: string, sequence: number): TableItem => ({
  key: letter(key),
  sequence,
  kind: Kind.Put,
  value: letter('v'),
})
const del = (key: string, sequence: number): TableItem => ({
  key: letter(key),
  sequence,
  kind: Kind.Delete,
  value: letter(''),
})
const names = (items: readonly TableItem[]): string[] =>
  items.map((item) => `${new TextDecoder().decode(item.key)}${item.sequence}`)

describe('of the versions of a key', () => {
  const rules = { snapshots: [], olderRanges: [], keepTombstones: false }
  const versions = [put('a', 9), put('a', 7), del('a', 5), put('a', 3), put('b', 2)]

  test('the newest lives, and with it what a snapshot sees', () => {
    expect(names(survivorsOf(versions, rules).items)).toEqual(['a9', 'b2'])
    expect(names(survivorsOf(versions, { ...rules, snapshots: [8] }).items)).toEqual(['a9', 'a7', 'b2'])
    expect(names(survivorsOf(versions, { ...rules, snapshots: [3, 4, 6] }).items)).toEqual(['a9', 'a5', 'a3', 'b2'])
  })

  test('a tombstone at the oldest snapshot goes, unless something older stays', () => {
    const deleted = [del('b', 5), put('b', 3)]
    expect(names(survivorsOf(deleted, rules).items)).toEqual([])
    expect(names(survivorsOf(deleted, { ...rules, snapshots: [5] }).items)).toEqual([])
    expect(names(survivorsOf(deleted, { ...rules, snapshots: [4] }).items)).toEqual(['b5', 'b3'])
    expect(names(survivorsOf(deleted, { ...rules, keepTombstones: true }).items)).toEqual(['b5'])
    const olderRanges = [{ smallest: letter('a'), largest: letter('b') }]
    expect(names(survivorsOf([...deleted, del('c', 6)], { ...rules, olderRanges }).items)).toEqual(['b5'])
  })

  test('exactly what some reader can tell apart lives, whatever the entries', () => {
    const ranges = fc
      .uniqueArray(
        fc.uint8Array({ maxLength: 3, max: 3 }).map((bytes) => bytes.map((byte) => [0, 97, 98, 255][byte]!)),
        {
          maxLength: 6,
          selector: (key) => key.join(),
        },
      )
      .map((keys) => pairsOf(keys.sort(compareBytes)))
    const snapshots = fc.uniqueArray(fc.nat(22), { maxLength: 4 }).map((list) => list.sort((a, b) => a - b))
    fc.assert(
      fc.property(tableItems(), snapshots, ranges, fc.boolean(), (drawn, held, olderRanges, keepTombstones) => {
        const items = drawn.map((item) => (item.kind === Kind.Delete ? { ...item, value: letter('') } : item))
        const isHeld = (item: TableItem): boolean =>
          item.kind !== Kind.Delete ||
          keepTombstones ||
          item.sequence > (held[0] ?? Number.MAX_SAFE_INTEGER) ||
          olderRanges.some(
            (range) => compareBytes(range.smallest, item.key) <= 0 && compareBytes(item.key, range.largest) <= 0,
          )
        const expected = visibleItems(items, held).filter(isHeld)
        const actual = survivorsOf(items, { snapshots: held, olderRanges, keepTombstones })
        expect(actual.items).toEqual(expected)
        expect(actual.newKeys).toBe(new Set(expected.map((item) => item.key.join())).size)
      }),
      { seed: 9, numRuns: 100 },
    )
  })
})

function pairsOf(keys: readonly Uint8Array[]): KeyRange[] {
  const ranges: KeyRange[] = []
  for (let i = 0; i + 1 < keys.length; i += 2) ranges.push({ smallest: keys[i]!, largest: keys[i + 1]! })
  return ranges
}
