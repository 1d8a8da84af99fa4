import { beforeEach, describe, expect, test } from 'vitest'
import { checksum, seedAt } from '../../src/bytes/checksum.ts'
import type { VarveError } from '../../src/errors.ts'
import { MemoryFileSystem } from '../../src/fs/memory-file-system.ts'
import type { KeyValueStore, VerifyReport } from '../../src/kv-store/kv-store.ts'
import { encodeCurrent } from '../../src/manifest/current-file.ts'
import type { TableEntry } from '../../src/manifest/table-entry.ts'
import { TRAILER_SIZE, tableSeed } from '../../src/table/format.ts'
import { TableFile } from '../../src/table/table-file.ts'
import { filesOf, flipped, nameLike, openOn, putFile, readFile, STORE } from '../support/recovery-disk.ts'
import { appendEdit, ForgedLog, manifestStateOf, newestLogHeader } from '../support/recovery-forge.ts'

const OPTIONS = { blockBytes: 128, syncIntervalMs: 3_600_000 }

/** Two tables, a sealed log; `open`: and a log that is being written. */
let disk: MemoryFileSystem
beforeEach(async () => {
  disk = new MemoryFileSystem()
  const store = await openOn(disk, OPTIONS)
  for (let i = 0; i < 40; i++) await store.put(`key ${i}`, `${i}`.repeat(9), { durability: 'none' })
  await store.flush()
  await store.put('key 7', 'again')
  await store.delete('key 8')
  await store.flush()
  await store.put('later', 'x')
  await store.close()
})

/** What verification finds, whether it resolves or rejects. */
async function verified(store: KeyValueStore<'utf8'>): Promise<VerifyReport> {
  return store.verify().catch((error: VarveError) => {
    expect(error.code).toBe('CORRUPTION')
    expect(error.report!.problems.length).toBeGreaterThan(0)
    return error.report!
  })
}

/** Opens, does something to the disk, verifies, and closes as well as may be. */
async function verifiedAfter(
  damage: () => void,
  options: { readOnly?: boolean; writes?: boolean } = {},
): Promise<VerifyReport> {
  const store = await openOn(disk, { ...OPTIONS, readOnly: options.readOnly ?? false })
  if (options.writes === true) for (const key of ['a', 'b', 'c']) await store.put(key, 'y')
  expect((await verified(store)).problems).toEqual([])
  damage()
  const report = await verified(store)
  await store.close().catch(() => {})
  return report
}

describe('verify finds a flipped bit anywhere, and names the file', () => {
  for (const mode of ['of a store that writes', 'of a read-only one'] as const) {
    test(mode, async () => {
      const isWriting = mode === 'of a store that writes'
      const store = await openOn(disk, { ...OPTIONS, readOnly: !isWriting })
      if (isWriting) for (const key of ['a', 'b', 'c']) await store.put(key, 'y')
      expect(await verified(store)).toMatchObject({ files: isWriting ? 5 : 4, orphans: [], problems: [] })
      for (const [name, bytes] of filesOf(disk)) {
        if (name === 'LOCK') continue
        for (let offset = 0; offset < bytes.length; offset += 13) {
          putFile(disk, name, flipped(bytes, offset, 1 << (offset % 8)))
          const { problems } = await verified(store)
          expect(
            problems.map(({ file }) => file),
            `${name} at ${offset}`,
          ).toContain(`${STORE}/${name}`)
        }
        putFile(disk, name, bytes)
      }
      expect((await verified(store)).problems).toEqual([])
      await store.close()
    })
  }
})

describe('verify finds that the manifest says something else of a table than it holds:', () => {
  const changes: Record<string, (table: TableEntry) => Partial<TableEntry>> = {
    entries: ({ entries }) => ({ entries: entries + 1 }),
    tombstones: ({ tombstones }) => ({ tombstones: tombstones + 1 }),
    rangeDeletes: () => ({ rangeDeletes: 1 }),
    merges: () => ({ merges: 1 }),
    entriesWithoutExpiry: () => ({ entriesWithoutExpiry: 0 }),
    largestExpiryMs: () => ({ largestExpiryMs: 5 }),
    userBytes: ({ userBytes }) => ({ userBytes: userBytes - 1 }),
    smallestSequence: ({ smallestSequence }) => ({ smallestSequence: smallestSequence + 1 }),
    largestSequence: ({ largestSequence }) => ({ largestSequence: largestSequence + 1 }),
    oldestMs: ({ oldestMs }) => ({ oldestMs: oldestMs - 1 }),
    newestMs: ({ newestMs }) => ({ newestMs: newestMs + 1 }),
    codec: () => ({ codec: 'deflate' }),
    'smallest keys': () => ({ smallest: new Uint8Array(0) }),
    'largest keys': () => ({ largest: Uint8Array.of(255) }),
  }
  for (const [name, change] of Object.entries(changes)) {
    test(name, async () => {
      const [table] = [...manifestStateOf(disk).version.tables()] as [TableEntry]
      appendEdit(disk, { removed: [table.number], added: [{ ...table, ...change(table) }] })
      const store = await openOn(disk, OPTIONS)
      const { problems } = await verified(store)
      await store.close()
      expect(problems).toHaveLength(1)
      expect(problems[0]!.file).toContain('.sst')
      expect(problems[0]!.what).toContain(name)
    })
  }
})

