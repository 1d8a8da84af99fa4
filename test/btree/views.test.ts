import { describe, expect, test } from 'vitest'
import { keyOf, simulatedBTree } from '../support/btree-harness.ts'
import { seededNumbers } from '../support/seeded-numbers.ts'

describe('snapshots and scans', () => {
  test('keep their view over splits, frees, evictions and checkpoints, and give everything back', async () => {
    const { store } = await simulatedBTree({ cacheBytes: 64 << 10 })
    const numbers = seededNumbers(3)
    const model = new Map<string, string>()
    const views: { expected: [string, string][]; read: () => [string, string][]; close: () => void }[] = []
    const sorted = (): [string, string][] => [...model].sort(([a], [b]) => (a < b ? -1 : 1))
    for (let step = 0; step < 1500; step++) {
      const key = keyOf(numbers() % 400)
      if (numbers() % 3 === 0) {
        model.delete(key)
        store.deleteSync(key, { durability: 'none' })
      } else {
        const value = 'v'.repeat(numbers() % 700)
        model.set(key, value)
        store.putSync(key, value, { durability: 'none' })
      }
      if (step % 250 === 100) {
        const snapshot = store.snapshot()
        const read = (): [string, string][] => snapshot.scan({ encoding: 'utf8' }).allSync()
        views.push({ expected: sorted(), read, close: () => snapshot.close() })
        const scan = store.scan({ encoding: 'utf8', reverse: true })
        const first = scan.nextBatchSync(3)
        const rest = (): [string, string][] => [...first, ...scan.allSync()].reverse()
        views.push({ expected: sorted(), read: rest, close: () => scan.close() })
      }
      if (step % 400 === 399) await store.flush()
    }
    const { versions } = store.stats().btree
    expect(versions.pages).toBeGreaterThan(0)
    // The newest first: what it needed may be what an older one needs as well.
    for (const { expected, read, close } of views.reverse()) {
      expect(read()).toEqual(expected)
      close()
    }
    expect(store.stats().btree.versions.pages).toBe(0)
    expect(store.scan({ encoding: 'utf8' }).allSync()).toEqual(sorted())
    await store.verify()
    await store.close()
  })

  test('without any, no earlier version outlives its group', async () => {
    const { store } = await simulatedBTree()
    await Promise.all(Array.from({ length: 300 }, (_, i) => store.put(keyOf(i), 'x'.repeat(99))))
    expect(store.stats().btree.versions.mostPages).toBeGreaterThan(0)
    expect(store.stats().btree.versions.pages).toBe(0)
    await store.close()
  })
})

describe('a cache smaller than the tree', () => {
  test('holds what it may once nothing is on its way, and every row is found', async () => {
    const { store } = await simulatedBTree({ cacheBytes: 64 << 10, checkpointLogBytes: 1 << 20 })
    for (let i = 0; i < 2000; i++) await store.put(keyOf((i * 7919) % 2000), 'x'.repeat(200), { durability: 'none' })
    const { cache, pages } = store.stats().btree
    expect(pages).toBeGreaterThan(5 * cache.capacityPages)
    for (let i = 0; i < 2000; i++) expect(store.hasSync(keyOf(i))).toBe(true)
    await store.put('last', 'x')
    await store.put('last', 'y')
    const { pages: cached, capacityPages } = store.stats().btree.cache
    expect(cached).toBeLessThanOrEqual(capacityPages + 8)
    await store.close()
  })
})
