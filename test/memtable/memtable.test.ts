import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Lookup } from '../../src/key/lookup.ts'
import { MAX_SEQUENCE } from '../../src/key/sequence.ts'
import { Memtable } from '../../src/memtable/memtable.ts'
import { insertModelEntry, memtableOf } from '../support/memtable-of.ts'
import { compareModelEntries, modelEntries, modelEntry, prefixedKey, tinyKey } from '../support/model-entry.ts'

function found(memtable: Memtable, key: Uint8Array, sequence: number): { kind: number; value: Uint8Array } | undefined {
  const lookup = new Lookup().ask(key, sequence)
  if (!memtable.find(lookup)) return undefined
  return { kind: lookup.kind, value: lookup.value.slice(lookup.valueStart, lookup.valueEnd) }
}

describe('a memtable', () => {
  test.each([
    ['tiny', tinyKey],
    ['prefixed', prefixedKey],
  ])('finds the newest version at or below every sequence, %s keys', (_, keys) => {
    const property = fc.property(modelEntries(keys, 300), fc.array(keys, { maxLength: 20 }), (entries, others) => {
      const memtable = memtableOf(entries)
      const sorted = [...entries].sort(compareModelEntries)
      for (const key of [...entries.map((entry) => entry.key), ...others]) {
        for (const sequence of [0, 1, 9, 20, MAX_SEQUENCE]) {
          const expected = sorted.find((each) => Buffer.compare(each.key, key) === 0 && each.sequence <= sequence)
          expect(found(memtable, key, sequence)).toEqual(expected && { kind: expected.kind, value: expected.value })
        }
      }
    })
    fc.assert(property, { numRuns: 30 })
  })

  test('counts entries, deletes, user bytes and the sequence range', () => {
    const property = fc.property(modelEntries(tinyKey, 100), (entries) => {
      const memtable = memtableOf(entries)
      const sequences = entries.map((entry) => entry.sequence)
      expect(memtable.entries).toBe(entries.length)
      expect(memtable.tombstones).toBe(entries.filter((entry) => entry.kind === 0).length)
      expect(memtable.userBytes).toBe(entries.reduce((sum, { key, value }) => sum + key.length + value.length, 0))
      expect(memtable.smallestSequence).toBe(entries.length === 0 ? 0 : Math.min(...sequences))
      expect(memtable.largestSequence).toBe(Math.max(0, ...sequences))
      expect(memtable.entryBytes % 4).toBe(0)
      expect(memtable.entryBytes - memtable.userBytes - 16 * entries.length).toBeLessThanOrEqual(3 * entries.length)
    })
    fc.assert(property, { numRuns: 30 })
  })

  test('notes the times of its commits', () => {
    const memtable = new Memtable()
    expect([memtable.oldestMs, memtable.newestMs]).toEqual([0, 0])
    for (const ms of [5000, 4000, 6000]) memtable.noteTime(ms)
    expect([memtable.oldestMs, memtable.newestMs]).toEqual([4000, 6000])
  })

  test('holds almost nothing when empty, and under 100 KiB with one entry', () => {
    const memtable = new Memtable()
    expect(memtable.memoryBytes).toBeLessThan(2048)
    expect(found(memtable, new Uint8Array(0), MAX_SEQUENCE)).toBeUndefined()
    insertModelEntry(memtable, modelEntry(Buffer.from('key'), 1))
    expect(memtable.memoryBytes).toBeLessThan(100 * 1024)
  })

  test('refuses a key and sequence that it has, wherever in the tree', () => {
    const entries = Array.from({ length: 1000 }, (_, i) => modelEntry(Buffer.from(String((i * 7) % 1000)), 5))
    const memtable = memtableOf(entries)
    for (const entry of entries) expect(() => insertModelEntry(memtable, entry)).toThrow('broken invariant')
    expect(memtable.entries).toBe(1000)
  })

  test('keeps sequences of 48 bits and the kind apart', () => {
    const key = Buffer.from('key')
    const sequences = [MAX_SEQUENCE, 2 ** 47, 2 ** 32, 2 ** 32 - 1, 2 ** 31, 1, 0]
    const memtable = memtableOf(sequences.map((sequence, i) => modelEntry(key, sequence, i % 2 === 1)))
    sequences.forEach((sequence, i) => {
      expect(found(memtable, key, sequence)).toEqual({
        kind: 1 - (i % 2),
        value: modelEntry(key, sequence, i % 2 === 1).value,
      })
    })
  })

  test('takes keys and values larger than a chunk', () => {
    const memtable = new Memtable()
    const key = new Uint8Array(65_536).fill(3)
    const value = new Uint8Array(3_000_000).fill(9)
    for (let i = 1; i <= 4; i++) memtable.insert(i, 1, key, 0, key.length - i, value, 0, value.length - i)
    expect(memtable.entryBytes).toBeGreaterThan(4 * 3_065_000)
    expect(memtable.memoryBytes).toBeLessThan(memtable.entryBytes + 100 * 1024)
    for (let i = 1; i <= 4; i++) {
      const answer = found(memtable, key.subarray(i), MAX_SEQUENCE)
      expect(Buffer.compare(answer!.value, value.subarray(i))).toBe(0)
    }
  })
})
