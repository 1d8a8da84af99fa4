import { corruption } from '../../errors.ts'
import { cellAt, PageKind, pageKind, slotCount } from '../page/format.ts'
import { u16At, u32At } from '../page/integers.ts'
import type { PageReader } from '../tree/page-access.ts'
import { HeapRow, PLACE_BYTES_MIN } from './heap-row.ts'

/** The row to which an entry of the index leads; reused from row to row. */
export class HeapPlace {
  pageId = 0
  slot = 0
  /** The bytes of its page, good as long as the reader says. */
  page: Uint8Array = new Uint8Array(0)
  readonly row: HeapRow = new HeapRow()

  /** Follows the place that stands in `bytes`. CORRUPTION where there is no row. */
  read(reader: PageReader, bytes: Uint8Array, start: number, end: number): void {
    if (end - start < PLACE_BYTES_MIN) throw corruption('an entry of a heap index is too short to name a place')
    this.pageId = u32At(bytes, start)
    this.slot = u16At(bytes, start + 4)
    this.page = reader.read(this.pageId)
    if (pageKind(this.page) !== PageKind.heap || this.slot >= slotCount(this.page)) {
      throw corruption(`page ${this.pageId} holds no row ${this.slot}, as the index of its heap says`)
    }
    this.row.read(this.page, cellAt(this.page, this.slot))
  }
}
