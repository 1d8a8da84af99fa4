import { expect, test } from 'vitest'
import { MAX_KEY_BYTES } from '../../../src/key/internal-key.ts'
import { bytes, expectCode, type StoreFactory, withStore } from '../../support/contract-store.ts'

export function sizeSuite(factory: StoreFactory): void {
  test('the empty key and the empty value are legal', () =>
    withStore(factory, async (store) => {
      await store.put('', '')
      await store.put('a', bytes())
      expect(store.getSync('')).toEqual(bytes())
      expect(store.hasSync(bytes())).toBe(true)
      expect(store.scan({ encoding: 'utf8' }).allSync()).toEqual([
        ['', ''],
        ['a', ''],
      ])
      await store.delete('')
      expect(store.hasSync('')).toBe(false)
    }))

  test('a key of 64 KiB is legal and one byte more is not', () =>
    withStore(factory, async (store) => {
      const key = new Uint8Array(MAX_KEY_BYTES).fill(7)
      await store.put(key, 'x')
      await store.flush()
      expect(store.getSync(key, { encoding: 'utf8' })).toBe('x')
      expect(store.scan({ gte: key, lte: key }).allSync()).toHaveLength(1)
      expect(store.scan({ gt: key }).allSync()).toHaveLength(0)
      const longer = new Uint8Array(MAX_KEY_BYTES + 1)
      await expectCode(() => store.put(longer, 'x'), 'INVALID_ARGUMENT')
      await expectCode(() => store.putSync('x'.repeat(MAX_KEY_BYTES + 1), 'x'), 'INVALID_ARGUMENT')
      await expectCode(() => store.getSync('é'.repeat(MAX_KEY_BYTES / 2 + 1)), 'INVALID_ARGUMENT')
    }))

  test('values of many sizes around powers of two come back whole', () =>
    withStore(factory, async (store) => {
      const sizes = [0, 1, 31, 32, 33, 127, 128, 4095, 4096, 4097, 65_535, 65_536, 65_537, 300_000]
      const value = (size: number): Uint8Array => Uint8Array.from({ length: size }, (_, i) => (i * 31 + size) & 0xff)
      await Promise.all(sizes.map((size) => store.put(`size ${size}`, value(size))))
      const check = (): void => {
        for (const size of sizes) {
          expect(Buffer.compare(store.getSync(`size ${size}`) as Uint8Array, value(size))).toBe(0)
        }
        expect(store.scan().allSync()).toHaveLength(sizes.length)
      }
      check()
      await store.flush()
      check()
    }))

  test('a value of several megabytes comes back whole', () =>
    withStore(factory, async (store) => {
      const value = new Uint8Array(5 << 20).fill(3)
      value[4_000_000] = 4
      await store.put('large', value)
      expect(Buffer.compare(store.getSync('large') as Uint8Array, value)).toBe(0)
      const entries = store.scan().allSync()
      expect(Buffer.compare(entries[0]![1], value)).toBe(0)
    }))
}
