import { beforeAll, describe, expect, test } from 'vitest'
import { destroy } from '../../src/database/open.ts'
import type { MemoryFileSystem } from '../../src/fs/memory-file-system.ts'
import { FaultyFileSystem } from '../support/faulty-file-system.ts'
import { HandleCounter, isChange } from '../support/recovery-calls.ts'
import { diskOf, type Files, filesOf, flipped, nameLike, openOn, recovered, STORE } from '../support/recovery-disk.ts'
import { smallStores } from '../support/recovery-stores.ts'
import { seededNumbers } from '../support/seeded-numbers.ts'

let clean: Files
let killed: Files
beforeAll(async () => {
  ;({ clean, killed } = await smallStores())
})

/** The killed store, of whose newest log `cut` bytes are missing at the end. */
function torn(cut = 1): { readonly disk: MemoryFileSystem; readonly name: string; readonly bytes: Uint8Array } {
  const name = [...killed.keys()].filter((each) => each.endsWith('.wal')).at(-1)!
  const bytes = killed.get(name)!.slice(0, -cut)
  return { disk: diskOf(new Map([...killed, [name, bytes]])), name, bytes }
}

describe('a file of which an opening drops bytes is kept in lost/, and told:', () => {
  test('a log with a torn last record', async () => {
    const { disk, name, bytes } = torn()
    const { report, contents } = await recovered(disk)
    expect(contents).toEqual({ a: '1', b: '2', c: '3' })
    const kept = `lost/00000${report.epoch}-${name}`
    expect(report.quarantined).toEqual([kept])
    expect(report.filesRemoved).not.toContain(name)
    expect(filesOf(disk).has(name)).toBe(false)
    expect(filesOf(disk, '/lost')).toEqual(new Map([[kept.slice(5), bytes]]))
    expect(await recovered(disk)).toMatchObject({ contents, report: { clean: true, quarantined: [] } })
  })

  test('a manifest with a torn end', async () => {
    const name = nameLike(killed, /^MANIFEST/)
    const bytes = Uint8Array.from([...killed.get(name)!, 1, 2, 3])
    const disk = diskOf(new Map([...killed, [name, bytes]]))
    const { report } = await recovered(disk)
    expect(report.quarantined).toEqual([expect.stringContaining(name)])
    expect([...filesOf(disk, '/lost').values()]).toEqual([bytes])
  })

  test("a sealed log that is damaged, and all logs behind it, under 'point-in-time'", async () => {
    const [first, second] = [...killed.keys()].filter((each) => each.endsWith('.wal')) as [string, string]
    const disk = diskOf(new Map([...killed, [first, flipped(killed.get(first)!, 90)]]))
    const { report } = await recovered(disk, { recovery: 'point-in-time' })
    expect(report.quarantined.map((each) => each.replace(/.*\d-/, ''))).toEqual([first, second])
  })
})

test('nothing is kept where nothing was dropped: of a clean end, of a whole log, of an empty one', async () => {
  for (const files of [clean, killed, new Map([...killed, ['000900.wal', new Uint8Array(0)]])]) {
    const disk = diskOf(files)
    expect((await recovered(disk)).report.quarantined).toEqual([])
    expect(disk.status(`${STORE}/lost`)).toBeUndefined()
  }
})

test('a read-only opening drops bytes and leaves them where they are', async () => {
  const { disk } = torn()
  const before = filesOf(disk)
  const { report } = await recovered(disk, { readOnly: true })
  expect(report.droppedBytes).toBeGreaterThan(0)
  expect(report.quarantined).toEqual([])
  expect(filesOf(disk)).toEqual(before)
})

test('the newest eight are kept, others in the directory are left alone, and destroy removes ours', async () => {
  const { disk } = torn()
  await recovered(disk)
  const note = disk.open(`${STORE}/lost/notes.txt`, 'create', 'other')
  note.close()
  const seen: string[] = []
  let image = disk
  for (let life = 0; life < 10; life++) {
    const store = await openOn(image)
    await store.put(`life ${life}`, 'x')
    const next = image.killed()
    await store.close()
    const newest = nameLike(new Map([...filesOf(next)].reverse()), /\.wal$/)
    next.open(`${STORE}/${newest}`, 'write', 'other').truncateSync(next.status(`${STORE}/${newest}`)!.size - 1)
    seen.push(...(await recovered(next)).report.quarantined)
    image = next
  }
  expect(new Set(seen).size).toBe(10)
  const kept = [...filesOf(image, '/lost').keys()].filter((name) => name !== 'notes.txt')
  expect(kept).toEqual(seen.slice(-8).map((each) => each.slice(5)))
  await destroy(STORE, { fileSystem: image })
  expect(image.list(STORE)).toEqual(['lost'])
  expect(image.list(`${STORE}/lost`)).toEqual(['notes.txt'])
  image.unlinkSync(`${STORE}/lost/notes.txt`)
})

