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

  test("Node's Buffer is an encoding, with memory of its own", () =>
    withStore(factory, async (store) => {
      await store.put('a', 'é')
      const value = store.getSync('a', { encoding: 'buffer' })
      expectTypeOf(value).toEqualTypeOf<Buffer | undefined>()
      expect(value).toEqual(Buffer.from('é'))
      expect(value!.buffer.byteLength).toBe(2)
      expect(await store.getMany(['a', 'b'], { encoding: 'buffer' })).toEqual([Buffer.from('é'), undefined])
      expect(store.scan({ encoding: 'buffer' }).allSync()).toEqual([[Buffer.from('a'), Buffer.from('é')]])
    }))

  test('a scan reads keys under one encoding and values under another', () =>
    withStore(factory, async (store) => {
      // Values of every size that a scan treats in a way of its own.
      const sizes = [0, 1, 40, 70_000, 300_000, 3]
      const expected = sizes.map((size, i) => [`k${i}`, Buffer.alloc(size, i)] as const)
      for (const [key, value] of expected) await store.put(key, value)
      const scan = store.scan({ keyEncoding: 'utf8', valueEncoding: 'buffer' })
      expectTypeOf(scan.nextBatchSync).returns.toEqualTypeOf<[key: string, value: Buffer][]>()
      for (const [i, [key, value]] of scan.allSync().entries()) {
        expect([key, value.constructor, value.equals(expected[i]![1])]).toEqual([`k${i}`, Buffer, true])
      }
      const swapped = await store.scan({ encoding: 'utf8', keyEncoding: 'bytes', limit: 3 }).all()
      expectTypeOf(swapped).toEqualTypeOf<[key: Uint8Array, value: string][]>()
      expect(swapped).toEqual(expected.slice(0, 3).map(([key, value]) => [bytes(...Buffer.from(key)), `${value}`]))
      const mixed = { keyEncoding: 'utf8', valueEncoding: 'bytes' } as const
      expect([...store.scan(mixed).keys()]).toEqual(expected.map(([key]) => key))
      const values = [...store.scan({ ...mixed, limit: 3 }).values()]
      expect(values).toEqual(expected.slice(0, 3).map(([, value]) => new Uint8Array(value)))
    }))
}
