import { inspect } from 'node:util'
import { describe, expect, test, vi } from 'vitest'
import { type Logger, MemoryFileSystem, VarveError } from '../../src/index.ts'
import { LevelError, type OpenOptions, VarveLevel } from '../../src/level/varve-level.ts'
import { FaultyFileSystem } from '../support/faulty-file-system.ts'

const memory = (): { fileSystem: MemoryFileSystem } => ({ fileSystem: new MemoryFileSystem() })

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(Error)
  const { code, cause } = error as LevelError
  // An opening that fails has what failed as its cause.
  return code === 'LEVEL_DATABASE_NOT_OPEN' && cause instanceof LevelError ? cause.code : code
}

describe('writes through VarveLevel', () => {
  test("have the durability 'process', and 'power' with sync: true", async () => {
    const { fileSystem } = memory()
    await using db = new VarveLevel('/db', { fileSystem, syncIntervalMs: 3_600_000 })
    await db.open()
    await db.put('a', '1')
    const before = db.stats().syncs
    await db.put('b', '2')
    await db.del('x')
    await db.batch([{ type: 'put', key: 'c', value: '3' }])
    expect(db.stats().syncs).toBe(before)
    for (const write of [
      () => db.put('d', '4', { sync: true }),
      () => db.del('a', { sync: true }),
      () => db.batch([{ type: 'del', key: 'b' }], { sync: true }),
      () => db.batch().put('e', '5').write({ sync: true }),
    ]) {
      const synced = db.stats().syncs
      await write()
      expect(db.stats().syncs).toBeGreaterThan(synced)
    }
    await using again = new VarveLevel('/db', { fileSystem: fileSystem.powerCut() })
    expect(await again.keys().all()).toEqual(['c', 'd', 'e'])
  })

  test('take the durability of the database where they say nothing', async () => {
    await using db = new VarveLevel('/db', { ...memory(), durability: 'power' })
    await db.put('a', '1')
    const { syncs } = db.stats()
    await db.put('b', '2')
    expect(db.stats().syncs).toBeGreaterThan(syncs)
  })

  test('are not refused because many wait', async () => {
    await using db = new VarveLevel('/db', { ...memory(), memtableBytes: 1 << 20 })
    await db.open()
    const value = 'v'.repeat(1 << 16)
    // More than Varve lets wait by default.
    await Promise.all(Array.from({ length: 1200 }, (_, i) => db.put(`key ${i}`, value)))
    expect(await db.store.count()).toBe(1200)
    await using low = new VarveLevel('/low', { ...memory(), maxPendingBytes: 4096 })
    await low.open()
    const results = await Promise.allSettled([1, 2, 3].map((i) => low.put(`key ${i}`, value)))
    expect(results.map((result) => (result.status === 'rejected' ? result.reason.code : 'stored'))).toEqual([
      'stored',
      'LEVEL_OVERLOADED',
      'LEVEL_OVERLOADED',
    ])
  })

  test('store ill-formed strings as LevelDB does', async () => {
    await using db = new VarveLevel('/db', memory())
    await db.put('a\ud800', '\udc00b')
    expect(await db.get('a\ufffd')).toBe('\ufffdb')
    expect(await db.iterator({ gte: 'a\ud800' }).all()).toEqual([['a\ufffd', '\ufffdb']])
  })

  test('are refused where an encoding makes nothing of them', async () => {
    await using db = new VarveLevel<string, unknown>('/db', { ...memory(), valueEncoding: 'json' })
    expect(await codeOf(db.put('a', () => {}))).toBe('LEVEL_INVALID_ARGUMENT')
    expect(await codeOf(db.batch([{ type: 'put', key: 'a', value: Symbol('b') }]))).toBe('LEVEL_INVALID_ARGUMENT')
  })

  test('take any view for its bytes', async () => {
    await using db = new VarveLevel<Uint8Array, ArrayBufferView>('/db', {
      ...memory(),
      keyEncoding: 'view',
      valueEncoding: 'view',
    })
    await db.put(Uint8Array.of(1), new Uint16Array([0x0201, 0x0403]))
    expect(await db.get(Uint8Array.of(1))).toEqual(Uint8Array.of(1, 2, 3, 4))
  })
})

