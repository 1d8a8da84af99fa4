import { expect, expectTypeOf, test } from 'vitest'
import { bytes, type StoreFactory, withStore } from '../../support/contract-store.ts'

export function encodingSuite(factory: StoreFactory): void {
  test('reads return bytes unless told otherwise', () =>
    withStore(factory, async (store) => {
      await store.put('a', 'é')
      const value = store.getSync('a')
      expectTypeOf(value).toEqualTypeOf<Uint8Array | undefined>()
      expect(value).toEqual(bytes(0xc3, 0xa9))
      const entries = await store.scan().all()
      expectTypeOf(entries[0]![0]).toEqualTypeOf<Uint8Array>()
      expect(entries).toEqual([[bytes(0x61), bytes(0xc3, 0xa9)]])
    }))

  test('every read takes an encoding of its own', () =>
    withStore(factory, async (store) => {
      await store.put('ключ', 'значение 🗝')
      const options = { encoding: 'utf8' } as const
      const value = store.getSync('ключ', options)
      expectTypeOf(value).toEqualTypeOf<string | undefined>()
      expect(value).toBe('значение 🗝')
      expect(await store.get('ключ', options)).toBe('значение 🗝')
      expect(await store.getMany(['ключ'], options)).toEqual(['значение 🗝'])
      const entries = store.scan(options).allSync()
      expectTypeOf(entries[0]![1]).toEqualTypeOf<string>()
      expect(entries).toEqual([['ключ', 'значение 🗝']])
      using snapshot = store.snapshot()
      expect(snapshot.getSync('ключ', options)).toBe('значение 🗝')
      expect([...snapshot.scan(options).values()]).toEqual(['значение 🗝'])
    }))

  test("the store's encoding is the default of its reads and of its snapshots'", () =>
    withStore(
      factory,
      async (store) => {
        await store.put('a', 'é')
        using snapshot = store.snapshot()
        expect([store.getSync('a'), await store.get('a'), snapshot.getSync('a')]).toEqual(['é', 'é', 'é'])
        expect([...store.scan()]).toEqual([['a', 'é']])
        expect([...snapshot.scan().keys()]).toEqual(['a'])
        expect(store.getSync('a', { encoding: 'bytes' })).toEqual(bytes(0xc3, 0xa9))
      },
      { encoding: 'utf8' },
    ))

  test('bytes that are not UTF-8 read as replacement characters, and a byte order mark stays', () =>
    withStore(factory, async (store) => {
      await store.put('bad', bytes(0x61, 0xff, 0x62))
      await store.put('mark', bytes(0xef, 0xbb, 0xbf, 0x61))
      expect(store.getSync('bad', { encoding: 'utf8' })).toBe('a\ufffdb')
      expect(store.getSync('mark', { encoding: 'utf8' })).toBe('\ufeffa')
      expect(store.getSync('bad')).toEqual(bytes(0x61, 0xff, 0x62))
    }))
}
