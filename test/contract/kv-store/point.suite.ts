import { expect, test } from 'vitest'
import type { Durability } from '../../../src/kv-store/kv-store.ts'
import { bytes, type StoreFactory, withStore } from '../../support/contract-store.ts'

export function pointSuite(factory: StoreFactory): void {
  test('a missing key reads as undefined', () =>
    withStore(factory, async (store) => {
      expect(await store.get('a')).toBeUndefined()
      expect(store.getSync('a')).toBeUndefined()
      expect(await store.has('a')).toBe(false)
      expect(store.hasSync('a')).toBe(false)
      expect(await store.getMany(['a', 'b'])).toEqual([undefined, undefined])
    }))

  for (const durability of ['power', 'process', 'none', undefined] satisfies (Durability | undefined)[]) {
    test(`what is put is read back, with durability ${durability}`, () =>
      withStore(factory, async (store) => {
        await store.put('a', bytes(1, 2, 3), { durability })
        store.putSync('b', bytes(4), { durability })
        expect(store.getSync('a')).toEqual(bytes(1, 2, 3))
        expect(await store.get('b')).toEqual(bytes(4))
        expect(await store.has('a')).toBe(true)
        expect(store.hasSync('b')).toBe(true)
      }))

    test(`what is deleted is gone, with durability ${durability}`, () =>
      withStore(factory, async (store) => {
        await store.batch([
          { type: 'put', key: 'a', value: 'x' },
          { type: 'put', key: 'b', value: 'y' },
        ])
        await store.delete('a', { durability })
        store.deleteSync('b', { durability })
        expect(store.getSync('a')).toBeUndefined()
        expect(await store.get('b')).toBeUndefined()
        expect(store.hasSync('a')).toBe(false)
      }))
  }

  test('a later put replaces an earlier one', () =>
    withStore(factory, async (store) => {
      await store.put('a', 'first')
      await store.put('a', 'second')
      expect(store.getSync('a', { encoding: 'utf8' })).toBe('second')
    }))

  test('deleting a missing key is a write like any other', () =>
    withStore(factory, async (store) => {
      const before = await store.put('a', 'x')
      expect(await store.delete('missing')).toBeGreaterThan(before)
      expect(store.hasSync('a')).toBe(true)
    }))

  test('getMany answers in the order asked, also twice for one key', () =>
    withStore(factory, async (store) => {
      await store.put('a', 'x')
      await store.put('b', 'y')
      const values = await store.getMany(['b', 'missing', 'a', 'b'], { encoding: 'utf8' })
      expect(values).toEqual(['y', undefined, 'x', 'y'])
      expect(await store.getMany([])).toEqual([])
    }))

  test('keys are bytes: strings and arrays of the same bytes are the same key', () =>
    withStore(factory, async (store) => {
      await store.put('é', 'x')
      expect(store.hasSync(bytes(0xc3, 0xa9))).toBe(true)
      expect(store.hasSync(Buffer.from('é'))).toBe(true)
    }))

  test('names that mean something to JavaScript are keys like any other', () =>
    withStore(factory, async (store) => {
      const names = ['__proto__', 'constructor', 'hasOwnProperty', 'toString']
      for (const name of names) expect(store.getSync(name)).toBeUndefined()
      for (const name of names) await store.put(name, `value of ${name}`)
      for (const name of names) expect(store.getSync(name, { encoding: 'utf8' })).toBe(`value of ${name}`)
    }))

  test('a store as such is usable from many callers at once', () =>
    withStore(factory, async (store) => {
      const keys = Array.from({ length: 500 }, (_, i) => `key ${i}`)
      await Promise.all(keys.map((key) => store.put(key, key)))
      const values = await Promise.all(keys.map((key) => store.get(key, { encoding: 'utf8' })))
      expect(values).toEqual(keys)
    }))
}
