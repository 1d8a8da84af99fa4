import { expect, test } from 'vitest'
import type { KeyValueStore } from '../../../src/kv-store/kv-store.ts'
import { expectCode, putAll, type StoreFactory, withStore } from '../../support/contract-store.ts'

/** The paths of all numbers in a report; anything else in it fails. */
function numbersOf(report: object, path = ''): [string, number][] {
  return Object.entries(report).flatMap(([name, value]): [string, number][] => {
    const here = path === '' ? name : `${path}.${name}`
    if (typeof value === 'object' && value !== null) return numbersOf(value, here)
    expect(typeof value, here).toBe('number')
    return [[here, value as number]]
  })
}

const STATISTICS = [
  'sequence userBytes writtenBytes.wal writtenBytes.flush writtenBytes.compaction writtenBytes.manifest',
  'writeAmplification writeAmplificationWithoutWal spaceAmplification readAmplification memtableBytes',
  'blockCache.hits blockCache.misses blockCache.bytes filters.probes filters.negatives filters.falsePositives',
  'filters.bytes indexBytes syncs stalls.count stalls.milliseconds openFiles openSnapshots openScans pendingBytes',
  'flushes compactions droppedBytes largestSliceBytes uptimeMs',
  'commits.groups commits.failedWrites commits.overloadedWrites latency.put.p50Ms latency.sync.maxMs',
]
  .join(' ')
  .split(' ')

async function fill(store: KeyValueStore): Promise<[string, string][]> {
  await putAll(store, ['a', 'b', 'c', 'd', 'e'])
  await store.flush()
  await store.delete('b')
  await store.put('c', 'changed')
  await store.put('f', 'vf', { durability: 'none' })
  return ['a', 'c', 'd', 'e', 'f'].map((key) => [key, key === 'c' ? 'changed' : `v${key}`])
}

export function maintenanceSuite(factory: StoreFactory): void {
  test('sync, flush and compaction change nothing that a reader sees', () =>
    withStore(factory, async (store) => {
      const expected = await fill(store)
      const steps = [
        () => store.sync(),
        () => store.flush(),
        () => store.compact({ gte: 'b', lt: 'd' }),
        () => store.compact(),
        () => store.compact({ gt: 'z' }),
        () => store.flush(),
      ]
      for (const step of steps) {
        expect(await step()).toBeUndefined()
        expect([...store.scan({ encoding: 'utf8' })]).toEqual(expected)
        expect([...store.scan({ encoding: 'utf8', reverse: true })]).toEqual([...expected].reverse())
        expect(store.hasSync('b')).toBe(false)
      }
    }))

  test('they may be asked for all at once, and of an empty store', () =>
    withStore(factory, async (store) => {
      await Promise.all([store.compact(), store.flush(), store.sync()])
      const expected = await fill(store)
      await Promise.all([store.flush(), store.compact(), store.put('g', 'vg'), store.sync(), store.flush()])
      expect([...store.scan({ encoding: 'utf8' })]).toEqual([...expected, ['g', 'vg']])
    }))

  test('an aborted compaction is ABORTED and changes nothing', () =>
    withStore(factory, async (store) => {
      const expected = await fill(store)
      await expectCode(() => store.compact(undefined, { signal: AbortSignal.abort() }), 'ABORTED')
      expect([...store.scan({ encoding: 'utf8' })]).toEqual(expected)
    }))

  test('verify finds nothing wrong with a sound store', () =>
    withStore(factory, async (store) => {
      await fill(store)
      for (const step of [() => store.verify(), () => store.flush().then(() => store.verify())]) {
        const report = await step()
        expect(report.problems).toEqual([])
        for (const name of ['files', 'bytes', 'entries'] as const) expect(report[name]).toBeGreaterThanOrEqual(0)
      }
    }))

  test('resume of a store that takes writes does nothing', () =>
    withStore(factory, async (store) => {
      await store.resume()
      await store.put('a', 'x')
      expect(store.hasSync('a')).toBe(true)
    }))

  test('statistics are numbers of at least 0, and all of them are there', () =>
    withStore(factory, async (store) => {
      for (let round = 0; round < 2; round++) {
        const { state, ...rest } = store.stats()
        expect(state).toBe('writable')
        const numbers = new Map(numbersOf(rest))
        for (const name of STATISTICS) expect(numbers.get(name), name).toBeGreaterThanOrEqual(0)
        expect(Array.isArray(store.stats().levels)).toBe(true)
        await fill(store)
      }
    }))

  test('user bytes are those of keys and values of accepted operations', () =>
    withStore(factory, async (store) => {
      await store.put('abc', '12345')
      await store.delete('abc')
      await store.batch([{ type: 'put', key: 'é', value: '' }])
      await store.put('a', null as unknown as string).catch(() => undefined)
      expect(store.stats().userBytes).toBe(8 + 3 + 2)
    }))

  test('the report of opening has its fields', () =>
    withStore(factory, async (store) => {
      expect(store.recovery.databaseId).toMatch(/^[0-9a-f]{32}$/)
      expect(store.recovery).toMatchObject({ created: true, droppedBytes: 0, operationsReplayed: 0 })
      expect(store.recovery.logs).toBeInstanceOf(Array)
      expect(store.recovery.downgrades).toBeInstanceOf(Array)
    }))
}
