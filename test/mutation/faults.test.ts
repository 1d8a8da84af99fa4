import { describe, expect, test, vi } from 'vitest'
import { destroy, open } from '../../src/database/open.ts'
import { MemoryFileSystem } from '../../src/fs/memory-file-system.ts'
import { repair } from '../../src/inspect/repair.ts'
import type { KeyValueStore } from '../../src/kv-store/kv-store.ts'
import { Memtable } from '../../src/memtable/memtable.ts'
import { seededChoices } from '../../src/testing/choices.ts'
import { SimulatedFileSystem } from '../../src/testing/simulated-file-system.ts'
import { codeOf } from '../support/bytes-text.ts'
import { contentOn, FaultDisk, STORE } from '../support/fault-store.ts'
import { ManualRuntime, settle } from '../support/manual-runtime.ts'

/** The store takes no write any more, and a power cut leaves what was acknowledged. */
async function expectPoisoned(store: KeyValueStore, disk: FaultDisk): Promise<void> {
  disk.heal()
  expect(await codeOf(() => store.put('later', 'x', { durability: 'process' }))).toBe('POISONED')
  await expect(store.close()).rejects.toMatchObject({ code: 'POISONED' })
  expect(disk.openFiles).toBe(0)
}

describe('a store is poisoned', () => {
  test('by the sync behind a clear', async () => {
    const disk = new FaultDisk()
    const store = await disk.open()
    await store.put('a', '1')
    disk.failNext('sync', '.wal')
    expect(await codeOf(() => store.clear())).toBe('POISONED')
    await expectPoisoned(store, disk)
    expect(await contentOn(disk.powerCut())).toBe('a=1')
  })

  test('by the names of tables that a flush in the background cannot make durable', async () => {
    const disk = new FaultDisk()
    const store = await disk.open()
    await store.put('a', '1')
    // The first one is for the name of the next log.
    let syncs = 0
    disk.faulty.plan = ({ operation }) => {
      return operation === 'syncDirectory' && ++syncs === 2 ? { error: 'EIO' } : undefined
    }
    expect(await codeOf(() => store.flush())).toBe('POISONED')
    await expectPoisoned(store, disk)
    expect(await contentOn(disk.powerCut())).toBe('a=1')
  })

  test('by an error that is none of a disk', async () => {
    const disk = new FaultDisk()
    const runtime = new ManualRuntime()
    const store = await disk.open({ runtime })
    runtime.random = () => {
      throw new Error('no randomness')
    }
    expect(await codeOf(() => store.put('a', '1'))).toBe('POISONED')
    runtime.random = (target) => target.fill(7)
    await expectPoisoned(store, disk)
  })

  test('by a manifest that cannot be cut back', async () => {
    const disk = new FaultDisk()
    const store = await disk.open()
    await store.put('a', '1')
    disk.failNext('append', 'MANIFEST', { error: 'EIO', afterBytes: 5 })
    disk.failNext('truncate', 'MANIFEST')
    expect(await codeOf(() => store.flush())).toBe('POISONED')
    await expectPoisoned(store, disk)
    expect(await contentOn(disk.powerCut())).toBe('a=1')
  })

  test.each<[string, (store: KeyValueStore) => Promise<unknown>]>([
    ['a write', (store) => store.put('b', '2')],
    ["a 'none' write ahead of the log", (store) => store.put('b', '2', { durability: 'none' })],
    ['a clear', (store) => store.clear()],
  ])('by a memtable that does not take %s', async (_what, write) => {
    const disk = new FaultDisk()
    const store = await disk.open()
    await store.put('a', '1')
    vi.spyOn(Memtable.prototype, 'insert').mockImplementationOnce(() => {
      throw new Error('no memory')
    })
    expect(await codeOf(() => write(store))).toBe('POISONED')
    vi.restoreAllMocks()
    await expectPoisoned(store, disk)
  })

  test('by a sync of a table that fails after a write in place has taken the flush over', async () => {
    const disk = new FaultDisk()
    const runtime = new ManualRuntime()
    const store = await disk.open({ runtime, memtableBytes: 1024, syncIntervalMs: 3_600_000 })
    await store.put('a', 'x'.repeat(900))
    disk.failNext('sync', '.sst')
    const underWay = disk.nextCall('sync', '.sst')
    await store.put('b', 'x'.repeat(900))
    await underWay
    // Both memtables are full: the write syncs the table itself, and goes on.
    store.putSync('c', 'x'.repeat(900))
    await settle()
    await settle()
    await expectPoisoned(store, disk)
  })
})

