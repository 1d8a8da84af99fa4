import { corruption } from '../../errors.ts'
import { cellBytes } from './cell.ts'
import {
  cellAt,
  clearPage,
  HEADER_BYTES,
  isSlotted,
  maxCellBytes,
  PageKind,
  pageCapacity,
  pageKind,
  SLOT_BYTES,
  setLinks,
  setSlotCount,
  slotCount,
} from './format.ts'
import type { BodyEdit, FormatEdit, InsertEdit, PageEdit, ReplaceEdit } from './page-edit.ts'
import { freeBytes, insertCell, removeCells, replaceCell } from './slotted-page.ts'

/**
 * Carries an edit out on a page that `checkPage` found sound, or, for a format, on any bytes of a page's size. An edit
 * that does not fit the page is CORRUPTION (a damaged log, or one that belongs to other pages), and leaves it as it
 * was. Whether the page has this edit already is for the caller to know, by the LSN, which stays untouched.
 */
export function applyEdit(page: Uint8Array, id: number, edit: PageEdit): void {
  switch (edit.kind) {
    case 'insert':
      checkCell(page, id, edit)
      if (edit.slot > slotCount(page)) refuse(id, 'a slot beyond the last')
      if (edit.cellBytes + SLOT_BYTES > freeBytes(page)) refuse(id, 'a cell for which there is no room')
      insertCell(page, edit.slot, edit.cell, 0, edit.cellBytes)
      return
    case 'replace': {
      checkCell(page, id, edit)
      if (edit.slot >= slotCount(page)) refuse(id, 'a slot that is not there')
      const before = cellBytes(pageKind(page), page, cellAt(page, edit.slot), page.length)
      if (edit.cellBytes > freeBytes(page) + before) refuse(id, 'a cell for which there is no room')
      replaceCell(page, edit.slot, edit.cell, 0, edit.cellBytes)
      return
    }
    case 'remove':
      if (!isSlotted(pageKind(page)) || edit.slot + edit.count > slotCount(page)) refuse(id, 'slots that are not there')
      removeCells(page, edit.slot, edit.count)
      return
    case 'format':
      formatPage(page, id, edit)
      return
    case 'link':
      setLinks(page, edit.left, edit.right)
      return
    case 'body':
      writeBody(page, id, edit)
      return
  }
}

function checkCell(page: Uint8Array, id: number, edit: InsertEdit | ReplaceEdit): void {
  const kind = pageKind(page)
  if (!isSlotted(kind)) refuse(id, 'a cell, which its kind does not have')
  const { cell, cellBytes: bytes } = edit
  if (bytes > maxCellBytes(page.length)) refuse(id, 'a cell that is too long')
  if (bytes > cell.length || cellBytes(kind, cell, 0, bytes) !== bytes)
    refuse(id, 'a cell that contradicts its own length')
}

function formatPage(page: Uint8Array, id: number, edit: FormatEdit): void {
  const { pageKind: kind, level, count, cells, cellsBytes } = edit
  if (level > 0 !== (kind === PageKind.internal) || level > 255) refuse(id, 'a level that does not fit its kind')
  const slotted = isSlotted(kind)
  const slotBytes = slotted ? SLOT_BYTES * count : 0
  if (cellsBytes > cells.length || cellsBytes + slotBytes > pageCapacity(page.length)) refuse(id, 'too many cells')
  if (slotted) checkCells(id, edit)
  clearPage(page, id, kind, level)
  setLinks(page, edit.left, edit.right)
  // What was there before must not tell this page from one that is formatted elsewhere.
  page.fill(0, HEADER_BYTES)
  if (!slotted) {
    page.set(cells.subarray(0, cellsBytes), HEADER_BYTES)
    setSlotCount(page, cellsBytes)
    return
  }
  let at = 0
  for (let slot = 0; slot < count; slot++) {
    const bytes = cellBytes(kind, cells, at, cellsBytes)
    insertCell(page, slot, cells, at, bytes)
    at += bytes
  }
}

function checkCells(id: number, edit: FormatEdit): void {
  const { pageKind: kind, count, cells, cellsBytes } = edit
  let at = 0
  for (let i = 0; i < count && at <= cellsBytes; i++) at += cellBytes(kind, cells, at, cellsBytes)
  if (at !== cellsBytes) refuse(id, 'cells that contradict their own length')
}

function writeBody(page: Uint8Array, id: number, edit: BodyEdit): void {
  const { offset, bytes } = edit
  if (pageKind(page) !== PageKind.meta) refuse(id, 'a body, which its kind does not have')
  if (offset + bytes.length > pageCapacity(page.length)) refuse(id, 'bytes behind its end')
  page.set(bytes, HEADER_BYTES + offset)
  setSlotCount(page, Math.max(slotCount(page), offset + bytes.length))
}

function refuse(id: number, what: string): never {
  throw corruption(`an edit of page ${id} names ${what}`)
}
