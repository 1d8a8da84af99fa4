import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Kind } from '../../src/key/kind.ts'
import { Lookup } from '../../src/key/lookup.ts'
import { MAX_SEQUENCE } from '../../src/key/sequence.ts'
import { Block, Found } from '../../src/table/block.ts'
import { BlockBuilder } from '../../src/table/block-builder.ts'
import { BlockCache } from '../../src/table/block-cache.ts'
import { CachedBlocks, slabIdOf } from '../../src/table/cached-blocks.ts'
import type { TableReader } from '../../src/table/table-reader.ts'
import {
  buildTable,
  current,
  numberedItems,
  numberedKey,
  openTable,
  type TableItem,
  tableShared,
} from '../support/table-fixture.ts'

const OVERHEAD = 196

/** A raw block of the given size: no entries that matter, one restart point. */
function contentOf(size: number, fill: number): Uint8Array {
  const bytes = new Uint8Array(size).fill(fill & 0xff)
  bytes.set([0, 0, 0, 0, 1, 0, 0, 0], size - 8)
  return bytes
}

/** Reads a block as a table's reader does. */
function read(cache: BlockCache, table: CachedBlocks, index: number, content: Uint8Array, isInflated = false): Block {
  const slab = cache.slabFor(content.length)
  if (slab === undefined) return new Block(content, 'x.sst', 0)
  const block = cache.takeSpare() ?? new Block(content, 'x.sst', 0)
  if (isInflated) return cache.add(table, index, block.become(content, 'x.sst', 0), slab)
  const { bytes, end } = slab
  bytes.set(content, end)
  return cache.add(table, index, block.become(bytes, 'x.sst', 0, end, end + content.length), slab)
}

function rawOf({ bytes, start, end }: Block): Uint8Array {
  return bytes.slice(start, end)
}

function pin(block: Block): Block {
  block.pin()
  return block
}