describe('what was acknowledged', () => {
  test('is durable after a close that could not seal the log', async () => {
    const disk = new FaultDisk()
    const runtime = new ManualRuntime()
    const store = await disk.open({ runtime, syncIntervalMs: 3_600_000 })
    await store.put('a', '1')
    runtime.holdsYields = true
    const flush = codeOf(() => store.flush())
    await settle()
    await store.put('b', '2', { durability: 'process' })
    disk.failNext('append', '.sst', 'ENOSPC')
    runtime.holdsYields = false
    await runtime.grantYields()
    expect(await flush).toBe('NO_SPACE')
    disk.heal()
    expect(await codeOf(() => store.close())).toBe('NO_SPACE')
    expect(await contentOn(disk.powerCut())).toBe('a=1 b=2')
  })
})

test('an opening that cannot make the folder of dropped files durable is refused', async () => {
  const disk = new FaultDisk()
  const store = await disk.open()
  await store.put('a', '1')
  const left = disk.killed()
  const [log] = left.disk.list(STORE).filter((name) => name.endsWith('.wal'))
  const file = left.disk.open(`${STORE}/${log}`, 'write', 'other')
  file.appendSync(new Uint8Array(7).fill(0xee))
  file.close()
  let isMade = false
  left.faulty.plan = ({ operation, path }) => {
    if (operation === 'makeDirectory') isMade = true
    return isMade && operation === 'syncDirectory' && path === STORE ? { error: 'EIO' } : undefined
  }
  expect(await codeOf(() => left.open())).toBe('POISONED')
  expect(isMade).toBe(true)
  expect(left.openFiles).toBe(0)
  left.heal()
  expect(await contentOn(left)).toBe('a=1')
  await store.close()
})

test('a store whose removal was cut off is gone or whole, never refused', async () => {
  for (let seed = 0; seed < 12; seed++) {
    const disk = new SimulatedFileSystem({ profile: 'posix-minimal' })
    const store = await open(STORE, { fileSystem: disk })
    await store.put('a', '1')
    await store.flush()
    await store.put('b', '2')
    await store.close()
    const images: SimulatedFileSystem[] = []
    disk.beforeEffect = () => void images.push(disk.crash(seededChoices(seed)))
    await destroy(STORE, { fileSystem: disk })
    images.push(disk.crash(seededChoices(seed)))
    for (const image of images) {
      if (image.status(STORE) === undefined || !image.list(STORE).includes('CURRENT')) continue
      const again = await open<'utf8'>(STORE, { fileSystem: image, encoding: 'utf8' })
      expect(again.scan().allSync()).toEqual([
        ['a', '1'],
        ['b', '2'],
      ])
      await again.close()
    }
  }
})

test('what repair has built is there after a power cut, with the directories that it made', async () => {
  const disk = new MemoryFileSystem()
  const store = await open(STORE, { fileSystem: disk })
  await store.put('a', '1')
  await store.close()
  await repair(STORE, '/new/target', { fileSystem: disk })
  const again = await open<'utf8'>('/new/target', {
    fileSystem: disk.powerCut(),
    encoding: 'utf8',
    createIfMissing: false,
  })
  expect(again.getSync('a')).toBe('1')
  await again.close()
})
