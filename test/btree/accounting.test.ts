import { describe, expect, test } from 'vitest'
import type { BTreeStore } from '../../src/btree/btree-store.ts'
import { keyOf, protections, simulatedBTree } from '../support/btree-harness.ts'
import { seededNumbers } from '../support/seeded-numbers.ts'

function sum(numbers: Record<string, number>): number {
  return Object.values(numbers).reduce((all, each) => all + each, 0)
}

/** Inserts, overwrites, deletes, and values in chains, over many checkpoints and evictions. */
async function work(store: BTreeStore<'bytes'>, seed: number): Promise<void> {
  const numbers = seededNumbers(seed)
  for (let round = 0; round < 40; round++) {
    for (let i = 0; i < 40; i++) {
      const key = keyOf(numbers() % 2000)
      if (numbers() % 5 === 0) store.deleteSync(key, { durability: 'none' })
      else store.putSync(key, new Uint8Array(numbers() % 50 === 0 ? 9000 : 100), { durability: 'none' })
    }
    await new Promise((resolve) => setImmediate(resolve))
  }
}

function expectBooksToBalance(store: BTreeStore<'bytes'>): void {
  const { btree, writtenBytes } = store.stats()
  const { tree, pager, pageBytes } = btree
  const shape = store.shape()
  expect(shape.leaves).toBe(1 + tree.leafSplitsMiddle + tree.leafSplitsRightmost - tree.leafFrees)
  expect(shape.height).toBe(1 + tree.rootSplits - tree.rootShrinks)
  expect(shape.overflows).toBe(tree.overflowPages - tree.overflowFrees)
  // Page 0 is nobody's.
  expect(shape.leaves + shape.internals + shape.overflows + btree.freePages + 1).toBe(btree.pages)
  expect(pager.pagesAllocated - pager.pagesFreed).toBe(btree.pages - btree.freePages - 2)
  expect(pager.fullPageImages).toBeLessThanOrEqual(pager.firstTouches)
  const { doubleWrite, ...pagesWritten } = pager.pagesWritten
  expect(sum(pager.logBytes)).toBe(btree.writtenBytes.log)
  expect(sum(pagesWritten) * pageBytes).toBe(btree.writtenBytes.page)
  expect((doubleWrite + pager.doubleWriteHeaders) * pageBytes).toBe(btree.writtenBytes.doubleWrite)
  expect(pager.checkpointFileBytes).toBe(btree.writtenBytes.checkpointFile)
  expect(sum(btree.writtenBytes)).toBe(sum(writtenBytes))
}

describe('every byte written has a class, and pages add up', () => {
  for (const tornPageProtection of protections) {
    test(tornPageProtection, async () => {
      const { store, disk } = await simulatedBTree({
        tornPageProtection,
        checkpointRows: 300,
        checkpointLogBytes: 1 << 26,
      })
      await work(store, 1)
      expectBooksToBalance(store)
      await store.flush()
      await work(store, 2)
      expectBooksToBalance(store)
      const { pager, cache } = store.stats().btree
      expect(pager.checkpoints.rows).toBeGreaterThan(3)
      expect(pager.pagesWritten.eviction).toBeGreaterThan(0)
      expect(cache.evictions).toBeGreaterThan(0)
      expect(pager.fullPageImages > 0).toBe(tornPageProtection === 'full-page-images')
      expect(pager.pagesWritten.doubleWrite > 0).toBe(tornPageProtection === 'double-write')
      await store.clear()
      await store.close()
      const again = await simulatedBTree({}, disk)
      expect(again.store.shape().entries).toBe(0)
      await again.store.close()
    })
  }
})

describe('the shape is that of a B-tree', () => {
  const value = new Uint8Array(100)

  test('random inserts split a leaf of 8 KiB 0.0222 times each and fill it to ln 2', async () => {
    const numbers = seededNumbers(7)
    const rows = 60_000
    const options = { pageBytes: 8192, cacheBytes: 64 << 20, checkpointLogBytes: 1 << 30 } as const
    const { store } = await simulatedBTree({ ...options, tornPageProtection: 'none' })
    for (let done = 0; done < rows; done += 1000) {
      const operations = Array.from({ length: 1000 }, () => {
        const key = new Uint8Array(new Uint32Array([numbers(), numbers(), numbers(), numbers()]).buffer)
        return { type: 'put', key, value } as const
      })
      store.batchSync(operations, { durability: 'none' })
    }
    const { leafSplitsMiddle, leafSplitsRightmost } = store.stats().btree.tree
    const splits = (leafSplitsMiddle + leafSplitsRightmost) / rows / (1 / (65 * Math.LN2))
    expect(splits).toBeGreaterThan(0.97)
    expect(splits).toBeLessThan(1.03)
    expect(store.shape().leafFill / Math.LN2).toBeGreaterThan(0.97)
    expect(store.shape().leafFill / Math.LN2).toBeLessThan(1.03)
    await store.close()
  })

  test('ascending inserts split at the right end only, and fill leaves to nine tenths', async () => {
    const { store } = await simulatedBTree({ pageBytes: 8192, cacheBytes: 64 << 20, checkpointLogBytes: 1 << 30 })
    for (let i = 0; i < 5000; i++) store.putSync(keyOf(i), value, { durability: 'none' })
    const { tree } = store.stats().btree
    expect(tree.leafSplitsMiddle).toBe(0)
    expect(tree.leafSplitsRightmost).toBeGreaterThan(50)
    expect(store.shape().leafFill).toBeGreaterThan(0.87)
    await store.close()
  })
})
