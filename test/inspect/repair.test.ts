import { beforeAll, describe, expect, test } from 'vitest'
import { MemoryFileSystem } from '../../src/fs/memory-file-system.ts'
import { FaultyFileSystem } from '../support/faulty-file-system.ts'
import { isChange } from '../support/recovery-calls.ts'
import { contentsOf, diskOf, type Files, filesOf, flipped, nameLike, openOn, STORE } from '../support/recovery-disk.ts'
import { repaired, TARGET } from '../support/repair-place.ts'

const OPTIONS = { memtableBytes: 2000, blockBytes: 128, syncIntervalMs: 3_600_000 }

/**
 * A store of several levels, with deletes and overwrites, and a log; as it was closed, and as its writer left it when
 * it was killed later.
 */
let clean: Files
let cleanContents: Record<string, string>
let killed: Files
let killedContents: Record<string, string>

beforeAll(async () => {
  const disk = new MemoryFileSystem()
  const store = await openOn(disk, OPTIONS)
  for (let i = 0; i < 150; i++) {
    await store.put(`key ${i % 40}`, `${i}`.repeat(10))
    if (i % 7 === 0) await store.delete(`key ${(i + 3) % 40}`)
  }
  cleanContents = contentsOf(store)
  await store.close()
  clean = filesOf(disk)
  const again = await openOn(disk, { ...OPTIONS, memtableBytes: 1 << 20 })
  for (let i = 0; i < 20; i++) again.putSync(`later ${i}`, 'x'.repeat(i), { durability: 'process' })
  again.deleteSync('key 1')
  killedContents = contentsOf(again)
  killed = filesOf(disk)
  await again.close()
})

const tablesOf = (files: Files): string[] => [...files.keys()].filter((name) => name.endsWith('.sst'))
const withFile = (files: Files, name: string, bytes: Uint8Array | undefined): MemoryFileSystem => {
  const copy = new Map(files)
  if (bytes === undefined) copy.delete(name)
  else copy.set(name, bytes)
  return diskOf(copy)
}

describe('a store that is whole', () => {
  test('is copied whole: closed or killed, without a write where it is', async () => {
    for (const [files, contents] of [
      [clean, cleanContents],
      [killed, killedContents],
    ] as const) {
      const disk = diskOf(files)
      const faulty = new FaultyFileSystem(disk)
      const { report, contents: found } = await repaired(faulty)
      expect(found).toEqual(contents)
      expect(report).toMatchObject({
        complete: true,
        mayResurrectDeleted: false,
        isManifestSound: true,
        unreadable: [],
      })
      expect(report.summary).toMatch(/^complete: \d+ entries from \d+ tables? and \d+ logs?$/)
      expect(report.sources.filter(({ used }) => used !== 'whole')).toEqual([])
      const touched = faulty.calls.filter((call) => isChange(call) || call.operation === 'lock')
      expect(touched.filter(({ path }) => path === STORE || path.startsWith(`${STORE}/`))).toEqual([])
    }
  })

  test('also with a table for every few entries, compressed or not', async () => {
    for (const compression of ['none', 'deflate'] as const) {
      const { report, contents } = await repaired(diskOf(killed), { tableBytes: 4096, blockBytes: 64, compression })
      expect(contents).toEqual(killedContents)
      expect(report.complete).toBe(true)
    }
  })

  test('and has its last sequence', async () => {
    const disk = diskOf(killed)
    const { sequence } = (await openOn(disk, { readOnly: true })).stats()
    expect((await repaired(disk)).report.lastSequence).toBe(sequence)
  })
})

