import { describe, expect, test } from 'vitest'
import { heapAmplification, heapLayout } from '../../../bench/lab/oracle/btree-heap.ts'
import { KEY_BYTES, ROW_BYTES, Rows, VALUE_BYTES } from '../../../bench/lab/postgres/rows.ts'
import type { BTreeStore } from '../../../src/btree/btree-store.ts'
import { openBTree } from '../../../src/btree/open-btree.ts'
import type { BTreeOptions } from '../../../src/btree/options.ts'
import { MemoryFileSystem } from '../../../src/fs/memory-file-system.ts'

const layout = heapLayout(KEY_BYTES, VALUE_BYTES)
const roomy: BTreeOptions<'bytes'> = {
  layout: 'heap',
  cacheBytes: 2 ** 28,
  checkpointLogBytes: 2 ** 30,
  checkpointIntervalMs: 0,
}

async function open(
  options: BTreeOptions<'bytes'> = {},
  fileSystem = new MemoryFileSystem(),
): Promise<BTreeStore<'bytes'>> {
  return openBTree<'bytes'>('/store', { ...roomy, fileSystem, ...options })
}

async function load(store: BTreeStore<'bytes'>, rows: number, rowsPerCheckpoint: number): Promise<void> {
  const source = new Rows(3)
  for (let row = 1; row <= rows; row++) {
    source.next()
    store.putSync(source.key, source.value, { durability: 'none' })
    if (row % rowsPerCheckpoint === 0 || row === rows) await store.flush()
  }
}

function expectNear(actual: number, expected: number, tolerance: number): void {
  expect(Math.abs(actual / expected - 1), `${actual} instead of ${expected}`).toBeLessThan(tolerance)
}

describe('a heap with its index', () => {
  test('fills pages as PostgreSQL does: 55 rows of 16 + 100 bytes, and 157 entries in a leaf of 226', async () => {
    const store = await open()
    await load(store, 20_000, 20_000)
    const { btree } = store.stats()
    const { leaves, internals, leafFill } = store.shape()
    // Beside them: the meta page.
    expect(btree.pages - leaves - internals - 1).toBe(Math.ceil(20_000 / layout.rowsPerPage))
    expectNear(20_000 / leaves, layout.entriesPerLeaf * Math.LN2, 0.03)
    expectNear(leafFill, Math.LN2, 0.03)
    await store.close()
  })

  test.each([20_000, 2000, 200])(
    'writes the pages and images foreseen, at a checkpoint every %i rows',
    async (distance) => {
      const rows = 20_000
      const store = await open({ tornPageProtection: 'full-page-images' })
      await load(store, rows, distance)
      const { pager, writtenBytes } = store.stats().btree
      const logBytesPerRow = (pager.logBytes.row + pager.logBytes.heap + pager.logBytes.framing) / rows
      const load_ = { rows, rowsPerCheckpoint: distance, logBytesPerRow, protection: 'full-page-images' } as const
      const foreseen = heapAmplification(layout, load_)
      expectNear(writtenBytes.page / (rows * ROW_BYTES), foreseen.page, 0.05)
      if (foreseen.image > 0) expectNear(pager.logBytes.fullPageImage / (rows * ROW_BYTES), foreseen.image, 0.05)
      expectNear((writtenBytes.log + writtenBytes.page) / (rows * ROW_BYTES), foreseen.total, 0.05)
      await store.close()
    },
  )

  test('gives back what was put, replaced and deleted, after it was opened again', async () => {
    const fileSystem = new MemoryFileSystem()
    const model = new Map<string, string>()
    let store = await open({ pageBytes: 4096, cacheBytes: 64 << 10 }, fileSystem)
    for (let step = 0; step < 6000; step++) {
      const key = `key ${(step * 7919) % 1500}`
      if (step % 5 === 4) {
        await store.delete(key)
        model.delete(key)
      } else {
        const value = `${step} `.repeat((step * 31) % 120)
        store.putSync(key, value, { durability: 'none' })
        model.set(key, value)
      }
      if (step % 2500 === 2499) {
        await store.close()
        store = await openBTree<'bytes'>('/store', { fileSystem })
      }
    }
    const sorted = [...model].sort(([a], [b]) => (a < b ? -1 : 1))
    const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString()
    for (const [key, value] of model) expect(text(store.getSync(key)!)).toBe(value)
    const found = await store.scan().all()
    expect(found.map(([key, value]) => [text(key), text(value)])).toEqual(sorted)
    const backward = await store.scan({ reverse: true }).all()
    expect(backward.map(([key]) => text(key))).toEqual(sorted.map(([key]) => key).reverse())
    expect((await store.verify()).problems).toEqual([])
    await store.close()
  })

  test('takes back a batch of which one row fits no page, and does not count its splits', async () => {
    const store = await open({ pageBytes: 4096 })
    await load(store, 500, 500)
    const before = store.stats().btree.tree
    const puts = Array.from({ length: 1000 }, (_, row) => ({ type: 'put' as const, key: `key ${row}`, value: 'value' }))
    const tooLong = { type: 'put' as const, key: 'long', value: new Uint8Array(3000) }
    await expect(store.batch([...puts, tooLong])).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
    expect(store.stats().btree.tree).toEqual(before)
    await store.batch(puts)
    const { leafSplitsMiddle, leafSplitsRightmost, leafFrees } = store.stats().btree.tree
    const shape = store.shape()
    expect(shape.entries).toBe(1500)
    expect(shape.leaves).toBe(1 + leafSplitsMiddle + leafSplitsRightmost - leafFrees)
    expect(shape.leaves).toBeGreaterThan(1 + before.leafSplitsMiddle + before.leafSplitsRightmost)
    await store.close()
  })

  test('is opened as what it was made, and refuses rows that fit no page', async () => {
    const fileSystem = new MemoryFileSystem()
    const store = await open({}, fileSystem)
    await expect(store.put('key', new Uint8Array(3000))).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
    await store.put('key', new Uint8Array(1500))
    await store.close()
    await expect(openBTree('/store', { fileSystem, layout: 'clustered' })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    })
    const again = await openBTree('/store', { fileSystem })
    expect(again.getSync('key')).toHaveLength(1500)
    await again.close()
  })
})
