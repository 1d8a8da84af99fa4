import { putU16, putU32, putU48, u16At, u32At, u48At } from './integers.ts'

/**
 * A page: 4096, 8192 or 16384 bytes. Integers are little-endian.
 *
 *     header (32 bytes)
 *       0   CRC          u32   CRC-32 of bytes 4 to the end, begun from the seed that the keeper of pages gives;
 *                              written when the page goes to the disk
 *       4   page id      u32
 *       8   LSN          u48   of the last change; belongs to the keeper of pages
 *       14  kind         u8    0 free, 1 leaf, 2 internal, 3 overflow, 4 meta, 5 heap
 *       15  level        u8    0 for a leaf, one more than its children for an internal page, else 0
 *       16  slots        u16   how many slots there are; of an overflow or meta page: its payload in bytes
 *       18  cells start  u16   where the lowest cell begins; the page's size where there is none
 *       20  dead bytes   u16   bytes from there to the end that belong to no cell
 *       22  zero         u16
 *       24  left         u32   leaf: the leaf before it; 0: none
 *       28  right        u32   leaf: the leaf behind it; overflow, free: the next of its chain; 0: none
 *
 *     leaf, internal, heap
 *       slot*    u16           where the cell of each slot begins, in key order (heap: in order of arrival)
 *       (hole)                 from the last slot to "cells start"; its bytes mean nothing
 *       cell*                  in any order, with dead bytes between them
 *
 *     leaf cell, internal cell
 *       0   key bytes    u16   bits 0-13: how many bytes of the key stand here; bit 14: the value is in a chain;
 *                              bit 15: the rest of the key is in a chain
 *       2   word         u32   leaf: bytes of the value; internal: id of the child
 *       6   the key's bytes
 *           rest of the key    only with bit 15: bytes in the chain (u32), first page of the chain (u32)
 *           value              leaf: the value, or, with bit 14, the first page of its chain (u32)
 *
 *     A row of 16 + 100 bytes costs 2 + 6 + 116 = 124 bytes: 65 of them fill a leaf of 8 KiB. The first cell of an
 *     internal page has a key of no bytes: it stands for everything below the second one's.
 *
 *     heap cell         bytes of the cell (u16), then what heap/ puts there
 *     overflow, meta    payload from byte 32 on; every page of a chain but the last is full
 *
 *     Page 0 is a meta page, so that 0 can mean "none" in every link.
 */
export const HEADER_BYTES = 32
export const SLOT_BYTES = 2
export const CELL_HEADER_BYTES = 6

export const PageKind = { free: 0, leaf: 1, internal: 2, overflow: 3, meta: 4, heap: 5 } as const
export type PageKind = (typeof PageKind)[keyof typeof PageKind]
export const LAST_KIND = 5

/** Bits of a cell's first field. */
export const KEY_IN_CHAIN = 0x8000
export const VALUE_IN_CHAIN = 0x4000
export const INLINE_MASK = 0x3fff

export const pageSizes: readonly number[] = [4096, 8192, 16384]

/** What a page can hold in slots and cells. */
export function pageCapacity(pageBytes: number): number {
  return pageBytes - HEADER_BYTES
}

/** The largest cell: four of them, with their slots, fit into a page, so that every split leaves two halves that fit. */
export function maxCellBytes(pageBytes: number): number {
  return Math.floor(pageCapacity(pageBytes) / 4) - SLOT_BYTES
}

/** The most of a key that stands in a cell; the rest goes to a chain. */
export function maxInlineKeyBytes(pageBytes: number): number {
  return pageBytes >> 3
}

export function pageId(page: Uint8Array): number {
  return u32At(page, 4)
}

export function pageLsn(page: Uint8Array): number {
  return u48At(page, 8)
}

export function setPageLsn(page: Uint8Array, lsn: number): void {
  putU48(page, 8, lsn)
}

export function pageKind(page: Uint8Array): number {
  return page[14]!
}

export function pageLevel(page: Uint8Array): number {
  return page[15]!
}

export function slotCount(page: Uint8Array): number {
  return u16At(page, 16)
}

export function setSlotCount(page: Uint8Array, slots: number): void {
  putU16(page, 16, slots)
}

export function cellsStart(page: Uint8Array): number {
  return u16At(page, 18)
}

export function setCellsStart(page: Uint8Array, start: number): void {
  putU16(page, 18, start)
}

export function deadBytes(page: Uint8Array): number {
  return u16At(page, 20)
}

export function setDeadBytes(page: Uint8Array, bytes: number): void {
  putU16(page, 20, bytes)
}

export function leftLink(page: Uint8Array): number {
  return u32At(page, 24)
}

export function rightLink(page: Uint8Array): number {
  return u32At(page, 28)
}

export function setLinks(page: Uint8Array, left: number, right: number): void {
  putU32(page, 24, left)
  putU32(page, 28, right)
}

/** Writes the header of a page without slots; the LSN stays what it was. */
export function clearPage(page: Uint8Array, id: number, kind: PageKind, level: number): void {
  putU32(page, 4, id)
  page[14] = kind
  page[15] = level
  setSlotCount(page, 0)
  setCellsStart(page, page.length)
  setDeadBytes(page, 0)
  putU16(page, 22, 0)
  setLinks(page, 0, 0)
}

export function isSlotted(kind: number): boolean {
  return kind === PageKind.leaf || kind === PageKind.internal || kind === PageKind.heap
}

/** Where the hole begins: an image of the page may leave out the bytes from here to `holeEnd`, and a reader put zeros. */
export function holeStart(page: Uint8Array): number {
  const kind = pageKind(page)
  if (isSlotted(kind)) return HEADER_BYTES + SLOT_BYTES * slotCount(page)
  return HEADER_BYTES + slotCount(page)
}

export function holeEnd(page: Uint8Array): number {
  return isSlotted(pageKind(page)) ? cellsStart(page) : page.length
}

/** What slots and cells take of `pageCapacity`. */
export function usedBytes(page: Uint8Array): number {
  return SLOT_BYTES * slotCount(page) + page.length - cellsStart(page) - deadBytes(page)
}

/** Where the cell of a slot begins. */
export function cellAt(page: Uint8Array, slot: number): number {
  const at = HEADER_BYTES + SLOT_BYTES * slot
  return page[at]! | (page[at + 1]! << 8)
}
