import { expect, test } from 'vitest'
import type { Durability } from '../../../src/kv-store/kv-store.ts'
import { type StoreFactory, withStore } from '../../support/contract-store.ts'

const DURABILITIES: Durability[] = ['none', 'power', 'process', 'none', 'none', 'power', 'process']

export function commitOrderSuite(factory: StoreFactory): void {
  test('sequences grow with every write and are what the store and a snapshot tell', () =>
    withStore(factory, async (store) => {
      const sequences = [
        await store.put('a', '1'),
        store.putSync('b', '1'),
        await store.delete('a'),
        store.deleteSync('b'),
        await store.batch([{ type: 'put', key: 'c', value: '1' }]),
        store.batchSync([{ type: 'put', key: 'd', value: '1' }]),
      ]
      expect(sequences).toEqual([...sequences].sort((a, b) => a - b))
      expect(new Set(sequences).size).toBe(sequences.length)
      expect(store.stats().sequence).toBe(sequences.at(-1))
      using snapshot = store.snapshot()
      expect(snapshot.sequence).toBe(sequences.at(-1))
    }))

  test('writes resolve in the order they were called, over all durabilities', () =>
    withStore(factory, async (store) => {
      const resolved: number[] = []
      const writes = Array.from({ length: 70 }, async (_, i) => {
        const sequence = await store.put('a', String(i), { durability: DURABILITIES[i % DURABILITIES.length] })
        resolved.push(i)
        return sequence
      })
      const sequences = await Promise.all(writes)
      expect(resolved).toEqual(writes.map((_, i) => i))
      expect(sequences).toEqual([...sequences].sort((a, b) => a - b))
      expect(store.getSync('a', { encoding: 'utf8' })).toBe('69')
    }))

  // A write of durability 'none' may resolve at once, and be visible right then.
  for (const durability of ['power', 'process'] satisfies Durability[]) {
    test(`a write with durability ${durability} is not visible before it resolves`, () =>
      withStore(factory, async (store) => {
        await store.put('a', 'old')
        const write = store.put('a', 'new', { durability })
        expect(store.getSync('a', { encoding: 'utf8' })).toBe('old')
        expect(store.scan({ encoding: 'utf8' }).allSync()).toEqual([['a', 'old']])
        using snapshot = store.snapshot()
        await write
        expect(store.getSync('a', { encoding: 'utf8' })).toBe('new')
        expect(snapshot.getSync('a', { encoding: 'utf8' })).toBe('old')
      }))
  }

  test('a write behind one with a stronger durability is not visible before that one', () =>
    withStore(factory, async (store) => {
      let strongResolved = false
      const strong = store.put('a', '1', { durability: 'power' }).then(() => {
        strongResolved = true
      })
      const weak = store.put('b', '1', { durability: 'none' }).then(() => {
        expect(strongResolved).toBe(true)
        expect(store.hasSync('a')).toBe(true)
      })
      expect(store.hasSync('b')).toBe(false)
      await Promise.all([strong, weak])
    }))

  test('a synchronous write commits what is pending first', () =>
    withStore(factory, async (store) => {
      const pending = store.put('a', 'pending')
      const sequence = store.putSync('b', 'sync')
      expect(store.getSync('a', { encoding: 'utf8' })).toBe('pending')
      expect(store.getSync('b', { encoding: 'utf8' })).toBe('sync')
      expect(await pending).toBeLessThan(sequence)
    }))

  test('a synchronous write to a key that a pending one writes too comes last', () =>
    withStore(factory, async (store) => {
      const pending = [store.put('a', '1'), store.put('a', '2', { durability: 'none' })]
      store.putSync('a', '3')
      await Promise.all(pending)
      expect(store.getSync('a', { encoding: 'utf8' })).toBe('3')
    }))

  test('getMany answers as of one instant', () =>
    withStore(factory, async (store) => {
      for (let i = 0; i < 20; i++) {
        const value = String(i)
        const write = store.batch([
          { type: 'put', key: 'a', value },
          { type: 'put', key: 'b', value },
        ])
        const [a, b] = await store.getMany(['a', 'b'], { encoding: 'utf8' })
        expect(a).toBe(b)
        await write
      }
    }))

  test('clear takes its place in the order of calls', () =>
    withStore(factory, async (store) => {
      await store.put('a', 'before')
      const writes = [store.put('b', 'pending'), store.clear(), store.put('a', 'after')]
      await Promise.all(writes)
      expect(await store.scan({ encoding: 'utf8' }).all()).toEqual([['a', 'after']])
    }))
}
