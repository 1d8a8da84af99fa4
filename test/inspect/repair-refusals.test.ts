import { beforeAll, describe, expect, test } from 'vitest'
import { open } from '../../src/database/open.ts'
import { VarveError } from '../../src/errors.ts'
import { MemoryFileSystem } from '../../src/fs/memory-file-system.ts'
import { repair } from '../../src/inspect/repair.ts'
import { FaultyFileSystem } from '../support/faulty-file-system.ts'
import { HandleCounter, isChange } from '../support/recovery-calls.ts'
import { diskOf, type Files, filesOf, openOn, STORE, textOf } from '../support/recovery-disk.ts'
import { appendEdit } from '../support/recovery-forge.ts'
import { smallStores } from '../support/recovery-stores.ts'
import { TARGET } from '../support/repair-place.ts'

let clean: Files
let killed: Files
beforeAll(async () => {
  ;({ clean, killed } = await smallStores())
})

describe('repair refuses', () => {
  test('a store that a writer holds, and a target that another repair or store holds', async () => {
    const disk = diskOf(clean)
    const lock = await disk.lock(STORE)
    await expect(repair(STORE, TARGET, { fileSystem: disk })).rejects.toMatchObject({ code: 'LOCKED', file: STORE })
    expect(disk.status(TARGET)).toBeUndefined()
    lock.release()
    disk.makeDirectory(TARGET)
    const held = await disk.lock(TARGET)
    await expect(repair(STORE, TARGET, { fileSystem: disk })).rejects.toMatchObject({ code: 'LOCKED', file: TARGET })
    held.release()
  })

  test('to go on where a writer has come meanwhile, and leaves nothing', async () => {
    const disk = diskOf(clean)
    let lock: Promise<{ release(): void }> | undefined
    const faulty = new FaultyFileSystem(disk, ({ operation, path }) => {
      if (operation === 'read' && path.endsWith('.sst')) lock ??= disk.lock(STORE)
      return undefined
    })
    await expect(repair(STORE, TARGET, { fileSystem: faulty })).rejects.toMatchObject({ code: 'LOCKED' })
    expect(disk.status(TARGET)).toBeUndefined()
    ;(await lock)?.release()
  })

  test('a target that holds anything, or lies within the store; a source that is no store', async () => {
    const disk = diskOf(clean)
    disk.makeDirectory(`${TARGET}/sub`)
    disk.open('/file', 'create', 'other').close()
    const cases: [string, string, string][] = [
      [STORE, TARGET, 'EXISTS'],
      [STORE, '/file', 'INVALID_ARGUMENT'],
      [STORE, STORE, 'INVALID_ARGUMENT'],
      [STORE, `${STORE}/new`, 'INVALID_ARGUMENT'],
      ['/nowhere', '/new', 'NOT_FOUND'],
      [TARGET, '/new', 'NOT_FOUND'],
      ['/file', '/new', 'INVALID_ARGUMENT'],
      [STORE, '', 'INVALID_ARGUMENT'],
    ]
    for (const [from, to, code] of cases) {
      await expect(repair(from, to, { fileSystem: disk }), `${from} to ${to}`).rejects.toMatchObject({ code })
    }
    expect(disk.status('/new')).toBeUndefined()
    await expect(repair(STORE, '/new', { fileSystem: disk, salvage: 1 } as object)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    })
    const signal = AbortSignal.abort()
    await expect(repair(STORE, '/new', { fileSystem: disk, signal })).rejects.toMatchObject({ code: 'ABORTED' })
  })

  test("a database of LevelDB's, with CURRENT or without, and a directory where nothing is proven a store's", async () => {
    const levelDb: Files = new Map([
      ['CURRENT', Buffer.from('MANIFEST-000002\n')],
      ['MANIFEST-000002', Buffer.from('leveldb.BytewiseComparator'.repeat(9))],
      ['000005.sst', Buffer.from('a table of RocksDB'.repeat(99))],
      ['000004.log', Buffer.from('records')],
    ])
    for (const isCurrentLost of [false, true]) {
      const disk = diskOf(levelDb)
      if (isCurrentLost) disk.unlinkSync(`${STORE}/CURRENT`)
      const before = textOf(filesOf(disk))
      const refused = repair(STORE, TARGET, { fileSystem: disk })
      await expect(refused).rejects.toMatchObject({ code: 'UNSUPPORTED_FORMAT' })
      expect(textOf(filesOf(disk))).toEqual(before)
      expect(disk.status(TARGET)).toBeUndefined()
    }
  })

  test('a store that needs a newer version, also where the manifest is damaged besides', async () => {
    const disk = diskOf(clean)
    appendEdit(disk, { features: { read: ['later'], write: [], ignore: [] } })
    await expect(repair(STORE, TARGET, { fileSystem: disk })).rejects.toMatchObject({ code: 'UNSUPPORTED_FORMAT' })
    disk.unlinkSync(`${STORE}/CURRENT`)
    const manifest = disk.list(STORE).find((name) => name.startsWith('MANIFEST'))
    disk.open(`${STORE}/${manifest}`, 'write', 'other').appendSync(new Uint8Array(9))
    await expect(repair(STORE, TARGET, { fileSystem: disk })).rejects.toMatchObject({ code: 'UNSUPPORTED_FORMAT' })
    expect(disk.status(TARGET)).toBeUndefined()
  })
})

