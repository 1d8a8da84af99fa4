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

  test('changing a value that was returned changes no other, whatever their length', () =>
    withStore(factory, async (store) => {
      const lengths = [0, 1, 64, 65, 100, 1000, 1024, 1025, 5000]
      for (const length of lengths) await store.put(`k${length}`, new Uint8Array(length).fill(7))
      await store.flush()
      for (const encoding of ['bytes', 'buffer'] as const) {
        const keys = lengths.map((length) => `k${length}`)
        const before = keys.map((key) => store.getSync(key, { encoding })!)
        const changed = [...keys.map((key) => store.getSync(key, { encoding })!), ...(await store.getMany(keys))]
        const after = keys.map((key) => store.getSync(key, { encoding })!)
        for (const value of changed) value!.fill(9)
        for (const values of [before, after, keys.map((key) => store.getSync(key, { encoding })!)]) {
          for (const [i, value] of values.entries()) {
            expect(value.length).toBe(lengths[i])
            expect(value.every((byte) => byte === 7)).toBe(true)
          }
        }
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
