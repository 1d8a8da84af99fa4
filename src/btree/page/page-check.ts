import { checksum } from '../../bytes/checksum.ts'
import { corruption } from '../../errors.ts'
import { cellBytes } from './cell.ts'
import {
  cellAt,
  cellsStart,
  deadBytes,
  HEADER_BYTES,
  holeStart,
  isSlotted,
  LAST_KIND,
  PageKind,
  pageId,
  pageKind,
  pageLevel,
  slotCount,
} from './format.ts'
import { putU32, u32At } from './integers.ts'

/** Writes the checksum, as the last thing before a page goes to the disk. */
export function sealPage(page: Uint8Array, seed: number): void {
  putU32(page, 0, checksum(page, 4, page.length, seed))
}

export function isSealed(page: Uint8Array, seed: number): boolean {
  return u32At(page, 0) === checksum(page, 4, page.length, seed)
}

/**
 * Proves that a page is the one asked for and that every offset and length in it stays within it: whoever reads or
 * changes it afterwards checks no bound. Knows no keys and no other page. Throws CORRUPTION, naming `file`.
 */
export function checkPage(page: Uint8Array, id: number, file?: string): void {
  const fault = pageFault(page, id)
  if (fault !== undefined) throw corruption(`page ${id}: ${fault}`, file, id * page.length)
}

function pageFault(page: Uint8Array, id: number): string | undefined {
  const kind = pageKind(page)
  if (pageId(page) !== id) return 'it says that it is another page'
  if (kind > LAST_KIND) return 'its kind is unknown'
  if (pageLevel(page) > 0 !== (kind === PageKind.internal)) return 'its level does not fit its kind'
  if (page[22] !== 0 || page[23] !== 0) return 'a reserved field is not zero'
  if (!isSlotted(kind) && slotCount(page) > page.length - HEADER_BYTES) return 'its payload is too long'
  return isSlotted(kind) ? slotFault(page, kind) : undefined
}

function slotFault(page: Uint8Array, kind: number): string | undefined {
  const slots = slotCount(page)
  const start = cellsStart(page)
  const end = page.length
  if (start > end || holeStart(page) > start) return 'its slots and cells overlap'
  let sum = deadBytes(page)
  for (let slot = 0; slot < slots; slot++) {
    const at = cellAt(page, slot)
    const bytes = at < start ? Number.POSITIVE_INFINITY : cellBytes(kind, page, at, end)
    if (at + bytes > end) return 'a cell does not lie within it'
    sum += bytes
  }
  // With this, moving the cells together cannot run below the slots, even if two slots share a cell.
  return sum === end - start ? undefined : 'its cells and dead bytes do not add up'
}
