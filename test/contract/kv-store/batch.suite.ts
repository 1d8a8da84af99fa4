import { expect, test } from 'vitest'
import type { BatchOperation } from '../../../src/kv-store/kv-store.ts'
import { expectCode, type StoreFactory, turn, withStore } from '../../support/contract-store.ts'

const MIXED: BatchOperation[] = [
  { type: 'put', key: 'a', value: '1' },
  { type: 'put', key: 'b', value: '2' },
  { type: 'delete', key: 'old' },
]

export function batchSuite(factory: StoreFactory): void {
  test('a batch applies all its operations', () =>
    withStore(factory, async (store) => {
      await store.put('old', 'x')
      await store.batch(MIXED)
      expect(await store.getMany(['a', 'b', 'old'], { encoding: 'utf8' })).toEqual(['1', '2', undefined])
    }))

  test('so does a synchronous one', () =>
    withStore(factory, async (store) => {
      store.putSync('old', 'x')
      store.batchSync(MIXED)
      expect(await store.getMany(['a', 'b', 'old'], { encoding: 'utf8' })).toEqual(['1', '2', undefined])
    }))

  test('of two operations on one key the later one wins', () =>
    withStore(factory, async (store) => {
      await store.batch([
        { type: 'put', key: 'a', value: '1' },
        { type: 'delete', key: 'a' },
        { type: 'delete', key: 'b' },
        { type: 'put', key: 'b', value: '1' },
        { type: 'put', key: 'b', value: '2' },
      ])
      expect(await store.getMany(['a', 'b'], { encoding: 'utf8' })).toEqual([undefined, '2'])
    }))

  test('a refused operation refuses the whole batch', () =>
    withStore(factory, async (store) => {
      const bad = [
        { type: 'put', key: 'a', value: '1' },
        { type: 'put', key: 'b' },
      ] as BatchOperation[]
      await expectCode(() => store.batch(bad), 'INVALID_ARGUMENT')
      await expectCode(() => store.batchSync(bad), 'INVALID_ARGUMENT')
      await store.sync()
      expect(store.hasSync('a')).toBe(false)
    }))

  test("an empty batch writes nothing and resolves with the store's sequence", () =>
    withStore(factory, async (store) => {
      const sequence = await store.put('a', '1')
      expect(await store.batch([])).toBe(sequence)
      expect(store.batchSync([])).toBe(sequence)
      expect(store.stats().sequence).toBe(sequence)
    }))

  test('a batch becomes visible as a whole', () =>
    withStore(factory, async (store) => {
      const keys = Array.from({ length: 100 }, (_, i) => `k${i}`)
      const write = store.batch(keys.map((key) => ({ type: 'put', key, value: key })))
      let done = false
      const watch = (async () => {
        while (!done) {
          const count = await store.count()
          expect([0, keys.length]).toContain(count)
          await turn()
        }
      })()
      await write
      expect(await store.count()).toBe(keys.length)
      done = true
      await watch
    }))

  test('a batch that is changed after the call is written as it was', () =>
    withStore(factory, async (store) => {
      const operations: BatchOperation[] = [{ type: 'put', key: 'a', value: '1' }]
      const write = store.batch(operations)
      operations[0] = { type: 'put', key: 'a', value: '2' }
      operations.push({ type: 'put', key: 'b', value: '2' })
      await write
      expect(await store.getMany(['a', 'b'], { encoding: 'utf8' })).toEqual(['1', undefined])
    }))

  test('a property that changes from read to read is read once', () =>
    withStore(factory, async (store) => {
      let reads = 0
      const operation = {
        type: 'put' as const,
        value: '1',
        get key() {
          return ++reads === 1 ? 'a' : (undefined as unknown as string)
        },
      }
      await store.batch([operation])
      expect(store.hasSync('a')).toBe(true)
      expect(reads).toBe(1)
    }))
}
