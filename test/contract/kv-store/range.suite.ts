import { expect, test } from 'vitest'
import type { KeyRange } from '../../../src/kv-store/kv-store.ts'
import { expectCode, putAll, type StoreFactory, withStore } from '../../support/contract-store.ts'

const KEYS = ['a', 'b', 'ba', 'bb', 'c', 'd']
const RANGES: KeyRange[] = [
  {},
  { gt: 'b' },
  { gte: 'b', lt: 'c' },
  { prefix: 'b' },
  { lte: 'ba' },
  { gt: 'c', lt: 'b' },
  { prefix: 'b', gt: 'b' },
]

export function rangeSuite(factory: StoreFactory): void {
  test('count counts the keys of a range', () =>
    withStore(factory, async (store) => {
      await putAll(store, KEYS)
      await store.put('a', 'again')
      expect(await store.count()).toBe(6)
      const counts = await Promise.all(RANGES.map((range) => store.count(range)))
      expect(counts).toEqual([6, 4, 3, 3, 3, 0, 2])
    }))

  for (const range of [undefined, ...RANGES]) {
    for (const flushed of [false, true]) {
      test(`clear(${JSON.stringify(range)}) deletes the range and nothing else${flushed ? ', after a flush' : ''}`, () =>
        withStore(factory, async (store) => {
          await putAll(store, KEYS)
          if (flushed) await store.flush()
          const doomed = [...store.scan({ ...range, encoding: 'utf8' }).keys()]
          expect(await store.clear(range)).toBeUndefined()
          const left = KEYS.filter((key) => !doomed.includes(key))
          expect([...store.scan({ encoding: 'utf8' }).keys()]).toEqual(left)
          expect(await store.count()).toBe(left.length)
          expect(KEYS.filter((key) => store.hasSync(key))).toEqual(left)
        }))
    }
  }

  test('clear refuses a range that names only what is undefined, and deletes nothing', () =>
    withStore(factory, async (store) => {
      await putAll(store, KEYS)
      await expectCode(() => store.clear({ prefix: undefined }), 'INVALID_ARGUMENT')
      await expectCode(() => store.clear({ prefix: '' }), 'INVALID_ARGUMENT')
      await expectCode(() => store.clear({ prefix: new Uint8Array(0), gte: 'a' }), 'INVALID_ARGUMENT')
      expect(await store.count()).toBe(KEYS.length)
    }))

  test('a key that was cleared can be put again', () =>
    withStore(factory, async (store) => {
      await putAll(store, KEYS)
      await store.clear({ prefix: 'b' }, { durability: 'none' })
      await store.put('ba', 'again')
      await store.flush()
      expect([...store.scan({ encoding: 'utf8' }).keys()]).toEqual(['a', 'ba', 'c', 'd'])
    }))

  test('the approximate size is never negative and never smaller for a wider range', () =>
    withStore(factory, async (store) => {
      expect(store.approximateSize()).toBeGreaterThanOrEqual(0)
      const keys = Array.from({ length: 300 }, (_, i) => `k${String(i).padStart(3, '0')}`)
      await store.batch(keys.map((key) => ({ type: 'put', key, value: new Uint8Array(300) })))
      await store.flush()
      const sizes = [50, 100, 200, 299].map((i) => store.approximateSize({ lte: keys[i] as string }))
      expect(sizes).toEqual([...sizes].sort((a, b) => a - b))
      expect(sizes[0]).toBeGreaterThanOrEqual(0)
      expect(store.approximateSize()).toBeGreaterThanOrEqual(sizes.at(-1) as number)
      expect(store.approximateSize()).toBeGreaterThan(0)
      expect(store.approximateSize({ gt: 'z', lt: 'a' })).toBe(0)
    }))
}
