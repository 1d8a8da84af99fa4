import { compareSlices } from '../../bytes/compare.ts'
import { corruption } from '../../errors.ts'
import type { PageReader } from '../tree/page-access.ts'
import { TreeCursor } from '../tree/tree-cursor.ts'
import { HeapPlace } from './heap-place.ts'

/** Proves that every entry of the index leads to the row of its key, and returns how many there are. Throws CORRUPTION. */
export function checkHeap(reader: PageReader, root: number): number {
  const index = new TreeCursor(reader, root, undefined, undefined, false)
  const place = new HeapPlace()
  let rows = 0
  while (index.advance()) {
    place.read(reader, index.value, index.valueStart, index.valueEnd)
    const { keyStart, keyEnd } = place.row
    if (compareSlices(place.page, keyStart, keyEnd, index.key, index.keyStart, index.keyEnd) !== 0) {
      throw corruption(`row ${place.slot} of page ${place.pageId} has another key than the index says`)
    }
    rows++
  }
  return rows
}
