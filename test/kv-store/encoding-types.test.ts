import { describe, expect, expectTypeOf, test } from 'vitest'
import { openBTree } from '../../src/btree/btree.ts'
import { type KeyValueStore, MemoryFileSystem, open, type Scan, type Snapshot } from '../../src/index.ts'

const fileSystem = new MemoryFileSystem()
const asText = { fileSystem, encoding: 'utf8' } as const

// The compiler is the test: each line that must not compile says so.
class Service {
  db: KeyValueStore<'utf8'> | undefined
  async init(): Promise<void> {
    // @ts-expect-error the encoding is forgotten
    this.db = await open('/s', { fileSystem })
    // @ts-expect-error the same of the B-tree
    this.db = await openBTree('/b', { fileSystem })
  }
}

function forget(text: KeyValueStore<'utf8'>, bytes: KeyValueStore): unknown[] {
  // @ts-expect-error a store of strings is none of bytes
  const store: KeyValueStore = text
  // @ts-expect-error and its snapshots are none of bytes
  const snapshot: Snapshot<'bytes'> = text.snapshot()
  // @ts-expect-error what a scan is called does not change what it returns
  const scan: Scan<'utf8'> = bytes.scan({ limit: 3 })
  // @ts-expect-error nor does the name of a promise
  const value: Promise<string | undefined> = bytes.get('a')
  // Who wants none in particular may have any.
  const any: KeyValueStore<'bytes' | 'buffer' | 'utf8'> = text
  return [store, snapshot, scan, value, any]
}

describe('the encoding of a store', () => {
  test('cannot be forgotten where its type is written down', () => {
    expect([Service, forget]).toHaveLength(2)
  })

  test('stays what it is where a read names none, or undefined', async () => {
    await using db = await open('/typed', asText)
    expectTypeOf(db).toEqualTypeOf<KeyValueStore<'utf8'>>()
    await db.put('a', '1')
    const value = await db.get('a', { encoding: undefined })
    expectTypeOf(value).toEqualTypeOf<string | undefined>()
    const [first] = await db.getMany(['a'], { snapshot: undefined })
    expectTypeOf(first).toEqualTypeOf<string | undefined>()
    const keys = db.scan({ limit: 1, encoding: undefined, keyEncoding: undefined }).keys().allSync()
    expectTypeOf(keys).toEqualTypeOf<string[]>()
    const mixed = db.scan({ valueEncoding: 'buffer' }).allSync()
    expectTypeOf(mixed).toEqualTypeOf<[string, Buffer][]>()
    expect([value, first, keys, mixed]).toEqual(['1', '1', ['a'], [['a', Buffer.from('1')]]])
  })
})