describe('block cache', () => {
  test('stays within its limit, and remembers only what it was given', () => {
    const step = fc.record({
      table: fc.nat(2),
      index: fc.nat(30),
      size: fc.integer({ min: 9, max: 1500 }),
      isInflated: fc.boolean(),
      isPinned: fc.nat(20),
      drop: fc.nat(40),
    })
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 20_000 }), fc.array(step, { maxLength: 300 }), (limit, steps) => {
        const cache = new BlockCache(limit)
        const tables = [0, 1, 2].map(() => new CachedBlocks(31))
        const given = new Map<string, Uint8Array>()
        const pinned: [Block, Uint8Array][] = []
        for (const { table, index, size, isInflated, isPinned, drop } of steps) {
          if (drop === 0) cache.drop(tables[table]!)
          const found = cache.get(tables[table]!, index)
          const block = found ?? read(cache, tables[table]!, index, contentOf(size, given.size), isInflated)
          if (found === undefined) given.set(`${table} ${index}`, rawOf(block))
          expect(rawOf(block)).toEqual(given.get(`${table} ${index}`))
          if (isPinned === 0) pinned.push([pin(block), rawOf(block)])
          for (const [block, content] of pinned) expect(rawOf(block)).toEqual(content)
          expect(cache.bytes).toBeLessThanOrEqual(limit + 31 * 3 * OVERHEAD)
        }
        for (const table of tables) cache.drop(table)
        expect(cache.bytes).toBe(0)
      }),
      { numRuns: 100 },
    )
  })

  test('keeps what was used since it came, and forgets the rest of the oldest memory', () => {
    const cache = new BlockCache(64 * 1024)
    const table = new CachedBlocks(1000)
    const size = 500
    const used = [1, 4]
    for (let i = 0; i < 10; i++) read(cache, table, i, contentOf(size, i))
    for (const index of used) cache.get(table, index)
    for (let i = 10; table.at(0) !== undefined; i++) read(cache, table, i, contentOf(size, i))
    const left = [...table.indexes()]
    expect(left.slice(0, 3)).toEqual([...used, left[2]])
    expect(left[2]).toBeGreaterThanOrEqual(10)
    expect(rawOf(table.at(4)!)).toEqual(contentOf(size, 4))
  })

  test('makes no new objects once it is full: what it forgets becomes what it reads next', () => {
    const cache = new BlockCache(64 * 1024)
    const table = new CachedBlocks(1000)
    const seen = new Set<Block>()
    for (let i = 0; i < 1000; i++) {
      seen.add(read(cache, table, i, contentOf(500, i)))
      if (i % 3 === 0) cache.get(table, i)
    }
    expect(seen.size).toBeLessThanOrEqual(64 * 2)
    const other = new CachedBlocks(1000)
    const pinned = pin(read(cache, other, 0, contentOf(500, 7)))
    for (let i = 1; i < 1000; i++) expect(read(cache, other, i, contentOf(500, i))).not.toBe(pinned)
    expect(rawOf(pinned)).toEqual(contentOf(500, 7))
  })

  test('blocks larger than its slabs have memory of their own, and go like others', () => {
    const cache = new BlockCache(64 * 1024)
    const table = new CachedBlocks(100)
    for (let i = 0; i < 20; i++) read(cache, table, i, contentOf(20_000, i))
    expect([...table.indexes()]).toEqual([17, 18, 19])
    read(cache, table, 50, contentOf(70_000, 50))
    expect([...table.indexes()]).toEqual([17, 18, 19])
    cache.get(table, 17)
    read(cache, table, 20, contentOf(20_000, 20))
    expect([...table.indexes()]).toEqual([17, 19, 20])
    for (const index of [17, 19, 20]) cache.get(table, index)
    read(cache, table, 21, contentOf(50_000, 21))
    expect([...table.indexes()]).toEqual([21])
    for (let i = 60; i < 99; i++) read(cache, table, i, contentOf(100, i))
    expect(table.at(98)).toBeDefined()
  })

  test('counts hits and misses of lookups; blocks read once for a pass leave no trace', () => {
    const items = numberedItems(500)
    const shared = tableShared()
    const reader = openTable(buildTable(items, { blockBytes: 512 }).file, shared)
    const pass = reader.cursor(false)
    for (pass.seekToFirst(); pass.valid; pass.next());
    expect(shared.cache).toMatchObject({ hits: 0, misses: 0, bytes: 0 })
    const lookup = new Lookup()
    for (const { key } of items) reader.find(lookup.ask(key, MAX_SEQUENCE))
    for (const { key } of items) reader.find(lookup.ask(key, MAX_SEQUENCE))
    const { misses, hits } = shared.cache
    expect(misses).toBeGreaterThan(10)
    expect(misses + hits).toBe(1000)
    expect(shared.counters).toMatchObject({
      blockReads: 1000,
      filterProbes: 1000,
      filterNegatives: 0,
      filterFalsePositives: 0,
    })
    pass.close()
    reader.close()
    expect(shared.cache.bytes).toBe(0)
  })

  test('lookups find what is there, however blocks come, get anchors, move and go', () => {
    const tables = [numberedItems(300, 20, 2), numberedItems(300, 60, 2)]
    const step = fc.record({ table: fc.nat(1), number: fc.nat(650), near: fc.nat(3), act: fc.nat(40) })
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 60_000 }),
        fc.array(step, { maxLength: 300, size: 'max' }),
        (limit, steps) => {
          const shared = tableShared(limit)
          const opened = (items: TableItem[]): TableReader => {
            return openTable(buildTable(items, { blockBytes: 512 }).file, shared)
          }
          const readers = tables.map(opened)
          const cursor = readers[0]!.cursor(true)
          for (const { table, number, near, act } of steps) {
            const items = tables[table]!
            // The same block is asked again: the second lookup gives it anchors, the third goes by them.
            for (let i = 0; i <= near; i++) {
              const lookup = new Lookup().ask(numberedKey(number + i), MAX_SEQUENCE)
              const item = (number + i) % 2 === 0 ? items[(number + i) / 2] : undefined
              expect(readers[table]!.find(lookup)).toBe(item !== undefined)
              if (item !== undefined) {
                expect(lookup.value.slice(lookup.valueStart, lookup.valueEnd)).toEqual(item.value)
              }
            }
            if (act < 10) cursor.seek(numberedKey(number), 0, 10, MAX_SEQUENCE)
            if (act === 40) {
              readers[1]!.close()
              readers[1] = opened(tables[1]!)
            }
          }
          cursor.close()
          for (const reader of readers) reader.close()
          expect(shared.cache.bytes).toBe(0)
        },
      ),
      { numRuns: 60 },
    )
  })

  test('room for anchors is used again, however often blocks are replaced and tables closed', () => {
    const builder = new BlockBuilder(4096)
    const value = new Uint8Array(100)
    for (let i = 0; i < 10; i++) builder.add(0, numberedKey(i), 0, 10, 1, Kind.Put, value, 0, 100)
    builder.finish()
    const content = builder.output.finish().slice()
    const cache = new BlockCache(128 * 1024)
    for (let round = 0; round < 20; round++) {
      const table = new CachedBlocks(300)
      for (let i = 0; i < 300; i++) {
        read(cache, table, i, content)
        expect(cache.anchored(table, i)).toBeUndefined()
        cache.anchor(table, i, cache.get(table, i)!)
        expect(cache.anchored(table, i)?.find(new Lookup().ask(numberedKey(3), 1))).toBe(Found.version)
        expect(slabIdOf(table.anchorsOf(i))).toBeLessThan(8)
      }
      cache.drop(table)
    }
  })

  test('a cursor keeps the block that it stands in, whatever is evicted', () => {
    const items = numberedItems(300)
    const shared = tableShared(2 * (512 + OVERHEAD))
    const reader = openTable(buildTable(items, { blockBytes: 512 }).file, shared)
    const slow = reader.cursor(true)
    slow.seekToFirst()
    const before = current(slow)
    const fast = reader.cursor(true)
    for (fast.seekToFirst(); fast.valid; fast.next());
    expect(current(slow)).toEqual(before)
    slow.next()
    expect(current(slow)).toEqual(items[1])
    expect(shared.cache.bytes).toBeLessThanOrEqual(2 * (512 + OVERHEAD))
  })
})