test('a repair that fails at any call leaves the source as it was, no open file, and a target that the next may use', async () => {
  for (const error of ['EIO', 'ENOSPC', 'EMFILE'] as const) {
    for (let k = 0; ; k++) {
      const disk = diskOf(killed)
      const counter = new HandleCounter(disk)
      const faulty = new FaultyFileSystem(counter.fileSystem, ({ index }) => (index === k ? { error } : undefined))
      const outcome = await repair(STORE, TARGET, { fileSystem: faulty }).then(
        (report) => report,
        (thrown: unknown) => thrown,
      )
      expect(counter.open).toEqual([])
      expect(textOf(filesOf(disk))).toEqual(textOf(killed))
      expect(await disk.lockHolder(STORE)).toBeUndefined()
      if (outcome instanceof Error) {
        expect(outcome).toBeInstanceOf(VarveError)
        if (faulty.calls[k]!.operation !== 'unlink') expect(disk.status(TARGET)).toBeUndefined()
      } else if (outcome instanceof Object && 'complete' in outcome && outcome.complete) {
        const store = await openOn(disk, { readOnly: true })
        await store.close()
      }
      if (faulty.calls.length <= k) break
    }
  }
})

test.each(['append', 'sync', 'read'] as const)(
  'a target whose disk fails once, in %s, ends the repair, and is no damage of the log that is read',
  async (failing) => {
    const disk = new MemoryFileSystem()
    const store = await openOn(disk, {})
    for (let i = 0; i < 300; i++) await store.put(`key ${i}`, 'x'.repeat(100), { durability: 'process' })
    const left = disk.killed()
    await store.close()
    let failures = 0
    const faulty = new FaultyFileSystem(left, ({ operation, path }) =>
      operation === failing && path.startsWith(TARGET) && path.endsWith('.sst') && failures++ === 0
        ? { error: 'EIO' }
        : undefined,
    )
    const options = { fileSystem: faulty, memtableBytes: 4096 }
    await expect(repair(STORE, TARGET, options)).rejects.toMatchObject({ code: 'IO' })
    expect([failures > 0, left.status(TARGET)]).toEqual([true, undefined])
  },
)

test('what the disk cannot read is gone round', async () => {
  const name = [...clean.keys()].find((each) => each.endsWith('.sst'))!
  const disk = diskOf(clean)
  const faulty = new FaultyFileSystem(disk, ({ operation, path }) =>
    operation === 'read' && path === `${STORE}/${name}` ? { error: 'EIO' } : undefined,
  )
  const report = await repair(STORE, TARGET, { fileSystem: faulty })
  expect(report).toMatchObject({ complete: false, isManifestSound: true, entries: 2 })
  const why = 'the disk cannot read it'
  expect(report.sources).toContainEqual(expect.objectContaining({ file: name, used: 'none', why }))
})

test('the new store is there only when it is complete: a power cut or kill at any change leaves it, or none', async () => {
  const disk = diskOf(killed)
  const faulty = new FaultyFileSystem(disk)
  const { entries } = await repair(STORE, TARGET, { fileSystem: faulty })
  const changes = faulty.calls.filter(isChange).length
  const outcomes = new Set<boolean>()
  for (let k = 0; k <= changes; k++) {
    const stopped = diskOf(killed)
    let seen = 0
    const stopping = new FaultyFileSystem(stopped, (call) =>
      isChange(call) && ++seen > k ? { error: 'EIO' } : undefined,
    )
    const report = await repair(STORE, TARGET, { fileSystem: stopping }).catch(() => undefined)
    for (const image of [stopped.powerCut(), stopped.killed()]) {
      const isThere = image.status(`${TARGET}/CURRENT`) !== undefined
      if (report !== undefined) expect([isThere, report.complete]).toEqual([true, true])
      outcomes.add(isThere)
      if (!isThere) continue
      const store = await open(TARGET, { fileSystem: image, readOnly: true })
      expect(await store.count()).toBe(entries)
      await store.close()
    }
  }
  expect(outcomes).toEqual(new Set([false, true]))
})
