import { describe, expect, test } from 'vitest'
import { Lookup } from '../../src/key/lookup.ts'
import { TableCache } from '../../src/table/table-cache.ts'
import { buildTable, current, numberedItems, TABLE_ID_TEXT, tableShared } from '../support/table-fixture.ts'
import { TableMemoryFile } from '../support/table-memory-file.ts'

const bytes = buildTable(numberedItems(50)).file.contents()
const table = (number: number) => ({ number, id: TABLE_ID_TEXT, bytes: bytes.length })

function tableCache(maxOpenFiles: number): { cache: TableCache; opened: TableMemoryFile[]; openNow: () => number } {
  const opened: TableMemoryFile[] = []
  const open = (number: number) => {
    const file = new TableMemoryFile(`${number}.sst`, bytes.slice())
    opened.push(file)
    return file
  }
  const openNow = () => opened.filter((file) => !file.closed).length
  return { cache: new TableCache(open, maxOpenFiles, tableShared()), opened, openNow }
}

describe('table cache', () => {
  test('opens a table once, and closes the one not used for longest when there are too many', () => {
    const { cache, opened, openNow } = tableCache(3)
    for (const number of [1, 2, 3, 1, 1]) cache.get(table(number))
    expect(opened.length).toBe(3)
    cache.get(table(4))
    expect(opened.filter((file) => file.closed).map((file) => file.path)).toEqual(['2.sst'])
    for (let number = 5; number < 50; number++) {
      expect(cache.get(table(number)).find(new Lookup().ask(numberedItems(1)[0]!.key, 100))).toBe(true)
      expect(openNow()).toBe(3)
      expect(cache.openFiles).toBe(3)
    }
    expect(cache.filterBytes).toBe(3 * 63)
    expect(cache.indexBytes).toBeGreaterThan(0)
    cache.close()
    expect([openNow(), cache.openFiles, cache.indexBytes, cache.filterBytes]).toEqual([0, 0, 0, 0])
  })

  test('a table with a cursor stays open until the cursor is closed', () => {
    const { cache, opened, openNow } = tableCache(2)
    const cursors = [1, 2, 3].map((number) => cache.get(table(number)).cursor(true))
    expect(openNow()).toBe(3)
    for (const cursor of cursors) cursor.seekToFirst()
    cache.evict(1)
    cache.evict(99)
    expect([openNow(), cache.openFiles]).toEqual([3, 3])
    expect(current(cursors[0]!)).toEqual(numberedItems(50)[0])
    cursors[0]!.close()
    cursors[0]!.close()
    expect(opened[0]!.closed).toBe(true)
    expect(() => cursors[0]!.seekToFirst()).toThrow(/closed/)
    cursors[1]!.close()
    expect(openNow()).toBe(2)
    cache.get(table(4))
    expect([openNow(), cache.openFiles]).toEqual([2, 2])
    cache.close()
    expect(openNow()).toBe(1)
    cursors[2]!.close()
    expect([openNow(), cache.openFiles]).toEqual([0, 0])
  })

  test('a table that cannot be opened leaves no file open', () => {
    const { cache, openNow } = tableCache(2)
    expect(() => cache.get({ ...table(1), bytes: 7 })).toThrow(/7/)
    expect([openNow(), cache.openFiles]).toEqual([0, 0])
    expect(cache.get(table(1)).closed).toBe(false)
  })
})
