import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { VisibleCursor } from '../../src/iterator/visible-cursor.ts'
import { ArrayCursor } from '../support/array-cursor.ts'
import { type Move, walks } from '../support/cursor-walk.ts'
import { insertModelEntry, memtableOf } from '../support/memtable-of.ts'
import { type ModelEntry, modelEntries, modelEntry, tinyKey } from '../support/model-entry.ts'
import { describeEntry, describeSlices, visibleEntries } from '../support/visible-model.ts'

function apply(cursor: VisibleCursor, move: Move): void {
  if (move.call === 'seek' || move.call === 'seekBefore') cursor[move.call](move.key)
  else if (move.call === 'seekToFirst' || move.call === 'seekToLast' || cursor.valid) cursor[move.call]()
}

/** Where a move leads: an index into `visible`, which is in key order; -1 where there is no entry. */
function moved(visible: readonly ModelEntry[], at: number, move: Move): number {
  switch (move.call) {
    case 'seekToFirst':
      return visible.length > 0 ? 0 : -1
    case 'seekToLast':
      return visible.length - 1
    case 'next':
      return at === -1 || at + 1 === visible.length ? -1 : at + 1
    case 'previous':
      return Math.max(at - 1, -1)
    case 'seek':
      return visible.findIndex((entry) => Buffer.compare(entry.key, move.key) >= 0)
    case 'seekBefore':
      return visible.findLastIndex((entry) => Buffer.compare(entry.key, move.key) < 0)
  }
}

function expectSameVisibleWalk(
  cursor: VisibleCursor,
  visible: readonly ModelEntry[],
  moves: readonly Move[],
  between: () => void = () => {},
): void {
  let at = -1
  for (const move of moves) {
    between()
    apply(cursor, move)
    at = moved(visible, at, move)
    expect(cursor.valid ? describeSlices(cursor) : undefined).toBe(at === -1 ? undefined : describeEntry(visible[at]!))
  }
}

/** Few keys of many versions, so that a walk has to seek over them. */
const fewKeys = fc.constantFrom('', 'a', 'ab', 'b').map((text) => Uint8Array.from(Buffer.from(text)))

describe('visible entries', () => {
  test.each([
    ['many keys', tinyKey, 60],
    ['many versions', fewKeys, 75],
  ])('are those of a model at every sequence, both ways, %s', (_, keys, count) => {
    const property = fc.property(modelEntries(keys, count), fc.nat(21), walks(keys), (entries, sequence, moves) => {
      const cursor = new VisibleCursor(new ArrayCursor(entries), sequence)
      expectSameVisibleWalk(cursor, visibleEntries(entries, sequence), moves)
    })
    fc.assert(property, { numRuns: 300 })
  })

  test('stay the same while newer versions come in', () => {
    const property = fc.property(modelEntries(tinyKey, 80), walks(tinyKey), (entries, moves) => {
      const memtable = memtableOf(entries)
      let sequence = 100
      const cursor = new VisibleCursor(memtable.cursor(), 20)
      expectSameVisibleWalk(cursor, visibleEntries(entries, 20), moves, () => {
        for (const { key } of entries.slice(0, 20)) {
          insertModelEntry(memtable, modelEntry(key, sequence++, sequence % 3 === 0))
          insertModelEntry(memtable, modelEntry(Uint8Array.of(...key, 1), sequence++))
        }
      })
    })
    fc.assert(property, { numRuns: 40 })
  })

  test('are found in few steps behind ten thousand versions of a key', () => {
    const entries = Array.from({ length: 10_000 }, (_, i) => modelEntry(Uint8Array.of(5), i))
    const child = memtableOf([...entries, modelEntry(Uint8Array.of(4), 7), modelEntry(Uint8Array.of(6), 7)]).cursor()
    let steps = 0
    for (const step of ['next', 'previous'] as const) {
      const move = child[step].bind(child)
      child[step] = () => {
        steps++
        move()
      }
    }
    for (const sequence of [9_999, 5000, 20]) {
      const cursor = new VisibleCursor(child, sequence)
      const met = []
      for (cursor.seekToFirst(); cursor.valid; cursor.next()) met.push(describeSlices(cursor))
      for (cursor.seekToLast(); cursor.valid; cursor.previous()) met.push(describeSlices(cursor))
      expect(met).toEqual([`04=04@7`, `05=05@${sequence}`, `06=06@7`, `06=06@7`, `05=05@${sequence}`, `04=04@7`])
    }
    expect(steps).toBeLessThan(200)
  })

  test('reuse their buffers going backward', () => {
    const entries = Array.from({ length: 50 }, (_, i) => modelEntry(Uint8Array.of(i), 1))
    const cursor = new VisibleCursor(new ArrayCursor(entries), 1)
    cursor.seekToLast()
    const { key, value } = cursor
    for (; cursor.valid; cursor.previous()) {
      expect(cursor.key).toBe(key)
      expect(cursor.value).toBe(value)
    }
  })

  test('close what they stand on', () => {
    const child = new ArrayCursor([modelEntry(Uint8Array.of(1), 1)])
    const cursor = new VisibleCursor(child, 1)
    cursor.seekToFirst()
    cursor.close()
    expect(child.closed).toBe(true)
    expect(cursor.valid).toBe(false)
  })
})
