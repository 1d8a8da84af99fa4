import { expect, test } from 'vitest'
import { expectCode, putAll, type StoreFactory, withStore } from '../../support/contract-store.ts'

const KEYS = ['b', 'd', 'f', 'h', 'j']

export function scanSeekSuite(factory: StoreFactory): void {
  test('a seek goes on at the first key at or past the target', () =>
    withStore(factory, async (store) => {
      await putAll(store, KEYS)
      using scan = store.scan({ encoding: 'utf8' })
      const next = (target: string): string | undefined => {
        scan.seek(target)
        return scan.nextBatchSync(1)[0]?.[0]
      }
      expect(['d', 'e', '', 'j', 'k', 'a'].map(next)).toEqual(['d', 'f', 'b', 'j', undefined, 'b'])
      expect(scan.nextBatchSync(1)[0]?.[0]).toBe('d')
    }))

  test('in reverse it goes on at the last key at or before it', () =>
    withStore(factory, async (store) => {
      await putAll(store, KEYS)
      using scan = store.scan({ reverse: true, encoding: 'utf8' })
      const next = (target: string): string | undefined => {
        scan.seek(target)
        return scan.nextBatchSync(1)[0]?.[0]
      }
      expect(['d', 'e', '', 'j', 'k', 'a'].map(next)).toEqual(['d', 'd', undefined, 'j', 'j', undefined])
      scan.seek('f')
      expect(scan.nextBatchSync(9).map(([key]) => key)).toEqual(['f', 'd', 'b'])
    }))

  for (const reverse of [false, true]) {
    test(`a seek stays within the bounds, ${reverse ? 'in reverse' : 'forwards'}`, () =>
      withStore(factory, async (store) => {
        await putAll(store, KEYS)
        using scan = store.scan({ gt: 'b', lt: 'j', reverse, encoding: 'utf8' })
        const inside = reverse ? ['h', 'f', 'd'] : ['d', 'f', 'h']
        for (const [before, past] of [reverse ? ['z', 'a'] : ['a', 'z'], reverse ? ['j', 'b'] : ['b', 'j']]) {
          scan.seek(before!)
          expect(scan.nextBatchSync(9).map(([key]) => key)).toEqual(inside)
          scan.seek(past!)
          expect(scan.nextBatchSync(9)).toEqual([])
        }
      }))
  }

  test('a seek in a loop moves the loop', () =>
    withStore(factory, async (store) => {
      await putAll(store, KEYS)
      const seen: string[] = []
      const scan = store.scan({ encoding: 'utf8' })
      for await (const [key] of scan) {
        seen.push(key)
        if (key === 'b') scan.seek('h')
      }
      const back: string[] = []
      const keys = store.scan({ encoding: 'utf8' })
      for (const key of keys.keys()) {
        back.push(key)
        if (back.length === 2) keys.seek('a')
      }
      expect(seen).toEqual(['b', 'h', 'j'])
      expect(back).toEqual(['b', 'd', 'b', 'd', 'f', 'h', 'j'])
    }))

  test('entries returned before a seek count towards the limit', () =>
    withStore(factory, async (store) => {
      await putAll(store, KEYS)
      using scan = store.scan({ limit: 3, encoding: 'utf8' })
      scan.nextBatchSync(2)
      scan.seek('a')
      expect(scan.nextBatchSync(9).map(([key]) => key)).toEqual(['b'])
      scan.seek('a')
      expect(scan.nextBatchSync(9)).toEqual([])
    }))

  test('a seek sees the same view as the scan', () =>
    withStore(factory, async (store) => {
      await putAll(store, KEYS)
      using scan = store.scan({ encoding: 'utf8' })
      scan.nextBatchSync(1)
      await store.put('c', 'new')
      await store.delete('d')
      await store.flush()
      scan.seek('c')
      expect(scan.nextBatchSync(1)).toEqual([['d', 'vd']])
    }))

  test('the target is copied at the call', () =>
    withStore(factory, async (store) => {
      await putAll(store, KEYS)
      using scan = store.scan({ encoding: 'utf8' })
      const target = Buffer.from('h')
      scan.seek(target)
      target.fill(0)
      expect(scan.nextBatchSync(1)).toEqual([['h', 'vh']])
      await expectCode(() => scan.seek(null as unknown as string), 'INVALID_ARGUMENT')
    }))
}