test('destroy leaves nothing of a store, and no store is made over what is left without CURRENT', async () => {
  const { disk } = torn()
  await recovered(disk)
  const image = disk.crash()
  await destroy(STORE, { fileSystem: disk })
  expect(disk.status(STORE)).toBeUndefined()
  for (const name of filesOf(image).keys()) image.unlinkSync(`${STORE}/${name}`)
  await expect(openOn(image)).rejects.toMatchObject({ code: 'CORRUPTION' })
})

test('the file moves only when nothing needs it any more, and a power cut at any later time finds a whole store', async () => {
  const { disk, name } = torn()
  const faulty = new FaultyFileSystem(disk)
  await (await openOn(faulty)).close()
  const calls = faulty.calls.map(({ operation, path }) => `${operation} ${path.slice(STORE.length)}`)
  const moved = calls.indexOf(`rename /${name}`)
  const named = calls.indexOf('syncDirectory ', calls.indexOf('rename /CURRENT.tmp'))
  const made = calls.indexOf('syncDirectory ', calls.indexOf('makeDirectory /lost'))
  expect(named).toBeGreaterThan(0)
  expect(made).toBeGreaterThan(named)
  expect(moved).toBeGreaterThan(made)
  expect(calls.indexOf('syncDirectory /lost')).toBeGreaterThan(moved)
  const numbers = seededNumbers(7)
  for (let k = 0; k < faulty.calls.filter(isChange).length; k++) {
    const image = torn().disk
    let changes = 0
    const stopping = new FaultyFileSystem(image, (call) =>
      isChange(call) && ++changes > k ? { error: 'EIO' } : undefined,
    )
    await (await openOn(stopping).catch(() => undefined))?.close().catch(() => {})
    for (const after of [image.powerCut(), image.crash((choices) => numbers() % choices)]) {
      expect((await recovered(after)).contents).toEqual({ a: '1', b: '2', c: '3' })
      await (await openOn(after)).verify()
    }
  }
})

test('where the file cannot be moved, opening goes on, and nothing trusts it', async () => {
  for (const operation of ['makeDirectory', 'rename']) {
    const { disk, name } = torn()
    const warnings: string[] = []
    const logger = { debug() {}, info() {}, error() {}, warn: (message: string) => void warnings.push(message) }
    const faulty = new FaultyFileSystem(disk, (call) => {
      const isHit = call.operation === operation && !call.path.includes('CURRENT')
      return isHit ? { error: 'ENOSPC' } : undefined
    })
    const store = await openOn(faulty, { logger })
    expect(store.recovery.quarantined).toEqual([])
    expect(warnings).toEqual([expect.stringContaining('dropped'), expect.stringContaining('could not be moved')])
    await store.close()
    expect(filesOf(disk).has(name)).toBe(true)
    expect(await recovered(disk)).toMatchObject({ contents: { a: '1', b: '2', c: '3' }, report: { clean: true } })
  }
})

test('an opening that fails at the move leaves no file open, not even a manifest of which the first promise failed', async () => {
  const { disk } = torn()
  const counter = new HandleCounter(disk)
  let isCurrent = false
  const faulty = new FaultyFileSystem(counter.fileSystem, ({ operation, path }) => {
    isCurrent ||= operation === 'rename' && path.includes('CURRENT')
    const isPromise = isCurrent && operation === 'append' && path.includes('MANIFEST')
    const isMove = operation === 'syncDirectory' && disk.status(`${STORE}/lost`) !== undefined
    return isPromise || isMove ? { error: 'EIO' } : undefined
  })
  await expect(openOn(faulty)).rejects.toMatchObject({ code: 'POISONED' })
  expect(counter.open).toEqual([])
  expect((await recovered(disk)).contents).toEqual({ a: '1', b: '2', c: '3' })
})
