import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compareBytes } from '../../src/bytes/compare.ts'
import { Lookup } from '../../src/key/lookup.ts'
import { MAX_SEQUENCE } from '../../src/key/sequence.ts'
import {
  buildTable,
  checkedTable,
  current,
  inTableOrder,
  openTable,
  tableItems,
  tableShared,
} from '../support/table-fixture.ts'

const options = fc.record({
  blockBytes: fc.constantFrom(64, 300, 4096),
  filterBitsPerKey: fc.constantFrom(0, 10),
  compression: fc.constantFrom('none' as const, 'deflate' as const),
})
const fillCache = fc.boolean()
const probe = fc.uint8Array({ maxLength: 7, max: 3 }).map((bytes) => bytes.map((byte) => [0, 97, 98, 255][byte]!))

describe('a table', () => {
  test('gives back what was written, in both directions, and passes its check', () => {
    fc.assert(
      fc.property(tableItems(), options, fillCache, (items, options, fillCache) => {
        const { file, summary } = buildTable(items, options)
        const reader = openTable(file, tableShared(2000))
        const cursor = reader.cursor(fillCache)
        const forwards = []
        for (cursor.seekToFirst(); cursor.valid; cursor.next()) forwards.push(current(cursor))
        expect(forwards).toEqual(items)
        const backwards = []
        for (cursor.seekToLast(); cursor.valid; cursor.previous()) backwards.push(current(cursor))
        expect(backwards.reverse()).toEqual(items)
        expect(checkedTable(file).totals).toEqual(summary)
        expect(summary.bytes).toBe(file.sizeSync())
      }),
      { numRuns: 60 },
    )
  })

  test('every seek lands where the model says, and the steps after it go on from there', () => {
    const seeks = fc.array(
      fc.record({
        key: probe,
        sequence: fc.oneof(fc.nat(21), fc.constant(MAX_SEQUENCE)),
        before: fc.boolean(),
        steps: fc.array(fc.boolean(), { maxLength: 6 }),
      }),
      { minLength: 1, maxLength: 40 },
    )
    fc.assert(
      fc.property(tableItems(), options, fillCache, seeks, (items, options, fillCache, seeks) => {
        const cursor = openTable(buildTable(items, options).file).cursor(fillCache)
        for (const { key, sequence, before, steps } of seeks) {
          const target = { key, sequence, kind: 1, value: key }
          let at: number
          if (before) {
            cursor.seekBefore(key, 0, key.length)
            at = items.findLastIndex((item) => compareBytes(item.key, key) < 0)
          } else {
            cursor.seek(key, 0, key.length, sequence)
            at = items.findIndex((item) => inTableOrder(item, target) >= 0)
          }
          expect(current(cursor)).toEqual(items[at])
          for (const forwards of steps) {
            if (!cursor.valid) break
            if (forwards) cursor.next()
            else cursor.previous()
            at += forwards ? 1 : -1
            expect(current(cursor)).toEqual(items[at])
          }
        }
      }),
      { numRuns: 60 },
    )
  })

  test('find gives the newest version at or below every sequence', () => {
    fc.assert(
      fc.property(tableItems(), options, fc.array(probe, { maxLength: 30 }), (items, options, probes) => {
        const reader = openTable(buildTable(items, options).file)
        const lookup = new Lookup()
        const sequences = [0, MAX_SEQUENCE, ...items.flatMap(({ sequence }) => [Math.max(sequence, 1) - 1, sequence])]
        for (const key of [...items.map((item) => item.key), ...probes]) {
          for (const sequence of sequences) {
            const expected = items.find((item) => compareBytes(item.key, key) === 0 && item.sequence <= sequence)
            if (reader.find(lookup.ask(key, sequence)) !== (expected !== undefined)) expect.fail('found is wrong')
            if (expected === undefined) continue
            if (lookup.kind !== expected.kind) expect.fail('the kind is wrong')
            const found = lookup.value.subarray(lookup.valueStart, lookup.valueEnd)
            if (compareBytes(found, expected.value) !== 0) expect.fail('the value is wrong')
          }
        }
      }),
      { numRuns: 30 },
    )
  })

  test('a cursor may be sent to a key that it lent out itself', () => {
    fc.assert(
      fc.property(tableItems(), options, fc.nat(), (items, options, start) => {
        const cursor = openTable(buildTable(items, options).file).cursor(true)
        const at = start % items.length
        cursor.seek(items[at]!.key, 0, items[at]!.key.length, items[at]!.sequence)
        cursor.seek(cursor.key, cursor.keyStart, cursor.keyEnd, cursor.sequence)
        expect(current(cursor)).toEqual(items[at])
        cursor.seekBefore(cursor.key, cursor.keyStart, cursor.keyEnd)
        const before = items.findLastIndex((item) => compareBytes(item.key, items[at]!.key) < 0)
        expect(current(cursor)).toEqual(items[before])
        if (cursor.valid) cursor.seek(cursor.key, cursor.keyStart, cursor.keyEnd, cursor.sequence)
        expect(current(cursor)).toEqual(items[before])
      }),
      { numRuns: 60 },
    )
  })
})
