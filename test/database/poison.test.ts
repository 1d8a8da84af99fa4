import { describe, expect, test } from 'vitest'
import type { KeyValueStore } from '../../src/kv-store/kv-store.ts'
import { codeOf } from '../support/bytes-text.ts'
import { contentOf, contentOn, FaultDisk } from '../support/fault-store.ts'
import { ManualRuntime, settle } from '../support/manual-runtime.ts'

interface Poisoning {
  /** Lets the store run into the fault; rejects as its caller would. */
  readonly act: (store: KeyValueStore, disk: FaultDisk, runtime: ManualRuntime) => Promise<unknown>
  /** What readers then see, besides what was there. */
  readonly visible?: string
  /** Whether the one that failed had not been told by anybody: a timer or the background. */
  readonly isSilent?: boolean
}

const together = (store: KeyValueStore): Promise<unknown> => Promise.all([store.put('x', '1'), store.put('y', '2')])

const POISONINGS: Record<string, Poisoning> = {
  'a sync of the log through the pool': {
    act: (store, disk) => {
      disk.failNext('sync', '.wal')
      return together(store)
    },
  },
  'a sync of the log in place': {
    act: async (store, disk) => {
      disk.failNext('sync', '.wal')
      store.putSync('x', '1')
    },
  },
  'a sync of the log by the interval': {
    act: async (store, disk, runtime) => {
      await store.put('x', '1', { durability: 'process' })
      disk.failNext('sync', '.wal')
      await runtime.advance(200)
    },
    visible: ' x=1',
    isSilent: true,
  },
  'a sync of the log before it is left': {
    act: async (store, disk) => {
      await store.put('x', '1', { durability: 'process' })
      disk.failNext('sync', '.wal')
      await store.flush()
    },
    visible: ' x=1',
  },
  'a cut of the log': {
    act: (store, disk) => {
      disk.failNext('append', '.wal', { error: 'EIO', afterBytes: 5 })
      disk.failNext('truncate', '.wal')
      return store.put('x', '1')
    },
  },
  'a sync of a cut log': {
    act: (store, disk) => {
      disk.failNext('append', '.wal', { error: 'EIO', afterBytes: 5 })
      disk.failNext('sync', '.wal')
      return store.put('x', '1')
    },
  },
  'a sync of the manifest': {
    act: (store, disk) => {
      disk.failNext('sync', 'MANIFEST')
      return store.flush()
    },
  },
  'a sync of a new CURRENT': {
    act: (store, disk) => {
      disk.failNext('append', 'MANIFEST')
      disk.failNext('sync', 'CURRENT')
      return store.flush()
    },
  },
  'a rename of CURRENT': {
    act: (store, disk) => {
      disk.failNext('append', 'MANIFEST')
      disk.failNext('rename', 'CURRENT')
      return store.flush()
    },
  },
  'a sync of the directory for CURRENT': {
    act: (store, disk) => {
      disk.failNext('append', 'MANIFEST')
      const { plan } = disk.faulty
      let isSwung = false
      disk.faulty.plan = (call) => {
        if (call.operation === 'rename') isSwung = true
        return isSwung && call.operation === 'syncDirectory' ? { error: 'EIO' } : plan(call)
      }
      return store.flush()
    },
  },
  'a sync of the directory for a table or log': {
    act: (store, disk) => {
      disk.failNext('syncDirectory', '')
      return store.flush()
    },
  },
}

async function expectRefusals(store: KeyValueStore): Promise<void> {
  const refused: (() => unknown)[] = [
    () => store.put('z', 'z'),
    () => store.put('z', 'z', { durability: 'none' }),
    () => store.putSync('z', 'z'),
    () => store.delete('a'),
    () => store.batch([{ type: 'delete', key: 'a' }]),
    () => store.batchSync([{ type: 'delete', key: 'a' }]),
    () => store.clear(),
    () => store.flush(),
    () => store.compact(),
    () => store.sync(),
    () => store.resume(),
  ]
  for (const call of refused) expect(await codeOf(call)).toBe('POISONED')
}

describe('poisons the store when it fails:', () => {
  test.each(Object.entries(POISONINGS))('%s', async (_name, { act, visible = '', isSilent = false }) => {
    const disk = new FaultDisk()
    const runtime = new ManualRuntime()
    const store = await disk.open({ runtime })
    await store.put('a', '1')
    await store.flush()
    await store.put('b', '2')
    const snapshot = store.snapshot()
    expect(await codeOf(() => act(store, disk, runtime))).toBe(isSilent ? 'none' : 'POISONED')
    await settle()
    const poisonedAt = disk.calls.length
    disk.heal()
    await expectRefusals(store)
    expect(contentOf(store)).toBe(`a=1 b=2${visible}`)
    expect(contentOf(snapshot)).toBe('a=1 b=2')
    expect(store.getSync('a', { encoding: 'utf8' })).toBe('1')
    await runtime.advance(60_000)
    const [first, second] = await Promise.allSettled([store.close(), undefined])
    expect([first, second.status]).toMatchObject([{ status: 'rejected', reason: { code: 'POISONED' } }, 'fulfilled'])
    await store.close()
    expect(disk.changesSince(poisonedAt)).toEqual([])
    expect(disk.openFiles).toBe(0)
    const crashed = disk.powerCut()
    for (const left of [disk, crashed]) {
      const found = await contentOn(left)
      expect(['a=1 b=2', 'a=1 b=2 x=1', 'a=1 b=2 x=1 y=2']).toContain(found)
      for (let i = 0; i < 2; i++) expect(await contentOn(left)).toBe(found)
    }
  })
})

describe('a failed sync', () => {
  test('that the interval met also fails those who wait for a later one: nothing is acknowledged falsely', async () => {
    const disk = new FaultDisk()
    const runtime = new ManualRuntime()
    const store = await disk.open({ runtime })
    await store.put('a', '1')
    await store.put('b', '2', { durability: 'process' })
    const failed = disk.failNext('sync', '.wal')
    const tick = runtime.advance(200)
    const later = Promise.allSettled([store.put('c', '3'), store.put('d', '4'), store.sync()])
    await tick
    expect((await later).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
    expect(failed()).toBe(1)
    expect(contentOf(store)).toBe('a=1 b=2')
    await expect(store.close()).rejects.toMatchObject({ code: 'POISONED' })
    expect(await contentOn(disk.powerCut())).toBe('a=1')
  })

  test('at closing rejects with POISONED and leaves what was acknowledged', async () => {
    for (const ending of ['.wal', 'MANIFEST']) {
      const disk = new FaultDisk()
      const store = await disk.open()
      await store.put('a', '1')
      await store.put('b', '2', { durability: 'process' })
      disk.failNext('sync', ending)
      expect(await codeOf(() => store.close())).toBe('POISONED')
      await store.close()
      expect(disk.openFiles).toBe(0)
      expect(await contentOn(disk.powerCut())).toMatch(/^a=1/)
      expect(await contentOn(disk)).toBe('a=1 b=2')
    }
  })

  test('wakes who waits for a flush that is held back', async () => {
    const disk = new FaultDisk()
    const runtime = new ManualRuntime()
    const store = await disk.open({ runtime })
    await store.put('a', '1')
    disk.failNext('sync', '.sst', 'EIO', 99)
    const flush = codeOf(() => store.flush())
    await settle()
    await store.put('b', '2', { durability: 'process' })
    disk.failNext('sync', '.wal')
    await runtime.advance(10_000)
    expect(await flush).toBe('POISONED')
    await expect(store.close()).rejects.toMatchObject({ code: 'POISONED' })
    expect(disk.openFiles).toBe(0)
  })
})
