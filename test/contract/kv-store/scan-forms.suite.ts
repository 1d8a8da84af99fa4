import { expect, test } from 'vitest'
import type { ScanOptions } from '../../../src/kv-store/kv-store.ts'
import { expectCode, putAll, type StoreFactory, withStore } from '../../support/contract-store.ts'

const MANY = Array.from({ length: 1000 }, (_, i) => String(i).padStart(4, '0'))
const UTF8: ScanOptions<'utf8'> = { encoding: 'utf8' }

export function scanFormsSuite(factory: StoreFactory): void {
  test('all forms of reading return the same entries', () =>
    withStore(factory, async (store) => {
      await putAll(store, MANY)
      const expected = MANY.map((key) => [key, `v${key}`])
      const looped: unknown[] = []
      for await (const entry of store.scan(UTF8)) looped.push(entry)
      expect(looped).toEqual(expected)
      expect([...store.scan(UTF8)]).toEqual(expected)
      expect(await store.scan(UTF8).all()).toEqual(expected)
      expect(store.scan(UTF8).allSync()).toEqual(expected)
      expect([...store.scan(UTF8).keys()]).toEqual(MANY)
      expect([...store.scan(UTF8).values()]).toEqual(expected.map(([, value]) => value))
      const parts: unknown[] = []
      for await (const key of store.scan(UTF8).keys()) parts.push(key)
      for await (const value of store.scan(UTF8).values()) parts.push(value)
      expect(parts).toEqual([...MANY, ...expected.map(([, value]) => value)])
    }))

  test('keys or values alone are read in batches, too', () =>
    withStore(factory, async (store) => {
      await putAll(store, MANY)
      using scan = store.scan(UTF8)
      const keys = scan.keys()
      expect(keys.nextBatchSync(2)).toEqual(['0000', '0001'])
      expect(await keys.nextBatch(1)).toEqual(['0002'])
      scan.seek('0998')
      expect(await keys.nextBatch(9)).toEqual(['0998', '0999'])
      const values = store.scan(UTF8).values()
      expect([values.nextBatchSync(1), await values.all()]).toEqual([['v0000'], MANY.slice(1).map((key) => `v${key}`)])
      await expectCode(() => values.nextBatchSync(1), 'CLOSED')
      expect(store.scan(UTF8).keys().allSync()).toEqual(MANY)
    }))

  test('batches return the next entries, and none after the end', () =>
    withStore(factory, async (store) => {
      await putAll(store, ['a', 'b', 'c', 'd', 'e'])
      using scan = store.scan(UTF8)
      expect((await scan.nextBatch(2)).map(([key]) => key)).toEqual(['a', 'b'])
      expect(scan.nextBatchSync(1).map(([key]) => key)).toEqual(['c'])
      expect((await scan.nextBatch(10)).map(([key]) => key)).toEqual(['d', 'e'])
      expect(await scan.nextBatch(10)).toEqual([])
      expect(scan.nextBatchSync(10)).toEqual([])
    }))

  test('batches asked for at once are answered in the order asked', () =>
    withStore(factory, async (store) => {
      await putAll(store, MANY)
      await using scan = store.scan(UTF8)
      const batches = await Promise.all([scan.nextBatch(600), scan.nextBatch(1), scan.nextBatch(600)])
      expect(batches.map((batch) => batch.length)).toEqual([600, 1, 399])
      expect(batches.flat().map(([key]) => key)).toEqual(MANY)
    }))

  test('a limit holds over batches', () =>
    withStore(factory, async (store) => {
      await putAll(store, MANY)
      using scan = store.scan({ limit: 3 })
      expect([scan.nextBatchSync(2).length, (await scan.nextBatch(2)).length, scan.nextBatchSync(2).length]).toEqual([
        2, 1, 0,
      ])
    }))

  test('leaving a loop closes the scan', () =>
    withStore(factory, async (store) => {
      await putAll(store, MANY)
      const scans = [store.scan(), store.scan()] as const
      for (const _ of scans[0]) break
      for await (const _ of scans[1]) break
      for (const scan of scans) await expectCode(() => scan.nextBatchSync(1), 'CLOSED')
      const failing = store.scan()
      await expect(
        (async () => {
          for await (const _ of failing) throw new Error('from the loop')
        })(),
      ).rejects.toThrow('from the loop')
      await expectCode(() => failing.nextBatch(1), 'CLOSED')
    }))

  test('a scan is read once', () =>
    withStore(factory, async (store) => {
      await putAll(store, ['a', 'b'])
      const scan = store.scan()
      expect([...scan]).toHaveLength(2)
      await expectCode(() => [...scan], 'CLOSED')
      await expectCode(async () => {
        for await (const _ of scan);
      }, 'CLOSED')
      const read = store.scan()
      await read.all()
      await expectCode(() => read.all(), 'CLOSED')
    }))

  test('a scan that is read by keys is not read by entries', () =>
    withStore(factory, async (store) => {
      using scan = store.scan()
      scan.keys()
      await expectCode(() => scan.nextBatchSync(1), 'INVALID_ARGUMENT')
      await expectCode(() => scan.values(), 'INVALID_ARGUMENT')
    }))

  test('closing is harmless twice, and by using', () =>
    withStore(factory, async (store) => {
      const scan = store.scan()
      scan.close()
      scan.close()
      scan[Symbol.dispose]()
      await scan[Symbol.asyncDispose]()
      await expectCode(() => scan.all(), 'CLOSED')
      await expectCode(() => scan.seek('a'), 'CLOSED')
    }))

  test('a signal ends a scan, before it begins or while it is read', () =>
    withStore(factory, async (store) => {
      await putAll(store, MANY)
      await expectCode(() => store.scan({ signal: AbortSignal.abort() }).all(), 'ABORTED')
      const controller = new AbortController()
      const scan = store.scan({ signal: controller.signal })
      let read = 0
      await expectCode(async () => {
        for await (const _ of scan) if (++read === 3) controller.abort()
      }, 'ABORTED')
      expect(read).toBe(3)
      await expectCode(() => scan.nextBatchSync(1), 'ABORTED')
    }))

  test('a long scan lets the event loop turn', () =>
    withStore(factory, async (store) => {
      await putAll(store, MANY)
      let turns = 0
      const count = (): void => {
        turns++
        timer = setImmediate(count)
      }
      let timer = setImmediate(count)
      for await (const _ of store.scan());
      expect(turns).toBeGreaterThan(0)
      turns = 0
      using scan = store.scan()
      while ((await scan.nextBatch(10)).length > 0);
      clearImmediate(timer)
      expect(turns).toBeGreaterThan(0)
    }))

  test('the number of a batch is a positive integer', () =>
    withStore(factory, async (store) => {
      using scan = store.scan()
      for (const n of [0, -1, 1.5, Number.NaN, '1', undefined]) {
        await expectCode(() => scan.nextBatch(n as number), 'INVALID_ARGUMENT')
        await expectCode(() => scan.nextBatchSync(n as number), 'INVALID_ARGUMENT')
      }
    }))
}
