import { describe, expect, test } from 'vitest'
import { SectionName } from '../../src/table/section.ts'
import { TableFile } from '../../src/table/table-file.ts'
import { scanTable } from '../../src/table/table-scan.ts'
import { SimulatedFileSystem } from '../../src/testing/simulated-file-system.ts'
import { buildTable, current, numberedItems, TABLE_ID_TEXT } from '../support/table-fixture.ts'

const PATH = '/000001.sst'
const { file } = buildTable(numberedItems(5000, 100))
const expected = { id: TABLE_ID_TEXT, bytes: file.sizeSync() }

function diskWith(contents: Uint8Array): SimulatedFileSystem {
  const disk = new SimulatedFileSystem()
  const written = disk.open(PATH, 'create', 'other')
  written.appendSync(contents)
  written.close()
  return disk
}

describe('a table read once from end to end', () => {
  test('gives every entry, and closes the file with the cursor', () => {
    const disk = diskWith(file.contents())
    const cursor = scanTable(disk, PATH, expected)
    const items = []
    for (cursor.seekToFirst(); cursor.valid; cursor.next()) items.push(current(cursor))
    expect(items).toEqual(numberedItems(5000, 100))
    expect(disk.openFiles).toBe(1)
    cursor.close()
    cursor.close()
    expect(disk.openFiles).toBe(0)
  })

  test('does without the filter, even a damaged one', () => {
    const contents = file.contents()
    const { offset, size } = new TableFile(file, expected).section(SectionName.filter)!
    contents[offset + (size >>> 1)]! ^= 0xff
    const cursor = scanTable(diskWith(contents), PATH, expected)
    let entries = 0
    for (cursor.seekToFirst(); cursor.valid; cursor.next()) entries++
    cursor.close()
    expect(entries).toBe(5000)
  })

  test('a file that is not the table expected is refused, and left closed', () => {
    const disk = diskWith(file.contents())
    expect(() => scanTable(disk, PATH, { ...expected, bytes: 7 })).toThrow(/7/)
    const other = { ...expected, id: TABLE_ID_TEXT.replace('0', '1') }
    expect(() => scanTable(disk, PATH, other)).toThrow(/another table/)
    expect(disk.openFiles).toBe(0)
  })
})
