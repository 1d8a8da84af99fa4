import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Lookup } from '../../src/key/lookup.ts'
import { MAX_SEQUENCE } from '../../src/key/sequence.ts'
import { Block } from '../../src/table/block.ts'
import { BlockCache, CachedBlocks } from '../../src/table/block-cache.ts'
import { buildTable, current, numberedItems, openTable, tableShared } from '../support/table-fixture.ts'

const OVERHEAD = 256

/** A block of the given size: no entries that matter, one restart point. */
function blockOf(size: number): Block {
  const bytes = new Uint8Array(size)
  bytes[size - 4] = 1
  return new Block(bytes, 'x.sst', 0)
}

describe('block cache', () => {
  test('stays within its limit, and remembers only what it was given', () => {
    const step = fc.record({
      table: fc.nat(2),
      index: fc.nat(30),
      size: fc.integer({ min: 9, max: 1500 }),
      drop: fc.nat(40),
    })
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 8000 }), fc.array(step, { maxLength: 200 }), (limit, steps) => {
        const cache = new BlockCache(limit)
        const tables = [0, 1, 2].map(() => new CachedBlocks(31))
        const given = new Map<string, Block>()
        for (const { table, index, size, drop } of steps) {
          if (drop === 0) cache.drop(tables[table]!)
          const block = cache.get(tables[table]!, index)
          if (block === undefined) {
            const fresh = blockOf(size)
            given.set(`${table} ${index}`, fresh)
            cache.add(tables[table]!, index, fresh)
            const fits = size + OVERHEAD <= limit
            expect(cache.get(tables[table]!, index)).toBe(fits ? fresh : undefined)
          } else {
            expect(block).toBe(given.get(`${table} ${index}`))
          }
          const held = tables.flatMap((table) => [...table.all()])
          expect(cache.bytes).toBe(held.reduce((sum, cached) => sum + cached.block.bytes.length + OVERHEAD, 0))
          expect(cache.bytes).toBeLessThanOrEqual(limit)
        }
        for (const table of tables) cache.drop(table)
        expect(cache.bytes).toBe(0)
      }),
      { numRuns: 100 },
    )
  })

  test('evicts what was not used since the hand came by last', () => {
    const cache = new BlockCache(4 * (100 + OVERHEAD))
    const table = new CachedBlocks(100)
    for (let i = 0; i < 4; i++) cache.add(table, i, blockOf(100))
    cache.get(table, 0)
    cache.get(table, 2)
    cache.add(table, 4, blockOf(100))
    cache.add(table, 5, blockOf(100))
    expect([...table.all()].map((cached) => cached.index)).toEqual([0, 2, 4, 5])
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
