import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MergingCursor } from '../../src/iterator/merging-cursor.ts'
import { ArrayCursor } from '../support/array-cursor.ts'
import { expectSameWalk, walks } from '../support/cursor-walk.ts'
import { insertModelEntry, memtableOf } from '../support/memtable-of.ts'
import { type ModelEntry, modelEntries, modelEntry, tinyKey } from '../support/model-entry.ts'
import { describeEntry, describeSlices } from '../support/visible-model.ts'

/** Deals the entries out to so many children, some of which may stay empty. */
function dealt(entries: readonly ModelEntry[], children: number): ModelEntry[][] {
  const hands: ModelEntry[][] = Array.from({ length: children }, () => [])
  for (const entry of entries) hands[(entry.sequence * 31 + entry.key.length * 7) % children]!.push(entry)
  return hands
}

describe('a merge', () => {
  test('of 1 to 12 children walks as one array, with turns everywhere', () => {
    const children = fc.integer({ min: 1, max: 12 })
    const property = fc.property(modelEntries(tinyKey, 60), children, walks(tinyKey), (entries, count, moves) => {
      const cursors = dealt(entries, count).map((hand) => new ArrayCursor(hand))
      expectSameWalk(new MergingCursor(cursors), entries, moves)
    })
    fc.assert(property, { numRuns: 300 })
  })

  test('of a growing memtable and arrays meets all that was there', () => {
    const property = fc.property(modelEntries(tinyKey, 120), (entries) => {
      const [first, second, third] = dealt(entries, 3)
      const memtable = memtableOf(first!)
      const cursor = new MergingCursor([new ArrayCursor(second!), memtable.cursor(), new ArrayCursor(third!)])
      const met = new Set<string>()
      let sequence = 100
      for (cursor.seekToFirst(); cursor.valid; cursor.next()) {
        met.add(describeSlices(cursor))
        // One new entry behind the cursor, one ahead of most entries, both newer than all there were.
        insertModelEntry(memtable, modelEntry(new Uint8Array(0), sequence++))
        if (sequence < 300) insertModelEntry(memtable, modelEntry(Uint8Array.of(0x7f, 0x80), sequence++))
      }
      for (const entry of entries) expect(met).toContain(describeEntry(entry))
    })
    fc.assert(property, { numRuns: 40 })
  })

  test('of nothing is empty', () => {
    for (const cursor of [new MergingCursor([]), new MergingCursor([new ArrayCursor([]), new ArrayCursor([])])]) {
      expect(cursor.valid).toBe(false)
      cursor.seekToFirst()
      expect(cursor.valid).toBe(false)
      cursor.seekToLast()
      expect(cursor.valid).toBe(false)
    }
  })

  test('closes its children and is invalid for good', () => {
    const children = [new ArrayCursor([modelEntry(Uint8Array.of(1), 1)]), new ArrayCursor([])]
    const cursor = new MergingCursor(children)
    cursor.seekToFirst()
    cursor.close()
    cursor.seekToFirst()
    expect(cursor.valid).toBe(false)
    expect(children.every((child) => child.closed)).toBe(true)
  })
})
