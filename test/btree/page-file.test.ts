import { expect, test } from 'vitest'
import { applyEdit } from '../../src/btree/page/apply-edit.ts'
import { PageKind, setPageLsn } from '../../src/btree/page/format.ts'
import { PageFile } from '../../src/btree/page-file.ts'
import { FixedPlaces } from '../../src/btree/page-places.ts'
import { codeOf } from '../support/bytes-text.ts'
import { FaultDisk, STORE } from '../support/fault-store.ts'

function pageOf(pages: PageFile, id: number, lsn: number): Uint8Array {
  const page = new Uint8Array(4096)
  const blank = { left: 0, right: 0, level: 0, count: 0, cells: new Uint8Array(0), cellsBytes: 0 }
  applyEdit(page, id, { kind: 'format', pageKind: PageKind.leaf, ...blank })
  setPageLsn(page, lsn)
  pages.seal(page, id)
  return page
}

test('what a failed sync has given back of an earlier time is not taken for what was written', async () => {
  const disk = new FaultDisk()
  disk.disk.makeDirectory(STORE)
  const pages = new PageFile(disk.faulty, STORE, 'create', 4096, new Uint8Array(16), new FixedPlaces())
  pages.write(pageOf(pages, 1, 3), [1], 1)
  await pages.sync.wait()
  const [older, newer] = [pageOf(pages, 1, 3), pageOf(pages, 1, 5)]
  pages.write(newer, [1], 1)
  expect(pages.read(1)).toEqual(newer)
  disk.failNext('sync', 'pages')
  expect(await codeOf(() => pages.sync.wait())).toBe('POISONED')
  const file = disk.disk.open(`${STORE}/pages`, 'write', 'other')
  file.writeSync(older, 4096)
  file.close()
  expect(await codeOf(() => pages.read(1))).toBe('CORRUPTION')
  pages.close()
})
