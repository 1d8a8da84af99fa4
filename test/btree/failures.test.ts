import { describe, expect, test, vi } from 'vitest'
import type { BTreeStore } from '../../src/btree/btree-store.ts'
import { Tree } from '../../src/btree/tree/tree.ts'
import { keyOf, openOn, treeOn } from '../support/btree-harness.ts'
import { codeOf } from '../support/bytes-text.ts'
import { FaultDisk } from '../support/fault-store.ts'
import { ManualRuntime, settle } from '../support/manual-runtime.ts'

const TORN = { error: 'EIO', afterBytes: 5 } as const

/** The store takes no write any more, not even one that needs no sync, and frees everything. */
async function expectPoisoned(store: BTreeStore<'bytes'>, disk: FaultDisk): Promise<void> {
  disk.heal()
  const before = disk.calls.length
  expect(await codeOf(() => store.put('later', 'x', { durability: 'process' }))).toBe('POISONED')
  await expect(store.close()).rejects.toMatchObject({ code: 'POISONED' })
  expect(disk.changesSince(before)).toEqual([])
  expect(disk.openFiles).toBe(0)
}

describe('a B-tree is poisoned', () => {
  test('by a sync of the log for which a write waits', async () => {
    const disk = new FaultDisk()
    const store = await openOn(disk)
    await store.put('a', '1')
    disk.failNext('sync', '.log')
    expect(await codeOf(() => store.put('b', '2'))).toBe('POISONED')
    await expectPoisoned(store, disk)
    expect(await treeOn(disk.powerCut())).toBe('a=1')
  })

  test('by the sync behind a clear', async () => {
    const disk = new FaultDisk()
    const store = await openOn(disk)
    await store.put('a', '1')
    disk.failNext('sync', '.log')
    expect(await codeOf(() => store.clear())).toBe('POISONED')
    await expectPoisoned(store, disk)
    expect(await treeOn(disk.powerCut())).toBe('a=1')
  })

  test('by a log that cannot be cut back', async () => {
    const disk = new FaultDisk()
    const store = await openOn(disk)
    await store.put('a', '1')
    disk.failNext('append', '.log', TORN)
    disk.failNext('truncate', '.log')
    expect(await codeOf(() => store.put('b', '2'))).toBe('POISONED')
    await expectPoisoned(store, disk)
    expect(await treeOn(disk.powerCut())).toBe('a=1')
  })

  test('by pages that do not take a write', async () => {
    const disk = new FaultDisk()
    const store = await openOn(disk)
    await store.put('a', '1')
    vi.spyOn(Tree.prototype, 'put').mockImplementationOnce(() => {
      throw new Error('no memory')
    })
    expect(await codeOf(() => store.put('b', '2'))).toBe('POISONED')
    vi.restoreAllMocks()
    await expectPoisoned(store, disk)
    expect(await treeOn(disk.powerCut())).toBe('a=1')
  })

  test.each(['rename', 'syncDirectory'])(
    'by a %s that may or may not have put the new checkpoint in force',
    async (operation) => {
      const disk = new FaultDisk()
      const store = await openOn(disk)
      await store.put('a', '1')
      let isReady = false
      disk.faulty.plan = (call) => {
        isReady ||= call.operation === 'sync' && call.path.endsWith('CHECKPOINT.tmp')
        return isReady && call.operation === operation ? { error: 'EIO' } : undefined
      }
      expect(await codeOf(() => store.flush())).toBe('POISONED')
      await expectPoisoned(store, disk)
      expect(await treeOn(disk.powerCut())).toBe('a=1')
    },
  )

  test('by a sync of the pages that fails after a write in place has taken the checkpoint over', async () => {
    const disk = new FaultDisk()
    const store = await openOn(disk, { tornPageProtection: 'full-page-images', checkpointRows: 2 })
    store.putSync('a', '1')
    store.putSync('b', '2')
    disk.failNext('sync', 'pages')
    const underWay = disk.nextCall('sync', 'pages')
    store.putSync('c', '3')
    await underWay
    // The next checkpoint is due: the write syncs the pages itself, and goes on.
    store.putSync('d', '4')
    store.putSync('e', '5')
    await settle()
    await settle()
    await expectPoisoned(store, disk)
    expect(await treeOn(disk.powerCut())).toBe('a=1 b=2 c=3 d=4 e=5')
  })
})

test('a checkpoint that is on its way when the store is poisoned changes nothing any more', async () => {
  const disk = new FaultDisk()
  const runtime = new ManualRuntime()
  const store = await openOn(disk, { runtime, tornPageProtection: 'full-page-images' })
  for (let i = 0; i < 20; i++) store.putSync(keyOf(i), 'x')
  runtime.holdsYields = true
  const flush = codeOf(() => store.flush())
  // Its pages are written; it lets others go first before it syncs them.
  for (let i = 0; i < 20 && runtime.waitingYields === 0; i++) await settle()
  expect(runtime.waitingYields).toBe(1)
  disk.failNext('sync', '.log')
  expect(() => store.putSync('b', '2')).toThrow(expect.objectContaining({ code: 'POISONED' }))
  const since = disk.calls.length
  runtime.holdsYields = false
  await runtime.grantYields()
  expect(await flush).toBe('POISONED')
  expect(disk.changesSince(since)).toEqual([])
  await expectPoisoned(store, disk)
})

test('what a clear has deleted is gone after a power cut', async () => {
  const disk = new FaultDisk()
  const store = await openOn(disk)
  for (let i = 0; i < 5; i++) await store.put(keyOf(i), 'x')
  await store.clear({ gte: keyOf(1) })
  expect(await treeOn(disk.powerCut())).toBe(`${keyOf(0)}=x`)
  await store.close()
})

describe('a close that cannot bring everything into the pages', () => {
  test('because writing them fails makes the log durable', async () => {
    const disk = new FaultDisk()
    const store = await openOn(disk, { tornPageProtection: 'full-page-images' })
    await store.put('a', '1')
    disk.failNext('write', 'pages', 'EIO', 99)
    await store.flush().catch(() => {})
    await store.put('b', '2', { durability: 'process' })
    expect(await codeOf(() => store.close())).toBe('IO')
    expect(disk.openFiles).toBe(0)
    disk.heal()
    expect(await treeOn(disk.powerCut())).toBe('a=1 b=2')
  })

  test('because there is no space makes the log durable', async () => {
    const disk = new FaultDisk()
    const store = await openOn(disk)
    await store.put('a', '1')
    await store.put('b', '2', { durability: 'process' })
    disk.failNext('append', '.log', 'ENOSPC')
    expect(await codeOf(() => store.put('c', '3'))).toBe('NO_SPACE')
    expect(await codeOf(() => store.close())).toBe('NO_SPACE')
    disk.heal()
    expect(await treeOn(disk.powerCut())).toBe('a=1 b=2')
  })
})