test('verify asks the filter for every key: one that denies a key is found, though its checksum is right', async () => {
  const table = [...manifestStateOf(disk).version.tables()].sort((a, b) => b.entries - a.entries)[0]!
  const name = `${String(table.number).padStart(6, '0')}.sst`
  const file = disk.open(`${STORE}/${name}`, 'read')
  const { offset, size } = new TableFile(file, table).section('filter')!
  file.close()
  const bytes = readFile(disk, `${STORE}/${name}`)
  bytes.fill(0, offset + 10, offset + size)
  const seed = tableSeed(new Uint8Array(Buffer.from(table.id, 'hex')))
  const sum = checksum(bytes, offset, offset + size + TRAILER_SIZE - 4, seedAt(seed, offset))
  new DataView(bytes.buffer).setUint32(offset + size + TRAILER_SIZE - 4, sum, true)
  const { problems } = await verifiedAfter(() => putFile(disk, name, bytes))
  expect(problems.map(({ what }) => what).join()).toContain('denies one of its keys')
})

describe('verify finds that', () => {
  test('a table is missing, or another one is in its place', async () => {
    const [first, second] = [...filesOf(disk)].filter(([name]) => name.endsWith('.sst'))
    expect((await verifiedAfter(() => disk.unlinkSync(`${STORE}/${first![0]}`))).problems[0]!.file).toContain(first![0])
    putFile(disk, ...first!)
    const { problems } = await verifiedAfter(() => putFile(disk, first![0], second![1]))
    expect(problems[0]!.file).toContain(first![0])
  })

  test('a log is missing, without its seal, or not linked to the one before it', async () => {
    const name = nameLike(filesOf(disk), /\.wal$/)
    const bytes = filesOf(disk).get(name)!
    const header = newestLogHeader(disk)
    const first = header.baseSequence + 1
    expect((await verifiedAfter(() => disk.unlinkSync(`${STORE}/${name}`))).problems[0]!.what).toContain('missing')
    putFile(disk, name, bytes)
    const unsealed = await verifiedAfter(() => void new ForgedLog(disk, header).puts(first, 'later'))
    expect(unsealed.problems[0]!.what).toContain('sealed')
    putFile(disk, name, bytes)
    const early = await verifiedAfter(() => {
      new ForgedLog(disk, header, { baseSequence: header.baseSequence + 5 }).puts(first + 5, 'later')
    })
    expect(early.problems[0]!.what).toContain('begins behind sequence')
    putFile(disk, name, bytes)
    const later = await verifiedAfter(() => void new ForgedLog(disk, header, { epoch: 99 }).puts(first, 'later'))
    expect(later.problems[0]!.what).toContain('a life that the manifest does not know')
  })

  test('a log does not link to the one before it', async () => {
    const live = new MemoryFileSystem()
    const store = await openOn(live)
    await store.put('gone', 'x')
    disk = live.killed()
    await store.close()
    const header = newestLogHeader(disk)
    const number = header.number + 1
    const first = new ForgedLog(disk, header).puts(1, 'a').synced()
    const second = (length: number): ForgedLog =>
      new ForgedLog(disk, header, { number, baseSequence: 1 }).link(header.number, length, 1).puts(2, 'b')
    second(first.length)
    const { problems } = await verifiedAfter(() => void second(first.length + 1), { readOnly: true })
    expect(problems[0]!.what).toContain('does not link')
  })

  test('CURRENT is missing, or names another manifest', async () => {
    const bytes = filesOf(disk).get('CURRENT')!
    const missing = await verifiedAfter(() => disk.unlinkSync(`${STORE}/CURRENT`))
    expect(missing.problems).toHaveLength(1)
    putFile(disk, 'CURRENT', bytes)
    const { problems } = await verifiedAfter(() => putFile(disk, 'CURRENT', encodeCurrent(900)))
    expect(problems[0]).toMatchObject({ file: `${STORE}/CURRENT` })
  })

  test('the manifest says something else than what is in memory', async () => {
    const { problems } = await verifiedAfter(() => appendEdit(disk, { lastSequence: 1_000_000 }), { writes: true })
    expect(problems[0]!.what).toContain('than what is in memory')
  })
})

test('files that nothing needs are told, and are no problem; lost/ and names of others are not looked at', async () => {
  for (const readOnly of [false, true]) {
    const report = await verifiedAfter(
      () => {
        for (const name of ['000001.sst', '000001.wal', 'MANIFEST-000900', 'CURRENT.tmp', 'notes.txt', '1.sst']) {
          putFile(disk, name, Uint8Array.of(1))
        }
        if (disk.status(`${STORE}/lost`) === undefined) disk.makeDirectory(`${STORE}/lost`)
        putFile(disk, 'lost/000001-000001.wal', Uint8Array.of(1))
      },
      { readOnly },
    )
    expect(report.problems).toEqual([])
    expect(report.orphans.sort()).toEqual(['000001.sst', '000001.wal', 'CURRENT.tmp', 'MANIFEST-000900'])
    for (const name of report.orphans) disk.unlinkSync(`${STORE}/${name}`)
  }
})

test('verify while flushes, merges and writes go on finds nothing wrong', async () => {
  const store = await openOn(disk, { ...OPTIONS, memtableBytes: 1500 })
  const writing = (async () => {
    for (let i = 0; i < 400; i++) await store.put(`busy ${i % 50}`, `${i}`.repeat(8), { durability: 'process' })
  })()
  let runs = 0
  let isDone = false
  void writing.then(() => {
    isDone = true
  })
  for (; !isDone || runs < 3; runs++) expect(await store.verify()).toMatchObject({ problems: [] })
  await writing
  await store.flush()
  expect(await store.verify()).toMatchObject({ problems: [] })
  await store.close()
})