describe('a manifest that cannot be relied upon', () => {
  const damages: Record<string, (files: Files) => void> = {
    'is missing': (files) => files.delete(nameLike(files, /^MANIFEST/)),
    'is damaged in a durable part': (files) => {
      const name = nameLike(files, /^MANIFEST/)
      files.set(name, flipped(files.get(name)!, 100))
    },
    'has no header': (files) => {
      const name = nameLike(files, /^MANIFEST/)
      files.set(name, flipped(files.get(name)!, 3))
    },
    'is empty': (files) => files.set(nameLike(files, /^MANIFEST/), new Uint8Array(0)),
  }
  for (const [name, damage] of Object.entries(damages)) {
    test(`because it ${name}, leaves every table and log to count, and the report warns`, async () => {
      const files = new Map(killed)
      damage(files)
      const { report, contents } = await repaired(diskOf(files))
      // Nothing was left behind here that deletes had hidden.
      expect(contents).toEqual(killedContents)
      expect(report).toMatchObject({ complete: false, mayResurrectDeleted: true, isManifestSound: false })
      expect(report.summary).toContain('no manifest')
    })
  }

  test('takes an old table along, which a sound one leaves out', async () => {
    const disk = new MemoryFileSystem()
    const store = await openOn(disk, OPTIONS)
    await store.put('a', 'deleted')
    await store.flush()
    const old = nameLike(filesOf(disk), /\.sst$/)
    const bytes = filesOf(disk).get(old)!
    await store.delete('a')
    await store.compact()
    await store.close()
    const files = new Map([...filesOf(disk), [old, bytes]] as const)
    const { report, contents } = await repaired(diskOf(files))
    expect([contents, report.complete]).toEqual([{}, true])
    expect(report.sources.find(({ file }) => file === old)).toMatchObject({ used: 'none', entries: 0 })
    files.delete(nameLike(files, /^MANIFEST/))
    const { report: warned, contents: back } = await repaired(diskOf(files))
    expect([back, warned.mayResurrectDeleted]).toEqual([{ a: 'deleted' }, true])
  })

  test('that has lost the merge of tables that are gone is not relied upon', async () => {
    const disk = new MemoryFileSystem()
    const store = await openOn(disk, OPTIONS)
    for (let i = 0; i < 3; i++) {
      await store.put(`${i}`, 'x')
      await store.flush()
    }
    const before = filesOf(disk)
    await store.compact()
    await store.close()
    const manifest = nameLike(before, /^MANIFEST/)
    const { report, contents } = await repaired(withFile(filesOf(disk), manifest, before.get(manifest)))
    expect(contents).toEqual({ 0: 'x', 1: 'x', 2: 'x' })
    expect(report).toMatchObject({ isManifestSound: false, complete: false })
  })

  test('nor one that has lost the beginning of a life', async () => {
    const manifest = nameLike(killed, /^MANIFEST/)
    const { report, contents } = await repaired(withFile(killed, manifest, clean.get(manifest)))
    expect(contents).toEqual(killedContents)
    expect(report.isManifestSound).toBe(false)
  })

  test('CURRENT alone may be lost where one manifest is left', async () => {
    for (const bytes of [undefined, new Uint8Array(0), new TextEncoder().encode('MANIFEST-000009 9 00000000\n')]) {
      const { report, contents } = await repaired(withFile(clean, 'CURRENT', bytes))
      expect(contents).toEqual(cleanContents)
      expect(report).toMatchObject({ complete: true, isManifestSound: true })
    }
  })
})

describe('a damaged table', () => {
  test('loses the entries of the damaged block and no others; the report says where', async () => {
    const name = tablesOf(clean).sort((a, b) => clean.get(b)!.length - clean.get(a)!.length)[0]!
    const { report, contents } = await repaired(withFile(clean, name, flipped(clean.get(name)!, 200)))
    expect(report).toMatchObject({ complete: false, mayResurrectDeleted: true, isManifestSound: true })
    expect(report.unreadable).toHaveLength(1)
    const [range] = report.unreadable
    expect(range).toMatchObject({ file: name, mayHoldEntries: true, why: 'a block does not match its checksum' })
    expect(range!.offset).toBeLessThanOrEqual(200)
    expect(range!.offset + range!.length).toBeGreaterThan(200)
    expect(Object.keys(contents).length).toBeGreaterThan(Object.keys(cleanContents).length / 2)
    expect(report.sources.find(({ file }) => file === name)).toMatchObject({ used: 'part' })
  })

  test('loses nothing by damage to its footer, its indexes, filter or properties: the manifest knows it', async () => {
    const name = tablesOf(clean).sort((a, b) => clean.get(b)!.length - clean.get(a)!.length)[0]!
    const bytes = clean.get(name)!
    for (let offset = -1; offset > -300; offset -= 13) {
      const { report, contents } = await repaired(withFile(clean, name, flipped(bytes, offset)))
      if (report.unreadable.some(({ mayHoldEntries }) => mayHoldEntries)) break
      expect(contents).toEqual(cleanContents)
      expect(report).toMatchObject({ complete: true, isManifestSound: true })
    }
  })

  test('is found by its id, whatever it is called now', async () => {
    const [first, second] = tablesOf(clean) as [string, string]
    const files = new Map([...clean, [first, clean.get(second)!], [second, clean.get(first)!]] as const)
    const { report, contents } = await repaired(diskOf(files))
    expect(contents).toEqual(cleanContents)
    expect(report.complete).toBe(true)
  })

  test('that is missing is told, with its size', async () => {
    const name = tablesOf(clean)[0]!
    const { report } = await repaired(withFile(clean, name, undefined))
    const length = clean.get(name)!.length
    expect(report.unreadable).toEqual([
      { file: name, offset: 0, length, why: 'the table is missing', mayHoldEntries: true },
    ])
    expect(report).toMatchObject({ complete: false, unreadableBytes: length })
  })
})

