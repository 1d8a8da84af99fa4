import { expect, test } from 'vitest'
import { bytes, type StoreFactory, withStore } from '../../support/contract-store.ts'

export function ownershipSuite(factory: StoreFactory): void {
  test('bytes are copied at the call: the caller may reuse its arrays at once', () =>
    withStore(factory, async (store) => {
      const key = bytes(1, 1)
      const value = bytes(2, 2)
      const writes = [store.put(key, value), store.batch([{ type: 'put', key: key.slice(), value }])]
      key.fill(9)
      value.fill(9)
      await Promise.all(writes)
      expect(store.getSync(bytes(1, 1))).toEqual(bytes(2, 2))
      expect(store.hasSync(bytes(9, 9))).toBe(false)
    }))

  test('so are those of synchronous writes', () =>
    withStore(factory, async (store) => {
      const key = bytes(1)
      const value = new Uint8Array(1000).fill(2)
      store.putSync(key, value)
      key.fill(9)
      value.fill(9)
      expect(store.getSync(bytes(1))).toEqual(new Uint8Array(1000).fill(2))
    }))

  test('a get returns a plain array that owns its memory', () =>
    withStore(factory, async (store) => {
      await store.put('a', Buffer.from('xyz'))
      for (const value of [store.getSync('a'), await store.get('a'), (await store.getMany(['a']))[0]]) {
        expect(Object.getPrototypeOf(value)).toBe(Uint8Array.prototype)
        expect(value?.buffer.byteLength).toBe(3)
      }
    }))

  test('changing what was returned changes nothing in the store', () =>
    withStore(factory, async (store) => {
      await store.put('a', 'xyz')
      const check = (): void => expect(store.scan({ encoding: 'utf8' }).allSync()).toEqual([['a', 'xyz']])
      store.getSync('a')?.fill(0)
      check()
      for (const [key, value] of store.scan()) {
        new Uint8Array(key.buffer).fill(0)
        new Uint8Array(value.buffer).fill(0)
      }
      check()
      for (const key of store.scan().keys()) key.fill(0)
      for (const value of store.scan().values()) value.fill(0)
      for (const [key] of await store.scan().nextBatch(10)) new Uint8Array(key.buffer).fill(0)
      check()
      await store.flush()
      store.getSync('a')?.fill(0)
      for (const [, value] of store.scan()) new Uint8Array(value.buffer).fill(0)
      check()
    }))

  test('what was returned stays as it was when the store changes', () =>
    withStore(factory, async (store) => {
      await store.put('a', 'old')
      const value = store.getSync('a')
      const entries = store.scan().allSync()
      await store.put('a', 'new')
      await store.flush()
      await store.compact()
      expect(value).toEqual(new TextEncoder().encode('old'))
      expect(entries[0]?.[1]).toEqual(value)
    }))
}
