import { describe, expect, test, vi } from 'vitest'
import type { BTreeStore } from '../../src/btree/btree-store.ts'
import type { TornPageProtection } from '../../src/btree/options.ts'
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
    const runtime = new ManualRuntime()
    const store = await openOn(disk, { runtime, tornPageProtection: 'full-page-images', checkpointRows: 2 })
    store.putSync('a', '1')
    store.putSync('b', '2')
    disk.failNext('sync', 'pages')
    const underWay = disk.nextCall('sync', 'pages')
    store.putSync('c', '3')
    await underWay
    // The next checkpoint is due: the write syncs the pages itself, and goes on. That checkpoint waits for its turn.
    runtime.holdsYields = true
    store.putSync('d', '4')
    store.putSync('e', '5')
    await settle()
    await settle()
    disk.heal()
    expect(await codeOf(() => store.putSync('f', '6', { durability: 'process' }))).toBe('POISONED')
    await expectPoisoned(store, disk)
    expect(await treeOn(disk.powerCut())).toBe('a=1 b=2 c=3 d=4 e=5')
  })
})

test('a checkpoint that is on its way when the store is poisoned changes nothing any more', async () => {
  const disk = new FaultDisk()
  const store = await openOn(disk, { tornPageProtection: 'full-page-images' })
  for (let i = 0; i < 20; i++) store.putSync(keyOf(i), 'x')
  const written = disk.nextCall('write', 'pages')
  const flush = codeOf(() => store.flush())
  await written
  // Its pages are written, and not synced yet.
  disk.failNext('sync', '.log')
  expect(() => store.putSync('b', '2')).toThrow(expect.objectContaining({ code: 'POISONED' }))
  const since = disk.calls.length
  for (let i = 0; i < 20; i++) await settle()
  expect(await flush).toBe('POISONED')
  expect(disk.changesSince(since)).toEqual([])
  await expectPoisoned(store, disk)
})

test('a close whose checkpoint cannot be synced says so, and leaves the logs', async () => {
  const disk = new FaultDisk()
  const store = await openOn(disk)
  await store.put('a', '1')
  await store.put('b', '2', { durability: 'process' })
  disk.failNext('sync', 'pages')
  expect(await codeOf(() => store.close())).toBe('POISONED')
  expect(disk.openFiles).toBe(0)
  disk.heal()
  expect(await treeOn(disk.powerCut())).toBe('a=1 b=2')
})

test('what a clear has deleted is gone after a power cut', async () => {
  const disk = new FaultDisk()
  const store = await openOn(disk)
  for (let i = 0; i < 5; i++) await store.put(keyOf(i), 'x')
  await store.clear({ gte: keyOf(1) })
  expect(await treeOn(disk.powerCut())).toBe(`${keyOf(0)}=x`)
  await store.close()
})

describe('a close that cannot bring everything into the pages makes the log durable', () => {
  const NEW = 'new'.repeat(60)

  /** A store of many pages, all of them on disk. */
  async function filled(disk: FaultDisk, tornPageProtection: TornPageProtection): Promise<BTreeStore<'bytes'>> {
    const store = await openOn(disk, { tornPageProtection })
    for (let i = 0; i < 100; i++) store.putSync(keyOf(i), 'old'.repeat(60), { durability: 'none' })
    await store.flush()
    return store
  }

  async function expectBoth(disk: FaultDisk): Promise<void> {
    expect(disk.openFiles).toBe(0)
    disk.heal()
    const content = (await treeOn(disk.powerCut())).split(' key ')
    expect(content).toHaveLength(100)
    expect([content[0], content[99]]).toEqual([`${keyOf(0)}=${NEW}`, `${keyOf(99)}=${NEW}`.slice(4)])
  }

  test('where writing them fails', async () => {
    const disk = new FaultDisk()
    const store = await filled(disk, 'full-page-images')
    await store.put(keyOf(0), NEW)
    disk.failNext('write', 'pages', 'EIO', 99)
    expect(await codeOf(() => store.flush())).toBe('IO')
    await store.put(keyOf(99), NEW, { durability: 'process' })
    expect(await codeOf(() => store.close())).toBe('IO')
    await expectBoth(disk)
  })

  test('where there is no space for them', async () => {
    const disk = new FaultDisk()
    const store = await filled(disk, 'double-write')
    await store.put(keyOf(0), NEW)
    disk.failNext('write', 'pages', 'ENOSPC')
    const underWay = disk.nextCall('sync', 'double-write')
    const flush = codeOf(() => store.flush())
    await underWay
    store.putSync(keyOf(99), NEW, { durability: 'process' })
    expect(await flush).toBe('NO_SPACE')
    expect(await codeOf(() => store.close())).toBe('NO_SPACE')
    await expectBoth(disk)
  })
})