describe('a damaged log', () => {
  const newest = (): string => [...killed.keys()].filter((name) => name.endsWith('.wal')).at(-1)!

  test('is read on behind its damage: each record stands for itself', async () => {
    const bytes = killed.get(newest())!
    const { report, contents } = await repaired(withFile(killed, newest(), flipped(bytes, 150)))
    const missing = Object.keys(killedContents).filter((key) => !(key in contents))
    expect(missing.length).toBeGreaterThan(0)
    expect(missing.length).toBeLessThan(4)
    expect(contents['later 19']).toBe('x'.repeat(19))
    expect(report).toMatchObject({ complete: false, isManifestSound: true })
    expect(report.unreadable[0]).toMatchObject({ file: newest(), why: 'no intact record is there' })
  })

  test('loses only its torn end', async () => {
    const { report, contents } = await repaired(withFile(killed, newest(), killed.get(newest())!.slice(0, -1)))
    expect(contents).toEqual({ ...killedContents, 'key 1': cleanContents['key 1'] })
    expect(report).toMatchObject({ complete: false, mayResurrectDeleted: true })
  })

  test('is given up where its header is damaged; where it is missing, that is told', async () => {
    for (const bytes of [flipped(killed.get(newest())!, 20), undefined]) {
      const { report, contents } = await repaired(withFile(killed, newest(), bytes))
      expect(contents).toEqual(cleanContents)
      expect(report.complete).toBe(false)
      const why = expect.stringMatching(bytes === undefined ? /all that was written to it may be lost$/ : /checksum/)
      expect(report.unreadable[0]).toMatchObject({ file: newest(), offset: 0, why })
    }
  })

  test('of another store is not taken', async () => {
    const other = new MemoryFileSystem()
    const store = await openOn(other)
    await store.put('not ours', 'x')
    const foreign = filesOf(other).get(nameLike(filesOf(other), /\.wal$/))!
    await store.close()
    const { report, contents } = await repaired(withFile(killed, '009999.wal', foreign))
    expect(contents).toEqual(killedContents)
    expect(report.sources.find(({ file }) => file === '009999.wal')).toMatchObject({ used: 'none' })
  })
})

test('entries beyond the memtable are sorted by merging tables, many passes of them', async () => {
  const disk = new MemoryFileSystem()
  const store = await openOn(disk, { memtableBytes: 1 << 20 })
  const expected: Record<string, string> = {}
  for (let i = 0; i < 3000; i++) {
    const key = `key ${(i * 7919) % 2000}`
    store.putSync(key, `${i}`.repeat(8), { durability: 'none' })
    expected[key] = `${i}`.repeat(8)
  }
  for (let i = 0; i < 500; i++) {
    store.deleteSync(`key ${i * 3}`, { durability: 'none' })
    delete expected[`key ${i * 3}`]
  }
  await store.sync()
  const image = disk.killed()
  await store.close()
  const { report, contents } = await repaired(image, { memtableBytes: 4096, tableBytes: 8192 })
  expect(contents).toEqual(expected)
  expect(report).toMatchObject({ complete: true, entriesRead: 3500 })
  expect(report.tables).toBeGreaterThan(5)
  expect(image.list(TARGET).filter((name) => name.endsWith('.sst'))).toHaveLength(report.tables)
})
