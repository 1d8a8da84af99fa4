import { expect, test } from 'vitest'
import type { KeyValueStore } from '../../../src/kv-store/kv-store.ts'
import { expectCode, putAll, type StoreFactory, withStore } from '../../support/contract-store.ts'

const CALLS: Record<string, (store: KeyValueStore) => unknown> = {
  put: (store) => store.put('a', 'x'),
  delete: (store) => store.delete('a'),
  batch: (store) => store.batch([{ type: 'delete', key: 'a' }]),
  putSync: (store) => store.putSync('a', 'x'),
  deleteSync: (store) => store.deleteSync('a'),
  batchSync: (store) => store.batchSync([{ type: 'delete', key: 'a' }]),
  get: (store) => store.get('a'),
  getSync: (store) => store.getSync('a'),
  getMany: (store) => store.getMany(['a']),
  has: (store) => store.has('a'),
  hasSync: (store) => store.hasSync('a'),
  scan: (store) => store.scan().all(),
  snapshot: (store) => store.snapshot(),
  clear: (store) => store.clear(),
  count: (store) => store.count(),
  approximateSize: (store) => store.approximateSize(),
  sync: (store) => store.sync(),
  flush: (store) => store.flush(),
  compact: (store) => store.compact(),
  verify: (store) => store.verify(),
  stats: (store) => store.stats(),
  resume: (store) => store.resume(),
}

export function lifetimeSuite(factory: StoreFactory): void {
  test('what was written is there at the next opening', () =>
    withStore(factory, async (store, place) => {
      await putAll(store, ['a', 'b', 'c'])
      await store.put('d', 'not synced', { durability: 'none' })
      await store.flush()
      await store.delete('a')
      const sequence = await store.put('b', 'changed', { durability: 'process' })
      await store.close()
      const again = await place.open({ encoding: 'utf8' })
      expect([...again.scan()]).toEqual([
        ['b', 'changed'],
        ['c', 'vc'],
        ['d', 'not synced'],
      ])
      expect(again.stats().sequence).toBeGreaterThanOrEqual(sequence)
      expect(await again.put('e', 'x')).toBeGreaterThan(sequence)
      expect(again.recovery).toMatchObject({ created: false, clean: true })
      await again.close()
    }))

  test('opening makes a store, unless told not to', () =>
    withStore(factory, async (store, place) => {
      expect(store.recovery.created).toBe(true)
      await store.close()
      await expectCode(() => place.open({ errorIfExists: true }), 'EXISTS')
      const again = await place.open({ createIfMissing: false })
      expect(again.recovery.created).toBe(false)
      await again.close()
    }))

  test('opening without createIfMissing finds no store', async () => {
    const place = await factory()
    await expectCode(() => place.open({ createIfMissing: false }), 'NOT_FOUND')
    await place.cleanup()
  })

  test('a store that was opened read-only is read and not written', () =>
    withStore(factory, async (store, place) => {
      await putAll(store, ['a'])
      await store.close()
      const reader = await place.open({ readOnly: true })
      expect(reader.getSync('a', { encoding: 'utf8' })).toBe('va')
      for (const name of ['put', 'delete', 'batch', 'putSync', 'deleteSync', 'batchSync', 'clear']) {
        await expectCode(() => CALLS[name]!(reader), 'READ_ONLY')
      }
      await reader.close()
    }))

  test('unknown options, and those outside their bounds, are refused at opening', async () => {
    const place = await factory()
    const bad = [
      { unknown: 1 },
      { durability: 'fsync' },
      { syncIntervalMs: -1 },
      { maxGroupBytes: 1.5 },
      { readOnly: 1 },
    ]
    for (const options of [...bad, { encoding: null }, { runtime: {} }, { logger: 'x' }, null]) {
      await expectCode(() => place.open(options as never), 'INVALID_ARGUMENT')
    }
    await place.cleanup()
  })

  test('an aborted signal ends opening', async () => {
    const place = await factory()
    await expectCode(() => place.open({ signal: AbortSignal.abort() }), 'ABORTED')
    await place.cleanup()
  })

  test('a store that is open is LOCKED for a second opener, and free after its close', () =>
    withStore(factory, async (store, place) => {
      await expectCode(() => place.open(), 'LOCKED')
      await expectCode(() => place.open({ readOnly: true }), 'LOCKED')
      await store.put('a', 'x')
      await store.close()
      const again = await place.open()
      expect(again.hasSync('a')).toBe(true)
      await again.close()
    }))

  test('closing twice is harmless, also at once', () =>
    withStore(factory, async (store) => {
      await Promise.all([store.close(), store.close()])
      await store.close()
      await store[Symbol.asyncDispose]()
    }))

  for (const [name, call] of Object.entries(CALLS)) {
    test(`${name} after close is CLOSED`, () =>
      withStore(factory, async (store) => {
        await store.put('a', 'x')
        await store.close()
        await expectCode(() => call(store), 'CLOSED')
      }))
  }

  test('closing ends scans and snapshots', () =>
    withStore(factory, async (store) => {
      await putAll(store, ['a', 'b', 'c'])
      const scan = store.scan()
      scan.nextBatchSync(1)
      const snapshot = store.snapshot()
      await store.close()
      await expectCode(() => scan.nextBatchSync(1), 'CLOSED')
      await expectCode(() => scan.nextBatch(1), 'CLOSED')
      await expectCode(() => snapshot.getSync('a'), 'CLOSED')
      await expectCode(() => snapshot.scan(), 'CLOSED')
      scan.close()
      snapshot.close()
    }))

  test('writes that wait when the store is closed are written', () =>
    withStore(factory, async (store, place) => {
      const durabilities = ['power', 'none', 'process'] as const
      const writes = Array.from({ length: 30 }, (_, i) => store.put(`k${i}`, 'x', { durability: durabilities[i % 3] }))
      await store.close()
      expect(await Promise.all(writes)).toHaveLength(30)
      const again = await place.open()
      expect(await again.count()).toBe(30)
      await again.close()
    }))
}
