import { expect, test } from 'vitest'
import { VarveError } from '../../../src/errors.ts'
import type { KeyValueStore } from '../../../src/kv-store/kv-store.ts'
import { expectCode, type StoreFactory, withStore } from '../../support/contract-store.ts'

type Call = (store: KeyValueStore, bad: never) => unknown

/** Every argument that takes bytes. */
const BYTES_CALLS: Record<string, Call> = {
  'put key': (store, bad) => store.put(bad, 'x'),
  'put value': (store, bad) => store.put('a', bad),
  'putSync key': (store, bad) => store.putSync(bad, 'x'),
  'putSync value': (store, bad) => store.putSync('a', bad),
  delete: (store, bad) => store.delete(bad),
  deleteSync: (store, bad) => store.deleteSync(bad),
  'batch key': (store, bad) => store.batch([{ type: 'delete', key: bad }]),
  'batch value': (store, bad) => store.batch([{ type: 'put', key: 'a', value: bad }]),
  batchSync: (store, bad) => store.batchSync([{ type: 'put', key: bad, value: 'x' }]),
  get: (store, bad) => store.get(bad),
  getSync: (store, bad) => store.getSync(bad),
  getMany: (store, bad) => store.getMany(['a', bad]),
  has: (store, bad) => store.has(bad),
  hasSync: (store, bad) => store.hasSync(bad),
}

const NO_BYTES: unknown[] = [
  null,
  undefined,
  7,
  true,
  Symbol('a'),
  () => 'a',
  {},
  [1, 2],
  new Uint16Array(2),
  new ArrayBuffer(2),
  new DataView(new ArrayBuffer(2)),
  Object.create(Uint8Array.prototype),
  'lone \ud800 surrogate',
]

/** Every argument that takes options, and those that take a range. */
const OPTIONS_CALLS: Record<string, Call> = {
  put: (store, bad) => store.put('a', 'x', bad),
  putSync: (store, bad) => store.putSync('a', 'x', bad),
  delete: (store, bad) => store.delete('a', bad),
  deleteSync: (store, bad) => store.deleteSync('a', bad),
  batch: (store, bad) => store.batch([], bad),
  batchSync: (store, bad) => store.batchSync([], bad),
  get: (store, bad) => store.get('a', bad),
  getSync: (store, bad) => store.getSync('a', bad),
  getMany: (store, bad) => store.getMany([], bad),
  has: (store, bad) => store.has('a', bad),
  hasSync: (store, bad) => store.hasSync('a', bad),
  scan: (store, bad) => store.scan(bad),
  'clear range': (store, bad) => store.clear(bad),
  'clear options': (store, bad) => store.clear({}, bad),
  count: (store, bad) => store.count(bad),
  approximateSize: (store, bad) => store.approximateSize(bad),
  'compact range': (store, bad) => store.compact(bad),
  'compact options': (store, bad) => store.compact({}, bad),
}

const NO_OPTIONS: unknown[] = [null, 7, 'durability', [], { unknown: 1 }, { sync: true }, JSON.parse('{"__proto__":1}')]

const BAD_SCANS: object[] = [
  { limit: -1 },
  { limit: 1.5 },
  { limit: '1' },
  { limit: null },
  { reverse: 1 },
  { reverse: null },
  { signal: {} },
  { encoding: 'hex' },
  { snapshot: 7 },
  { snapshot: {} },
  { gt: 7 },
  { gte: null },
  { lt: {} },
  { lte: 'x\udfff' },
  { prefix: [1] },
]

async function expectRefusals(factory: StoreFactory, call: Call, given: readonly unknown[]): Promise<void> {
  await withStore(factory, async (store) => {
    await store.put('a', 'kept')
    for (const bad of given) await expectCode(() => call(store, bad as never), 'INVALID_ARGUMENT')
    await store.sync()
    expect(store.scan({ encoding: 'utf8' }).allSync()).toEqual([['a', 'kept']])
  })
}

export function badInputSuite(factory: StoreFactory): void {
  for (const [name, call] of Object.entries(BYTES_CALLS)) {
    test(`${name}: what is neither bytes nor a well-formed string is refused`, () =>
      expectRefusals(factory, call, NO_BYTES))
  }

  for (const [name, call] of Object.entries(OPTIONS_CALLS)) {
    test(`${name}: what is no options object, or has unknown ones, is refused`, () =>
      expectRefusals(factory, call, NO_OPTIONS))
  }

  test('scan options outside their rules are refused at the call', () =>
    withStore(factory, async (store) => {
      for (const bad of BAD_SCANS) expect(() => store.scan(bad), JSON.stringify(bad)).toThrow(VarveError)
    }))

  test('durabilities and encodings are only those that there are', () =>
    withStore(factory, async (store) => {
      for (const durability of ['fsync', '', null, 1] as never[]) {
        await expectCode(() => store.put('a', 'x', { durability }), 'INVALID_ARGUMENT')
        await expectCode(() => store.deleteSync('a', { durability }), 'INVALID_ARGUMENT')
      }
      for (const encoding of ['utf-8', '', null] as never[]) {
        await expectCode(() => store.getSync('a', { encoding }), 'INVALID_ARGUMENT')
      }
    }))

  test('a batch is an array of puts and deletes, with nothing else in them', () =>
    withStore(factory, async (store) => {
      const operations = [null, 'put', {}, { type: 'merge', key: 'a' }, { type: 'put', key: 'a', value: 'x', ttl: 1 }]
      for (const operation of operations as never[]) {
        await expectCode(() => store.batch([operation]), 'INVALID_ARGUMENT')
        await expectCode(() => store.batchSync([operation]), 'INVALID_ARGUMENT')
      }
      for (const bad of [null, undefined, {}, 'put', new Map()] as never[]) {
        await expectCode(() => store.batch(bad), 'INVALID_ARGUMENT')
        await expectCode(() => store.getMany(bad), 'INVALID_ARGUMENT')
      }
    }))

  test('an option that is undefined is absent', () =>
    withStore(factory, async (store) => {
      await store.put('a', 'x', { durability: undefined })
      expect(store.getSync('a', { encoding: undefined, snapshot: undefined })).toBeInstanceOf(Uint8Array)
      expect(
        store.scan({ gt: undefined, limit: undefined, reverse: undefined, signal: undefined }).allSync(),
      ).toHaveLength(1)
    }))

  test('a message never holds what the user stores', () =>
    withStore(factory, async (store) => {
      const error = await store.put('a', 'secret \ud800').catch((thrown: unknown) => thrown as Error)
      expect(error).toBeInstanceOf(VarveError)
      expect(String(error)).not.toContain('secret')
    }))
}
