import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MergingCursor } from '../../src/iterator/merging-cursor.ts'
import { ArrayCursor } from '../support/array-cursor.ts'
import { expectSameWalk, walks } from '../support/cursor-walk.ts'
import { insertModelEntry, memtableOf } from '../support/memtable-of.ts'
import { type ModelEntry, modelEntries, modelEntry, tinyKey } from '../support/model-entry.ts'

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

  test('of a growing memtable and arrays sees what was there', () => {
    const growing = fc.property(modelEntries(tinyKey, 120), walks(tinyKey), (entries, moves) => {
      const [first, second, third] = dealt(entries, 3) as [ModelEntry[], ModelEntry[], ModelEntry[]]
      const memtable = memtableOf(first)
      const cursor = new MergingCursor([new ArrayCursor(second), memtable.cursor(), new ArrayCursor(third)])
      // New entries sort before all others or after them, out of the walk's way.
      let added = 0
      const grow = () => {
        for (let i = 0; i < 10; i++) insertModelEntry(memtable, modelEntry(Uint8Array.of(5, 5), 100 + added++))
        return []
      }
      const steps = moves.map((move) => (move.call === 'next' || move.call === 'previous' ? move : undefined))
      cursor.seekToFirst()
      expect(cursor.valid).toBe(entries.length > 0)
      grow()
      const met = new Set<string>()
      for (; cursor.valid; cursor.next()) {
        met.add(`${Buffer.from(cursor.key.slice(cursor.keyStart, cursor.keyEnd)).toString('hex')}@${cursor.sequence}`)
        if (steps[met.size % Math.max(1, steps.length)] !== undefined) grow()
      }
      for (const { key, sequence } of entries) expect(met).toContain(`${Buffer.from(key).toString('hex')}@${sequence}`)
    })
    fc.assert(growing, { numRuns: 40 })
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