describe('errors of VarveLevel', () => {
  test('have the codes of Level, and the VarveError as cause', async () => {
    const { fileSystem } = memory()
    const db = new VarveLevel('/db', { fileSystem })
    await db.put('a', '1')
    expect(await codeOf(new VarveLevel('/db', { fileSystem }).open())).toBe('LEVEL_LOCKED')
    expect(await codeOf(new VarveLevel('/db', { fileSystem, multithreading: true }).open())).toBe('LEVEL_NOT_SUPPORTED')
    expect(await codeOf(db.put('k'.repeat(70_000), ''))).toBe('LEVEL_INVALID_ARGUMENT')
    await db.close()
    const reader = new VarveLevel('/db', { fileSystem, readOnly: true })
    await reader.open()
    const refused: unknown = await reader.put('a', '2').catch((error: unknown) => error)
    expect(refused).toMatchObject({ name: 'LevelError', code: 'LEVEL_READONLY' })
    expect((refused as LevelError).cause).toBeInstanceOf(VarveError)
    expect(await reader.get('a')).toBe('1')
    await reader.close()
    expect(await codeOf(reader.get('a'))).toBe('LEVEL_DATABASE_NOT_OPEN')
    expect(() => reader.stats()).toThrow('not open')
    for (const options of [{ errorIfExists: true }, { createIfMissing: false, location: '/none' }]) {
      const location = 'location' in options ? options.location : '/db'
      expect(await codeOf(new VarveLevel(location, { fileSystem, ...options }).open())).toBe('LEVEL_INVALID_ARGUMENT')
    }
  })

  test('tell a full disk, and that a failed sync is followed by no more writes', async () => {
    const { fileSystem } = memory()
    const faulty = new FaultyFileSystem(fileSystem)
    const warnings: string[] = []
    const logger = { debug() {}, info() {}, warn() {}, error: (line: string) => void warnings.push(line) } as Logger
    const db = new VarveLevel('/db', { fileSystem: faulty, logger })
    await db.put('a', '1')
    faulty.plan = ({ operation }) => (operation === 'sync' ? { error: 'EIO' } : undefined)
    expect(await codeOf(db.put('b', '2', { sync: true }))).toBe('LEVEL_IO_ERROR')
    expect(await codeOf(db.put('c', '3'))).toBe('LEVEL_IO_ERROR')
    expect(await db.get('a')).toBe('1')
    // It is closed all the same, and opens again.
    await db.close()
    expect(db.status).toBe('closed')
    expect(warnings.join()).toContain('/db')
    faulty.plan = () => undefined
    await db.open()
    expect(await db.get('a')).toBe('1')
    await db.close()
  })

  test('of closing go to the process where there is no logger', async () => {
    const faulty = new FaultyFileSystem(new MemoryFileSystem())
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const db = new VarveLevel('/db', { fileSystem: faulty })
    await db.put('a', '1')
    faulty.plan = ({ operation }) => (operation === 'sync' ? { error: 'EIO' } : undefined)
    await db.close()
    expect(warn).toHaveBeenCalledOnce()
    warn.mockRestore()
  })

  test('name a snapshot of another database', async () => {
    await using a = new VarveLevel('/a', memory())
    await using b = new VarveLevel('/b', memory())
    await Promise.all([a.open(), b.open()])
    await using snapshot = a.snapshot()
    expect(await codeOf(b.get('x', { snapshot }))).toBe('LEVEL_INVALID_ARGUMENT')
    expect(await codeOf(b.iterator({ snapshot }).next())).toBe('LEVEL_INVALID_ARGUMENT')
  })
})

