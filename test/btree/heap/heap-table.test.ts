import { expect, test } from 'vitest'
import { checkHeap } from '../../../src/btree/heap/heap-check.ts'
import { createHeap, HeapTable, lastHeapPage } from '../../../src/btree/heap/heap-table.ts'
import { clearPage, PageKind, slotCount } from '../../../src/btree/page/format.ts'
import { createTree, Tree } from '../../../src/btree/tree/tree.ts'
import { MemoryPages } from '../../support/btree-memory-pages.ts'

const ROWS = 300

function makeHeap(): { readonly pages: MemoryPages; readonly root: number; readonly table: HeapTable } {
  const pages = new MemoryPages(4096)
  const meta = new Uint8Array(4096)
  clearPage(meta, 0, PageKind.meta, 0)
  pages.pages.set(0, meta)
  const root = pages.allocate()
  createTree(pages, root)
  expect(lastHeapPage(pages)).toBe(0)
  createHeap(pages)
  const table = new HeapTable(pages, new Tree(pages, root))
  for (let number = 0; number < ROWS; number++) {
    const row = Buffer.from(`${String(number).padStart(4, '0')} value`)
    table.put(row, 0, 4, row, 4, row.length)
  }
  return { pages, root, table }
}

test('the index leads to every row that was not deleted, also where a row was replaced', () => {
  const { pages, root, table } = makeHeap()
  expect(checkHeap(pages, root)).toBe(ROWS)
  const row = Buffer.from('0007 another value')
  expect(table.put(row, 0, 4, row, 4, row.length)).toBe(false)
  expect(table.delete(Buffer.from('0011'), 0, 4)).toBe(true)
  expect(table.delete(Buffer.from('0011'), 0, 4)).toBe(false)
  expect(checkHeap(pages, root)).toBe(ROWS - 1)
})

test('an entry that leads to the row of another key, to a dead one or to none is found', () => {
  const damages: ((page: Buffer) => void)[] = [
    (page) => page.copy(page, 32, 34, 36),
    (page) => page.writeUInt16LE(2, page.readUInt16LE(32)),
    (page) => page.writeUInt16LE(slotCount(page) - 1, 16),
    (page) => page.writeUInt8(PageKind.overflow, 14),
  ]
  for (const damage of damages) {
    const { pages, root } = makeHeap()
    damage(Buffer.from(pages.read(lastHeapPage(pages)).buffer))
    expect(() => checkHeap(pages, root)).toThrow(expect.objectContaining({ code: 'CORRUPTION' }))
  }
})
