import { describe, expect, test } from 'vitest'
import { MemoryFileSystem } from '../../src/fs/memory-file-system.ts'
import { BlockScan } from '../../src/inspect/block-scan.ts'
import { dumpTable } from '../../src/inspect/dump-table.ts'
import { readFooter, TRAILER_SIZE, tableSeed } from '../../src/table/format.ts'
import { LogIdentity } from '../../src/wal/format.ts'
import { encodeLogHeader } from '../../src/wal/log-header.ts'
import { diskOf, type Files, filesOf, nameLike, openOn, STORE } from '../support/recovery-disk.ts'
import { ForgedLog, newestLogHeader } from '../support/recovery-forge.ts'
import { smallStores } from '../support/recovery-stores.ts'
import { repaired } from '../support/repair-place.ts'
import { seededNumbers } from '../support/seeded-numbers.ts'

/** A table of some 40 blocks: its bytes, and the store around it. */
async function tableOf(compression: 'none' | 'deflate'): Promise<{ files: Files; name: string; bytes: Uint8Array }> {
  const disk = new MemoryFileSystem()
  const store = await openOn(disk, { blockBytes: 200, compression })
  for (let i = 0; i < 200; i++) await store.put(`key ${1000 + i}`, `${i % 10}`.repeat(30), { durability: 'none' })
  await store.flush()
  await store.close()
  const files = filesOf(disk)
  const name = nameLike(files, /\.sst$/)
  return { files, name, bytes: files.get(name)! }
}

describe('blocks are found without their index:', () => {
  for (const compression of ['none', 'deflate'] as const) {
    test(`all of them, of codec ${compression}, and by the manifest's id where the footer is gone, too`, async () => {
      const { files, name, bytes } = await tableOf(compression)
      const { report, contents } = await repaired(diskOf(new Map([...files, [name, bytes.slice(0, -60)]])))
      expect(Object.keys(contents)).toHaveLength(200)
      expect(report).toMatchObject({ complete: true, entries: 200 })
      expect(report.unreadable.every(({ mayHoldEntries }) => !mayHoldEntries)).toBe(true)
      expect(report.unreadable.length).toBeGreaterThan(0)
    })
  }

  test('those that compression makes shorter than any could be without it, and those behind them', async () => {
    const disk = new MemoryFileSystem()
    const store = await openOn(disk, { blockBytes: 64, compression: 'deflate' })
    for (const key of ['a', 'b', 'c']) await store.put(key.repeat(100), '', { durability: 'none' })
    await store.flush()
    await store.close()
    const files = filesOf(disk)
    const name = nameLike(files, /\.sst$/)
    const blocks = [...dumpTable(disk, `${STORE}/${name}`)].flatMap((item) =>
      item.type === 'block' ? item.length : [],
    )
    expect(blocks).toHaveLength(3)
    expect(Math.max(...blocks)).toBeLessThan(18 + TRAILER_SIZE)
    const { report, contents } = await repaired(diskOf(new Map([...files, [name, files.get(name)!.slice(0, -60)]])))
    expect(Object.keys(contents)).toHaveLength(3)
    expect(report.complete).toBe(true)
  })

  test('those behind a damaged one, where they are not compressed', async () => {
    const { files, name, bytes } = await tableOf('none')
    const copy = bytes.slice(0, -60)
    copy.fill(0, 1000, 1020)
    const { report, contents } = await repaired(diskOf(new Map([...files, [name, copy]])))
    expect(Object.keys(contents).length).toBeGreaterThan(185)
    expect(Object.keys(contents).length).toBeLessThan(200)
    expect(contents['key 1199']).toBe('9'.repeat(30))
    expect(report.complete).toBe(false)
  })

  test('none in another table, nor at another place', async () => {
    const { bytes } = await tableOf('none')
    const disk = new MemoryFileSystem()
    const file = disk.open('/table', 'create', 'other')
    file.appendSync(bytes)
    const seed = tableSeed(readFooter(file, bytes.length).id)
    expect([...new BlockScan(file, seed, bytes.length).blocks()].length).toBeGreaterThan(30)
    expect([...new BlockScan(file, seed ^ 1, bytes.length).blocks()]).toEqual([])
    const moved = disk.open('/moved', 'create', 'other')
    moved.appendSync(Uint8Array.from([0, ...bytes]))
    expect([...new BlockScan(moved, seed, bytes.length).blocks()]).toEqual([])
  })

  test('in bounded time, however many false ends there are', () => {
    const disk = new MemoryFileSystem()
    const file = disk.open('/table', 'create', 'other')
    const bytes = new Uint8Array(1 << 20)
    const numbers = seededNumbers(3)
    // Trailers that tell of large blocks, at every eleventh byte.
    for (let at = 1000; at + 11 < bytes.length; at += 11) {
      const size = 100 + (numbers() % (at - 100))
      bytes.set([0, size & 255, (size >> 8) & 255, (size >> 16) & 255, 0], at)
    }
    let read = 0
    file.appendSync(bytes)
    const counted = new Proxy(file, {
      get: (target, name) =>
        name === 'readSync'
          ? (buffer: Uint8Array, offset: number) => (read += buffer.length) && target.readSync(buffer, offset)
          : Reflect.get(target, name, target),
    })
    expect([...new BlockScan(counted, 1, bytes.length).blocks()]).toEqual([])
    expect(read).toBeLessThan(40 * bytes.length)
  })
})

