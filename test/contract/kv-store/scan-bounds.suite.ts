import { expect, test } from 'vitest'
import { compareBytes } from '../../../src/bytes/compare.ts'
import type { KeyRange, KeyValueStore } from '../../../src/kv-store/kv-store.ts'
import { bytes, putAll, type StoreFactory, withStore } from '../../support/contract-store.ts'

const KEYS = ['', 'a', 'a\0', 'aa', 'ab', 'b', 'ba', 'c', 'ca', 'd']

function scanned(store: KeyValueStore, range: KeyRange, reverse = false): string[] {
  return [...store.scan({ ...range, reverse, encoding: 'utf8' }).keys()]
}

/** Every combination of bounds that two probes allow, and what it must find. */
function* ranges(): Generator<{ range: KeyRange; holds: (key: string) => boolean }> {
  const lowers = [undefined, 'gt', 'gte'] as const
  const uppers = [undefined, 'lt', 'lte'] as const
  const probes = ['', 'a', 'ab', 'az', 'c', 'zz']
  for (const lower of lowers)
    for (const upper of uppers)
      for (const low of lower === undefined ? [''] : probes)
        for (const high of upper === undefined ? [''] : probes) {
          const range = { ...(lower && { [lower]: low }), ...(upper && { [upper]: high }) }
          const holds = (key: string): boolean =>
            (lower === undefined || (lower === 'gt' ? key > low : key >= low)) &&
            (upper === undefined || (upper === 'lt' ? key < high : key <= high))
          yield { range, holds }
        }
}

export function scanBoundsSuite(factory: StoreFactory): void {
  for (const flushed of [false, true]) {
    test(`every combination of bounds finds its keys in both directions${flushed ? ', after a flush' : ''}`, () =>
      withStore(factory, async (store) => {
        await putAll(store, KEYS)
        if (flushed) await store.flush()
        for (const { range, holds } of ranges()) {
          const expected = KEYS.filter(holds)
          expect(scanned(store, range), JSON.stringify(range)).toEqual(expected)
          expect(scanned(store, range, true), JSON.stringify(range)).toEqual(expected.reverse())
        }
      }))
  }

  test('gte wins over gt and lte over lt', () =>
    withStore(factory, async (store) => {
      await putAll(store, KEYS)
      expect(scanned(store, { gte: 'b', gt: 'c' })).toEqual(['b', 'ba', 'c', 'ca', 'd'])
      expect(scanned(store, { gte: 'c', gt: 'a' })).toEqual(['c', 'ca', 'd'])
      expect(scanned(store, { lte: 'a', lt: 'c' })).toEqual(['', 'a'])
      expect(scanned(store, { lte: 'c', lt: 'a' })).toEqual(['', 'a', 'a\0', 'aa', 'ab', 'b', 'ba', 'c'])
    }))

  test('an inverted range is empty', () =>
    withStore(factory, async (store) => {
      await putAll(store, KEYS)
      expect(scanned(store, { gt: 'c', lt: 'a' })).toEqual([])
      expect(scanned(store, { gte: 'c', lte: 'a' }, true)).toEqual([])
      expect(scanned(store, { gt: 'a', lt: 'a' })).toEqual([])
      expect(scanned(store, { gte: 'a', lte: 'a' })).toEqual(['a'])
      expect(scanned(store, { lt: '' })).toEqual([])
    }))

  test('a prefix finds the keys that begin with it, itself included', () =>
    withStore(factory, async (store) => {
      await putAll(store, KEYS)
      expect(scanned(store, { prefix: 'a' })).toEqual(['a', 'a\0', 'aa', 'ab'])
      expect(scanned(store, { prefix: 'a' }, true)).toEqual(['ab', 'aa', 'a\0', 'a'])
      expect(scanned(store, { prefix: '' })).toEqual(KEYS)
      expect(scanned(store, { prefix: 'zz' })).toEqual([])
    }))

  test('a prefix and bounds intersect', () =>
    withStore(factory, async (store) => {
      await putAll(store, KEYS)
      expect(scanned(store, { prefix: 'a', gt: 'a\0' })).toEqual(['aa', 'ab'])
      expect(scanned(store, { prefix: 'a', gte: '', lt: 'ab' })).toEqual(['a', 'a\0', 'aa'])
      expect(scanned(store, { prefix: 'c', lte: 'zz' }, true)).toEqual(['ca', 'c'])
      expect(scanned(store, { prefix: 'a', gte: 'b' })).toEqual([])
    }))

  test('a prefix of 0xff bytes has no end', () =>
    withStore(factory, async (store) => {
      const keys = [bytes(0xfe, 0xff), bytes(0xff), bytes(0xff, 0), bytes(0xff, 0xff), bytes(0xff, 0xff, 0xff)]
      await store.batch(keys.map((key) => ({ type: 'put', key, value: 'x' })))
      expect([...store.scan({ prefix: bytes(0xff, 0xff) }).keys()]).toEqual(keys.slice(3))
      expect([...store.scan({ prefix: bytes(0xff), reverse: true }).keys()]).toEqual(keys.slice(1).reverse())
    }))

  test('the order is that of unsigned bytes', () =>
    withStore(factory, async (store) => {
      const keys = [bytes(0x80), bytes(), bytes(0xff), bytes(0), bytes(0x7f, 0xff), bytes(0x7f), bytes(0, 0)]
      await store.batch(keys.map((key) => ({ type: 'put', key, value: 'x' })))
      expect([...store.scan().keys()]).toEqual([...keys].sort(compareBytes))
    }))

  test('a limit counts entries, from either end', () =>
    withStore(factory, async (store) => {
      await putAll(store, KEYS)
      expect([...store.scan({ limit: 0 })]).toEqual([])
      expect([...store.scan({ limit: 1, encoding: 'utf8' }).keys()]).toEqual([''])
      expect([...store.scan({ limit: 2, gt: 'a', reverse: true, encoding: 'utf8' }).keys()]).toEqual(['d', 'ca'])
      expect([...store.scan({ limit: 100 })]).toHaveLength(KEYS.length)
    }))

  test('the bounds are those of the call: the caller may reuse its arrays', () =>
    withStore(factory, async (store) => {
      await putAll(store, ['a', 'b', 'c'])
      const bound = Buffer.from('b')
      const scans = [store.scan({ gte: bound }), store.scan({ lt: bound }), store.scan({ prefix: bound })]
      bound.fill(0)
      expect(scans.map((scan) => scan.allSync().length)).toEqual([2, 1, 1])
    }))
}
