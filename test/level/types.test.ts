import type { ClassicLevel, DatabaseOptions, OpenOptions } from 'classic-level'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { MemoryFileSystem } from '../../src/index.ts'
import type * as varve from '../../src/level/varve-level.ts'
import { VarveLevel } from '../../src/level/varve-level.ts'

/** What is typed without naming the class itself, and can be compared as it is. */
type Comparable =
  | ('get' | 'getSync' | 'getMany' | 'has' | 'hasMany' | 'put' | 'del' | 'clear' | 'snapshot')
  | ('approximateSize' | 'compactRange' | 'getProperty' | 'location' | 'status' | 'supports' | 'open' | 'close')

// The compiler is the test: each line has one type where another is asked for.
const database = (db: VarveLevel): Pick<ClassicLevel, Comparable> => db
const typed = (db: VarveLevel<number, { a: string }>): Pick<ClassicLevel<number, { a: string }>, Comparable> => db
const destroy: typeof ClassicLevel.destroy = VarveLevel.destroy
const repair: typeof ClassicLevel.repair = VarveLevel.repair
const databaseOptions = (options: DatabaseOptions<string, number>): varve.DatabaseOptions<string, number> => options
const openOptions = (options: OpenOptions): varve.OpenOptions => options

describe('the types of VarveLevel', () => {
  test('are those of ClassicLevel', () => {
    expect([database, typed, destroy, repair, databaseOptions, openOptions]).toHaveLength(6)
  })

  test('infer keys and values, and know the options of LevelDB', async () => {
    const fileSystem = new MemoryFileSystem()
    await using db = new VarveLevel<string, { n: number }>('/types', { valueEncoding: 'json', fileSystem })
    await db.batch([{ type: 'put', key: 'a', value: { n: 1 } }], { sync: true })
    await db.batch().put('b', { n: 2 }).del('c').write({ sync: true })
    await db.put('c', { n: 3 }, { sync: true })
    const value = await db.get('a', { fillCache: false })
    expectTypeOf(value).toEqualTypeOf<{ n: number } | undefined>()
    expect(value).toEqual({ n: 1 })
    const entries = await db.iterator({ gte: 'b', fillCache: true, highWaterMarkBytes: 1 }).all()
    expectTypeOf(entries).toEqualTypeOf<[string, { n: number }][]>()
    expect(entries).toEqual([
      ['b', { n: 2 }],
      ['c', { n: 3 }],
    ])
    const keys = await db.keys<Buffer>({ keyEncoding: 'buffer', limit: 1 }).nextv(5)
    expectTypeOf(keys).toEqualTypeOf<Buffer[]>()
    expect(keys).toEqual([Buffer.from('a')])
    const sublevel = db.sublevel<string, string>('s', {})
    await sublevel.put('x', 'y')
    expect(await sublevel.values().all()).toEqual(['y'])
  })
})
