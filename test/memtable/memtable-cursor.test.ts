import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { currentEntry, expectSameWalk, walks } from '../support/cursor-walk.ts'
import { insertModelEntry, memtableOf } from '../support/memtable-of.ts'
import { modelEntries, modelEntry, prefixedKey, tinyKey } from '../support/model-entry.ts'

const key = fc.oneof(tinyKey, prefixedKey)

describe('a cursor of a memtable', () => {
  test('walks as one over an array does', () => {
    const property = fc.property(modelEntries(key, 250), walks(key), (entries, moves) => {
      expectSameWalk(memtableOf(entries).cursor(), entries, moves)
    })
    fc.assert(property, { numRuns: 60 })
  })

  test('stays right while entries are inserted between its moves', () => {
    const property = fc.property(modelEntries(key, 400), fc.nat(100), walks(key), (entries, begin, moves) => {
      const memtable = memtableOf(entries.slice(0, begin))
      let inserted = Math.min(begin, entries.length)
      expectSameWalk(memtable.cursor(), entries.slice(0, begin), moves, () => {
        const added = entries.slice(inserted, inserted + 15)
        for (const entry of added) insertModelEntry(memtable, entry)
        inserted += added.length
        return added
      })
    })
    fc.assert(property, { numRuns: 60 })
  })

  test('finds its place for keys unlike the common prefix of all entries', () => {
    const prefix = [0x80, 0x80, 0x80]
    const tails = [[], [0], [0, 0, 0, 0, 0, 0, 0, 0, 0], [7], new Array(8).fill(0xff), new Array(9).fill(0xff)]
    const entries = tails.map((tail, i) => modelEntry(Uint8Array.of(...prefix, ...tail), i + 1))
    const cursor = memtableOf(entries).cursor()
    const others = [
      [],
      [0x80],
      [0x80, 0x80],
      [0x7f],
      [0x80, 0x7f, 0xff, 0xff],
      [0x81],
      [0x80, 0x81],
      [0x80, 0x80, 0x81, 0],
    ]
    for (const other of others) {
      const moves = (['seek', 'seekBefore'] as const).map((call) => ({
        call,
        key: Uint8Array.from(other),
        sequence: 9,
      }))
      expectSameWalk(cursor, entries, moves)
    }
  })

  test('keeps its place through many splits of its leaf', () => {
    const middle = modelEntry(Buffer.from('m'), 1)
    const memtable = memtableOf([modelEntry(Buffer.from('a'), 1), middle, modelEntry(Buffer.from('z'), 1)])
    const cursor = memtable.cursor()
    cursor.seek(middle.key, 0, 1, 1)
    for (let i = 0; i < 3000; i++) {
      insertModelEntry(memtable, modelEntry(Buffer.from(`${i % 2 ? 'b' : 'y'}${i}`), 1))
    }
    expect(currentEntry(cursor)).toEqual(middle)
    cursor.next()
    expect(currentEntry(cursor)).toEqual(modelEntry(Buffer.from('y0'), 1))
    cursor.previous()
    cursor.previous()
    expect(currentEntry(cursor)).toEqual(modelEntry(Buffer.from('b999'), 1))
  })

  test('gives slices that outlive its moves', () => {
    const cursor = memtableOf([modelEntry(Buffer.from('a'), 1), modelEntry(Buffer.from('b'), 1)]).cursor()
    cursor.seekToFirst()
    const { key, keyStart, keyEnd } = cursor
    cursor.next()
    expect(Buffer.from(key.slice(keyStart, keyEnd)).toString()).toBe('a')
  })

  test('is invalid for good once closed', () => {
    const cursor = memtableOf([modelEntry(Buffer.from('a'), 1)]).cursor()
    expect(cursor.valid).toBe(false)
    cursor.seekToFirst()
    expect(cursor.valid).toBe(true)
    cursor.close()
    expect(cursor.valid).toBe(false)
    cursor.seekToFirst()
    cursor.seek(Buffer.from('a'), 0, 1, 1)
    expect(cursor.valid).toBe(false)
  })
})