describe('what VarveLevel has besides', () => {
  test('the options under the names of LevelDB are clipped, and those of Varve win', async () => {
    const options = { cacheSize: 1, writeBufferSize: 1, blockSize: 1, maxFileSize: 1, blockRestartInterval: 16 }
    await using db = new VarveLevel('/db', { ...memory(), ...options, compression: true, maxOpenFiles: 64 })
    await db.put('a', '1')
    await db.compactRange('a', 'b')
    expect(await db.get('a')).toBe('1')
    const absent = { cacheSize: null, compression: null, maxOpenFiles: 1 } as unknown as OpenOptions
    await using nothing = new VarveLevel('/db', { ...memory(), ...absent })
    await nothing.open()
    for (const given of [{ writeBufferSize: 1 << 20, memtableBytes: 1 }, { cacheSize: '8MB' as unknown as number }]) {
      const wrong = new VarveLevel('/db', { ...memory(), ...given })
      expect(await codeOf(wrong.open())).toBe('LEVEL_INVALID_ARGUMENT')
    }
  })

  test('sizes, properties and numbers', async () => {
    await using db = new VarveLevel('/db', memory())
    const value = 'v'.repeat(1000)
    // Deferred until it is open, as everything in Level is.
    const early = db.approximateSize('a', 'b')
    for (let i = 0; i < 100; i++) await db.put(`key ${i}`, value)
    await db.compactRange('key', 'key 99')
    expect(await early).toBe(0)
    expect(await db.approximateSize('key', 'key:')).toBeGreaterThan(50_000)
    expect(await db.approximateSize('z', 'a')).toBe(0)
    await expect((db.approximateSize as (start: string) => unknown)('a')).rejects.toThrow('required')
    const files = [0, 1, 2, 3, 4, 5, 6].map((level) => Number(db.getProperty(`leveldb.num-files-at-level${level}`)))
    expect(files.reduce((a, b) => a + b)).toBe(1)
    expect(db.getProperty('leveldb.num-files-at-level99')).toBe('')
    expect(Number(db.getProperty('leveldb.approximate-memory-usage'))).toBeGreaterThan(0)
    expect(db.getProperty('leveldb.stats')).toMatch(/Level {2}Files Size\(MB\)\n(.*\n)*.*1 {6}0\.1\n/)
    expect(db.getProperty('leveldb.sstables')).toBe('')
    expect(db.stats().userBytes).toBeGreaterThan(100_000)
    expect((await db.store.verify()).problems).toEqual([])
  })

  test('clear with a limit or a snapshot deletes what that sees, in more than one batch', async () => {
    await using db = new VarveLevel('/db', memory())
    const keys = Array.from({ length: 2500 }, (_, i) => String(i).padStart(4, '0'))
    await db.batch(keys.map((key) => ({ type: 'put', key, value: '' })))
    await using snapshot = db.snapshot()
    await db.put('later', '')
    await db.clear({ limit: 1200, reverse: true, lt: '2000' })
    expect(await db.keys().all()).toEqual([...keys.slice(0, 800), ...keys.slice(2000), 'later'])
    await db.clear({ snapshot })
    expect(await db.keys().all()).toEqual(['later'])
    await db.clear()
    expect(await db.keys().all()).toEqual([])
  })

  test('a long iteration lets the event loop turn', async () => {
    await using db = new VarveLevel('/db', memory())
    await db.batch(Array.from({ length: 2000 }, (_, i) => ({ type: 'put', key: String(i), value: '' })))
    let turns = 0
    const count = (): void => {
      turns++
      immediate = setImmediate(count)
    }
    let immediate = setImmediate(count)
    for await (const _ of db.iterator());
    clearImmediate(immediate)
    expect(turns).toBeGreaterThan(3)
  })

  test('repair puts what can be proven in the place of a damaged database, and keeps that', async () => {
    const { fileSystem } = memory()
    const db = new VarveLevel('/db', { fileSystem })
    for (let i = 0; i < 100; i++) await db.put(`key ${i}`, 'v'.repeat(50))
    await db.close()
    const log = fileSystem.list('/db').find((name) => name.endsWith('.wal'))!
    const handle = fileSystem.open(`/db/${log}`, 'write', 'other')
    handle.writeSync(Uint8Array.of(0xff), handle.sizeSync() >> 1)
    handle.close()
    expect(await codeOf(new VarveLevel('/db', { fileSystem }).open())).toBe('LEVEL_CORRUPTION')
    const lines: string[] = []
    const logger: Logger = { debug() {}, info() {}, warn() {}, error: (line) => void lines.push(line) }
    await VarveLevel.repair('/db', { fileSystem, logger })
    await using again = new VarveLevel('/db', { fileSystem, createIfMissing: false })
    expect((await again.keys().all()).length).toBe(99)
    expect(lines.join()).toContain('/db.damaged-1')
    expect(fileSystem.list('/db.damaged-1')).toContain(log)
    expect(fileSystem.status('/db.repaired-1')).toBeUndefined()
  })

  test('repair rebuilds a lost CURRENT, and has nothing to tell of a sound database', async () => {
    const { fileSystem } = memory()
    const db = new VarveLevel('/db', { fileSystem })
    await db.put('a', '1')
    await db.close()
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    await VarveLevel.repair('/db', { fileSystem })
    fileSystem.unlinkSync('/db/CURRENT')
    await VarveLevel.repair('/db', { fileSystem })
    expect(warn).not.toHaveBeenCalled()
    warn.mockRestore()
    await using again = new VarveLevel('/db', { fileSystem, createIfMissing: false })
    expect(await again.get('a')).toBe('1')
    expect(await codeOf(VarveLevel.repair('/db', { fileSystem }))).toBe('LEVEL_LOCKED')
    expect(await codeOf(VarveLevel.repair('/none', { fileSystem }))).toBe('LEVEL_INVALID_ARGUMENT')
  })

  test('destroy', async () => {
    const { fileSystem } = memory()
    const db = new VarveLevel('/db', { fileSystem })
    await db.put('a', '1')
    expect(await codeOf(VarveLevel.destroy('/db', { fileSystem }))).toBe('LEVEL_LOCKED')
    await db.close()
    await VarveLevel.destroy('/db', { fileSystem })
    expect(fileSystem.status('/db')).toBeUndefined()
    await expect(VarveLevel.destroy('')).rejects.toThrow('non-empty')
    expect(() => new VarveLevel('')).toThrow('non-empty')
  })

  test('a short text for console.log', () => {
    const db = new VarveLevel('/db', memory())
    expect(inspect(db)).toBe("VarveLevel { location: '/db', opening }")
  })
})
