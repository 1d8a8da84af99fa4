import { describe, expect, test } from 'vitest'
import type { Memtable } from '../../src/memtable/memtable.ts'
import { currentEntry } from '../support/cursor-walk.ts'
import { memtableOf } from '../support/memtable-of.ts'
import { compareModelEntries, type ModelEntry, modelEntry } from '../support/model-entry.ts'

const COUNT = 20_000

function keysOf(make: (i: number) => string): ModelEntry[] {
  return Array.from({ length: COUNT }, (_, i) => modelEntry(Buffer.from(make(i), 'latin1'), i + 1))
}

function described(entry: ModelEntry): string {
  return `${Buffer.from(entry.key).toString('latin1')}@${entry.sequence}=${Buffer.from(entry.value)}`
}

function walked(memtable: Memtable, forward: boolean): string[] {
  const cursor = memtable.cursor()
  const entries = []
  if (forward) for (cursor.seekToFirst(); cursor.valid; cursor.next()) entries.push(described(currentEntry(cursor)!))
  else for (cursor.seekToLast(); cursor.valid; cursor.previous()) entries.push(described(currentEntry(cursor)!))
  return entries
}

const orders: Record<string, (i: number) => string> = {
  ascending: (i) => String(i).padStart(16, '0'),
  descending: (i) => String(COUNT - i).padStart(16, '0'),
  'zero-padded, shuffled': (i) => String((i * 7919) % COUNT).padStart(16, '0'),
  'of any length': (i) => String((i * 7919) % COUNT),
  'versions of one key': () => 'the only key',
  'versions of a few keys': (i) => `key ${i % 7}`,
  'ever shorter common prefixes': (i) => `${'a'.repeat(Math.max(0, 300 - i))}${(i * 7919) % COUNT}`,
  'two tables of a common prefix each': (i) =>
    `${i % 2 ? 'order' : 'user'}:${String((i * 7919) % COUNT).padStart(12, '0')}`,
  'high and low bytes': (i) => String.fromCharCode((i * 37) % 256, (i * 91) % 256, i % 256, i >>> 8),
}

describe('entries of a memtable come out in internal order, both ways, when keys come', () => {
  test.each(Object.keys(orders))('%s', (name) => {
    const entries = keysOf(orders[name]!)
    const memtable = memtableOf(entries)
    const sorted = entries.sort(compareModelEntries).map(described)
    expect(walked(memtable, true)).toEqual(sorted)
    expect(walked(memtable, false)).toEqual(sorted.reverse())
  })

  test('in order, and then leave nodes full', () => {
    const ascending = memtableOf(keysOf(orders['ascending']!))
    const descending = memtableOf(keysOf(orders['descending']!))
    expect(ascending.entryBytes).toBe(descending.entryBytes)
    expect(ascending.memoryBytes).toBeLessThan(descending.memoryBytes)
  })
})
