import { copyBytes } from '../../bytes/copy.ts'
import { cellBytes } from './cell.ts'
import {
  cellAt,
  cellsStart,
  deadBytes,
  HEADER_BYTES,
  pageKind,
  SLOT_BYTES,
  setCellsStart,
  setDeadBytes,
  setSlotCount,
  slotCount,
} from './format.ts'
import { putU16 } from './integers.ts'

/**
 * Changes of the slots and cells of one page. Callers (apply-edit.ts) have proven that slots exist and that cells fit.
 * What a change leaves behind depends on the page's bytes alone, so that redoing a log gives the same bytes again.
 */

/** What a page has left for slots and cells, with its dead bytes. */
export function freeBytes(page: Uint8Array): number {
  return cellsStart(page) - HEADER_BYTES - SLOT_BYTES * slotCount(page) + deadBytes(page)
}

export function insertCell(page: Uint8Array, slot: number, cell: Uint8Array, start: number, bytes: number): void {
  const slots = slotCount(page)
  const at = placeCell(page, slots + 1, cell, start, bytes)
  const slotAt = HEADER_BYTES + SLOT_BYTES * slot
  page.copyWithin(slotAt + SLOT_BYTES, slotAt, HEADER_BYTES + SLOT_BYTES * slots)
  putU16(page, slotAt, at)
  setSlotCount(page, slots + 1)
}

export function replaceCell(page: Uint8Array, slot: number, cell: Uint8Array, start: number, bytes: number): void {
  const at = cellAt(page, slot)
  const before = cellBytes(pageKind(page), page, at, page.length)
  if (bytes <= before) {
    copyBytes(page, at, cell, start, start + bytes)
    setDeadBytes(page, deadBytes(page) + before - bytes)
    return
  }
  const slotAt = HEADER_BYTES + SLOT_BYTES * slot
  // A slot of 0 is none: compaction passes over it.
  putU16(page, slotAt, 0)
  setDeadBytes(page, deadBytes(page) + before)
  putU16(page, slotAt, placeCell(page, slotCount(page), cell, start, bytes))
}

export function removeCells(page: Uint8Array, slot: number, count: number): void {
  const slots = slotCount(page)
  const kind = pageKind(page)
  let dead = deadBytes(page)
  for (let i = slot; i < slot + count; i++) dead += cellBytes(kind, page, cellAt(page, i), page.length)
  const from = HEADER_BYTES + SLOT_BYTES * (slot + count)
  page.copyWithin(HEADER_BYTES + SLOT_BYTES * slot, from, HEADER_BYTES + SLOT_BYTES * slots)
  setSlotCount(page, slots - count)
  if (slots === count) {
    setCellsStart(page, page.length)
    dead = 0
  }
  setDeadBytes(page, dead)
}

/** Puts a cell below all others, and moves these together before if there is no room; returns where it begins. */
function placeCell(page: Uint8Array, slots: number, cell: Uint8Array, start: number, bytes: number): number {
  if (cellsStart(page) - bytes < HEADER_BYTES + SLOT_BYTES * slots) compact(page)
  const at = cellsStart(page) - bytes
  copyBytes(page, at, cell, start, start + bytes)
  setCellsStart(page, at)
  return at
}

let scratch: Uint8Array = new Uint8Array(16384)

/** Moves the cells together, at the end of the page, in the order of their slots. */
function compact(page: Uint8Array): void {
  const kind = pageKind(page)
  const slots = slotCount(page)
  if (scratch.length < page.length) scratch = new Uint8Array(page.length)
  scratch.set(page)
  let end = page.length
  for (let slot = 0; slot < slots; slot++) {
    const from = cellAt(page, slot)
    if (from === 0) continue
    const bytes = cellBytes(kind, scratch, from, page.length)
    end -= bytes
    copyBytes(page, end, scratch, from, from + bytes)
    putU16(page, HEADER_BYTES + SLOT_BYTES * slot, end)
  }
  setCellsStart(page, end)
  setDeadBytes(page, 0)
}
