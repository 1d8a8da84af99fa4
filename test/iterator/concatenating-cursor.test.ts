import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ConcatenatingCursor, type Part } from '../../src/iterator/concatenating-cursor.ts'
import { ArrayCursor } from '../support/array-cursor.ts'
import { expectSameWalk, walks } from '../support/cursor-walk.ts'
import { compareModelEntries, type ModelEntry, modelEntries, modelEntry, tinyKey } from '../support/model-entry.ts'

/** A run cut into parts before the entries at `cuts`, which counts how its parts are opened and closed. */
class Run {
  readonly parts: (Part & { entries: ModelEntry[] })[] = []
  readonly opened: { part: number; cursor: ArrayCursor }[] = []
  readonly cursor: ConcatenatingCursor

  constructor(entries: readonly ModelEntry[], cuts: readonly number[]) {
    const sorted = [...entries].sort(compareModelEntries)
    const ends = [...new Set(cuts.map((cut) => cut % (sorted.length + 1))), sorted.length].sort((a, b) => a - b)
    let start = 0
    for (const end of ends) {
      const part = sorted.slice(start, end)
      if (part.length > 0) this.parts.push({ smallest: part[0]!.key, largest: part.at(-1)!.key, entries: part })
      start = end
    }
    this.cursor = new ConcatenatingCursor(this.parts, (part) => {
      expect(this.openParts()).toBe(0)
      const cursor = new ArrayCursor(this.parts[part]!.entries)
      this.opened.push({ part, cursor })
      return cursor
    })
  }

  openParts(): number {
    return this.opened.filter(({ cursor }) => !cursor.closed).length
  }
}

const run = ['b', 'd', 'f', 'h'].map((key) => modelEntry(Buffer.from(key), 1))

describe('a concatenation', () => {
  test('walks as one array, wherever it is cut, also between versions of a key; one part open at a time', () => {
    const cuts = fc.array(fc.nat(1000), { maxLength: 12 })
    const property = fc.property(modelEntries(tinyKey, 60), cuts, walks(tinyKey), (entries, at, moves) => {
      const { cursor } = new Run(entries, at)
      expectSameWalk(cursor, entries, moves)
    })
    fc.assert(property, { numRuns: 300 })
  })

  test('opens nothing before a seek, and then only the part that answers', () => {
    const made = new Run(run, [1, 2, 3])
    expect(made.opened).toEqual([])
    made.cursor.seek(Buffer.from('f'), 0, 1, 9)
    made.cursor.seekBefore(Buffer.from('g'), 0, 1)
    expect(made.opened.map(({ part }) => part)).toEqual([2])
    made.cursor.seekBefore(Buffer.from('f'), 0, 1)
    expect(made.opened.map(({ part }) => part)).toEqual([2, 1])
    made.cursor.seek(Buffer.from('e'), 0, 1, 9)
    expect(made.opened.map(({ part }) => part)).toEqual([2, 1, 2])
  })

  test('opens nothing for a key outside of all parts, and holds nothing at its ends', () => {
    const made = new Run(run, [2])
    made.cursor.seek(Buffer.from('i'), 0, 1, 9)
    made.cursor.seekBefore(Buffer.from('b'), 0, 1)
    expect(made.cursor.valid).toBe(false)
    expect(made.opened).toEqual([])
    made.cursor.seekToLast()
    made.cursor.next()
    expect(made.cursor.valid).toBe(false)
    expect(made.openParts()).toBe(0)
  })

  test('of no parts is empty', () => {
    const { cursor } = new Run([], [])
    cursor.seekToFirst()
    cursor.seekToLast()
    cursor.seek(Buffer.from('a'), 0, 1, 9)
    cursor.seekBefore(Buffer.from('a'), 0, 1)
    expect(cursor.valid).toBe(false)
  })

  test('closes its open part and is invalid for good', () => {
    const made = new Run(run, [2])
    made.cursor.seekToFirst()
    made.cursor.close()
    expect(made.openParts()).toBe(0)
    made.cursor.seekToFirst()
    expect(made.cursor.valid).toBe(false)
    expect(made.opened.length).toBe(1)
  })

  test('holds no part when one cannot be opened', () => {
    const cursor = new ConcatenatingCursor([{ smallest: Uint8Array.of(1), largest: Uint8Array.of(2) }], () => {
      throw new Error('unreadable')
    })
    expect(() => cursor.seekToFirst()).toThrow('unreadable')
    expect(cursor.valid).toBe(false)
    expect(() => cursor.seekToFirst()).toThrow('unreadable')
    cursor.close()
  })
})
