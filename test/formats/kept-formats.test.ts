import { describe, expect, test } from 'vitest'
import { checksum, seedAt } from '../../src/bytes/checksum.ts'
import { FOOTER_SIZE, tableSeed } from '../../src/table/format.ts'
import { keptStores } from '../support/kept-formats.ts'
import { contentsOf, diskOf, expectRefusal, type Files, filesOf, openOn, textOf } from '../support/recovery-disk.ts'

const stores = keptStores()

test('every shape of the first format is kept', () => {
  const shapes = ['leveled', 'leveled-deflate', 'size-tiered', 'size-tiered-deflate']
  const expected = shapes.flatMap((shape) => ['clean', 'killed', 'poisoned'].map((life) => `${shape}-${life}`))
  expect(
    stores
      .filter(({ version }) => version === '1')
      .map(({ name }) => name)
      .sort(),
  ).toEqual(expected.sort())
  for (const { files } of stores) for (const bytes of files.values()) expect(bytes.length).toBeLessThan(8192)
})

describe.each(stores)('format $version, $name', ({ name, files, entries }) => {
  const contents = Object.fromEntries(entries)

  test('opens with all that it held, is whole, and takes writes', async () => {
    const disk = diskOf(files)
    const store = await openOn(disk)
    expect(store.recovery.clean).toBe(name.endsWith('clean'))
    expect(store.recovery.droppedBytes).toBe(0)
    expect(Object.entries(contentsOf(store))).toEqual(entries)
    expect((await store.verify()).problems).toEqual([])
    for (const [key, value] of entries) expect(store.getSync(key)).toBe(value)
    expect(store.getSync('key-001')).toBeUndefined()
    await store.put('key-001', 'now')
    await store.compact()
    await store.close()
    const again = await openOn(disk)
    expect(contentsOf(again)).toEqual({ ...contents, 'key-001': 'now' })
    expect((await again.verify()).problems).toEqual([])
    await again.close()
  })

  test('is read without the right to write, and stays as it is', async () => {
    const disk = diskOf(files)
    const store = await openOn(disk, { readOnly: true })
    expect(contentsOf(store)).toEqual(contents)
    await store.close()
    expect(textOf(filesOf(disk))).toEqual(textOf(files))
  })

  test('is refused untouched where a log or the manifest is of a newer format', async () => {
    const logs = [...files.keys()].filter((file) => /\.wal$|^MANIFEST/.test(file))
    expect(logs.length).toBeGreaterThan(1)
    for (const file of logs) {
      const newer = diskOf(new Map([...files, [file, newerLog(files.get(file)!)]]))
      await expectRefusal(newer, 'UNSUPPORTED_FORMAT')
      await expectRefusal(newer, 'UNSUPPORTED_FORMAT', { readOnly: true })
    }
  })

  test('and says so where a table is', async () => {
    const disk = diskOf(withNewerTables(files))
    await expectRefusal(disk, 'UNSUPPORTED_FORMAT', { readOnly: true })
    const store = await openOn(disk)
    const tables = Object.entries(textOf(withNewerTables(files))).filter(([file]) => file.endsWith('.sst'))
    expect(tables.length).toBeGreaterThan(0)
    expect(() => contentsOf(store)).toThrow(expect.objectContaining({ code: 'UNSUPPORTED_FORMAT' }))
    await expect(store.compact()).rejects.toThrow(expect.objectContaining({ code: 'UNSUPPORTED_FORMAT' }))
    await store.close()
    expect(Object.entries(textOf(filesOf(disk)))).toEqual(expect.arrayContaining(tables))
  })
})

function newerLog(bytes: Uint8Array): Uint8Array {
  const newer = bytes.slice()
  const view = new DataView(newer.buffer)
  view.setUint32(8, view.getUint32(8, true) + 1, true)
  view.setUint32(60, checksum(newer, 0, 60, 0), true)
  return newer
}

function withNewerTables(files: Files): Files {
  return new Map([...files].map(([name, bytes]) => [name, name.endsWith('.sst') ? newerTable(bytes) : bytes]))
}

function newerTable(bytes: Uint8Array): Uint8Array {
  const newer = bytes.slice()
  const view = new DataView(newer.buffer)
  const at = bytes.length - FOOTER_SIZE
  view.setUint32(at + 28, view.getUint32(at + 28, true) + 1, true)
  const seed = seedAt(tableSeed(newer.slice(at + 12, at + 28)), at)
  view.setUint32(at + 32, checksum(newer, at, at + 32, seed), true)
  return newer
}
