import { expect, test } from 'vitest'
import { expectCode, putAll, type StoreFactory, withStore } from '../../support/contract-store.ts'

export function snapshotSuite(factory: StoreFactory): void {
  test('a snapshot stays as it was over writes, flush, compaction and clear', () =>
    withStore(factory, async (store) => {
      await putAll(store, ['a', 'b', 'c'])
      using snapshot = store.snapshot()
      const check = async (): Promise<void> => {
        expect(snapshot.getSync('a', { encoding: 'utf8' })).toBe('va')
        expect(await snapshot.get('new')).toBeUndefined()
        expect(await snapshot.getMany(['b', 'c'], { encoding: 'utf8' })).toEqual(['vb', 'vc'])
        expect([await snapshot.has('b'), snapshot.hasSync('new')]).toEqual([true, false])
        expect([...snapshot.scan({ encoding: 'utf8' }).keys()]).toEqual(['a', 'b', 'c'])
        expect([...snapshot.scan({ encoding: 'utf8', reverse: true }).keys()]).toEqual(['c', 'b', 'a'])
      }
      await check()
      await store.put('a', 'changed')
      await store.delete('b')
      await store.put('new', 'x')
      await check()
      await store.flush()
      await check()
      await store.put('c', 'changed')
      await store.compact()
      await check()
      await store.clear()
      await store.compact()
      await check()
      expect(await store.count()).toBe(0)
    }))

  test('the reads of the store read as of a snapshot too', () =>
    withStore(factory, async (store) => {
      await putAll(store, ['a'])
      using snapshot = store.snapshot()
      await store.put('a', 'new')
      await store.put('b', 'new')
      expect(store.getSync('a', { snapshot, encoding: 'utf8' })).toBe('va')
      expect(await store.get('b', { snapshot })).toBeUndefined()
      expect(await store.getMany(['a', 'b'], { snapshot, encoding: 'utf8' })).toEqual(['va', undefined])
      expect([await store.has('b', { snapshot }), store.hasSync('b', { snapshot })]).toEqual([false, false])
      expect(store.scan({ snapshot, encoding: 'utf8' }).allSync()).toEqual([['a', 'va']])
    }))

  test('several snapshots each keep their own view', () =>
    withStore(factory, async (store) => {
      const snapshots = []
      for (let i = 0; i < 5; i++) {
        await store.put('a', String(i))
        snapshots.push(store.snapshot())
        if (i === 2) await store.flush()
      }
      await store.compact()
      const values = snapshots.map((snapshot) => snapshot.getSync('a', { encoding: 'utf8' }))
      expect(values).toEqual(['0', '1', '2', '3', '4'])
      const sequences = snapshots.map((snapshot) => snapshot.sequence)
      expect(sequences).toEqual([...sequences].sort((a, b) => a - b))
      for (const snapshot of snapshots) snapshot.close()
    }))

  test('a scan is a view of its own: what is written meanwhile is not in it', () =>
    withStore(factory, async (store) => {
      const keys = Array.from({ length: 1000 }, (_, i) => String(i).padStart(4, '0'))
      await putAll(store, keys)
      const seen: string[] = []
      for await (const [key, value] of store.scan({ encoding: 'utf8' })) {
        expect(value).toBe(`v${key}`)
        seen.push(key)
        if (seen.length % 100 !== 1) continue
        await store.put(keys[seen.length + 50] ?? 'x', 'changed')
        await store.delete(keys[seen.length + 60] ?? 'x')
        await store.put(`${key} new`, 'new')
        if (seen.length === 401) await store.flush()
        if (seen.length === 601) await store.compact()
      }
      expect(seen).toEqual(keys)
    }))

  test('the view of a scan is fixed when it is made, not when it is first read', () =>
    withStore(factory, async (store) => {
      await putAll(store, ['a'])
      const scan = store.scan({ encoding: 'utf8' })
      await store.put('b', 'new')
      expect(await scan.all()).toEqual([['a', 'va']])
    }))

  test('a closed snapshot is refused, and closing twice is harmless', () =>
    withStore(factory, async (store) => {
      const snapshot = store.snapshot()
      snapshot.close()
      snapshot.close()
      snapshot[Symbol.dispose]()
      await expectCode(() => snapshot.getSync('a'), 'CLOSED')
      await expectCode(() => snapshot.get('a'), 'CLOSED')
      await expectCode(() => snapshot.getMany(['a']), 'CLOSED')
      await expectCode(() => snapshot.has('a'), 'CLOSED')
      await expectCode(() => snapshot.hasSync('a'), 'CLOSED')
      await expectCode(() => snapshot.scan(), 'CLOSED')
      await expectCode(() => store.getSync('a', { snapshot }), 'CLOSED')
    }))

  test('a snapshot of another store is refused', () =>
    withStore(factory, (store) =>
      withStore(factory, async (other) => {
        using snapshot = other.snapshot()
        await expectCode(() => store.getSync('a', { snapshot }), 'INVALID_ARGUMENT')
        await expectCode(() => store.scan({ snapshot }), 'INVALID_ARGUMENT')
      }),
    ))
}