describe('a log made to be hard', () => {
  test('with false markers everywhere is given up in bounded time, from there on', async () => {
    const { killed } = await smallStores()
    const disk = diskOf(killed)
    const header = newestLogHeader(disk)
    const name = nameLike(new Map([...killed].reverse()), new RegExp(`${header.number}\\.wal$`))
    const head = encodeLogHeader(header)
    const identity = new LogIdentity(head)
    const bytes = new Uint8Array(1 << 18)
    bytes.set(head)
    for (let at = 80; at + 20 < bytes.length; at += 14) {
      const marker = identity.markerAt(at)
      const size = bytes.length - at - 20
      bytes.set([marker, marker >>> 8, marker >>> 16, marker >>> 24, 0, 0, 0, 0, 2], at)
      bytes.set([(size & 127) | 128, ((size >> 7) & 127) | 128, size >> 14], at + 9)
    }
    const { report } = await repaired(diskOf(new Map([...killed, [name, bytes]])))
    expect(report.complete).toBe(false)
    expect(report.unreadable).toContainEqual(expect.objectContaining({ file: name, offset: 64 }))
  })

  test('with intact records that break rules loses those, and keeps the others', async () => {
    const { killed } = await smallStores()
    const disk = diskOf(killed)
    const header = newestLogHeader(disk)
    const first = header.baseSequence + 1
    new ForgedLog(disk, header)
      .puts(first, 'before')
      .group(first + 1, (writer) => writer.u8(0))
      .record(77, new Uint8Array(3))
      .group(2 ** 48 - 1, (writer) => writer.bytes(Uint8Array.of(2, 0, 1, 1, 97, 0, 1, 1, 98, 0)))
      .puts(first + 3, 'behind')
    const { report, contents } = await repaired(disk)
    expect(contents).toMatchObject({ before: 'v', behind: 'v' })
    expect(Object.keys(contents)).toHaveLength(5)
    expect(report.complete).toBe(false)
    expect(JSON.stringify(report)).not.toContain('before')
  })

  test('longer than a log can be is not even opened', async () => {
    const { killed } = await smallStores()
    const disk = diskOf(killed)
    const name = nameLike(new Map([...killed].reverse()), /\.wal$/)
    const huge = new Proxy(disk, {
      get(target, property) {
        const value: unknown = Reflect.get(target, property, target)
        if (property === 'status') {
          return (path: string) => {
            const status = target.status(path)
            return path === `${STORE}/${name}` && status !== undefined ? { ...status, size: 2 ** 45 } : status
          }
        }
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
    const { report } = await repaired(huge)
    expect(report.unreadable).toContainEqual({
      file: name,
      offset: 0,
      length: 2 ** 45,
      why: 'it is longer than a log can be',
      mayHoldEntries: true,
    })
  })
})
