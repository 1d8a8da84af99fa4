import type { ByteReader } from '../../bytes/reader.ts'
import type { ByteWriter } from '../../bytes/writer.ts'
import { LAST_KIND, type PageKind } from './format.ts'

/**
 * A change of one page, as the log holds it: redone on the page as it was before, it gives the same bytes again. Edits
 * and the arrays in them are read during the call that they are passed to and may be used again after it.
 *
 *     insert   1, slot (varint), cell (varint length, bytes)
 *     replace  2, slot (varint), cell (varint length, bytes)
 *     remove   3, slot (varint), count (varint)
 *     format   4, kind, level, left (u32), right (u32), count (varint), cells (varint length, bytes)
 *     link     5, left (u32), right (u32)
 *     body     6, offset (varint), bytes (varint length, bytes)
 */
export type PageEdit = InsertEdit | ReplaceEdit | RemoveEdit | FormatEdit | LinkEdit | BodyEdit

/** The cell is `cell` from 0 to `cellBytes`; the slots from `slot` on move up. */
export interface InsertEdit {
  readonly kind: 'insert'
  slot: number
  cell: Uint8Array
  cellBytes: number
}

export interface ReplaceEdit {
  readonly kind: 'replace'
  slot: number
  cell: Uint8Array
  cellBytes: number
}

/** Takes `count` slots away, from `slot` on. */
export interface RemoveEdit {
  readonly kind: 'remove'
  slot: number
  count: number
}

/**
 * The whole page anew, whatever it was: `count` cells, one behind another, in `cells` from 0 to `cellsBytes`. Of
 * pages that have no slots they are the payload, and `count` is 0.
 */
export interface FormatEdit {
  readonly kind: 'format'
  pageKind: PageKind
  level: number
  left: number
  right: number
  count: number
  cells: Uint8Array
  cellsBytes: number
}

export interface LinkEdit {
  readonly kind: 'link'
  left: number
  right: number
}

/** Bytes of a meta page's payload, which grows where they lie behind its end. */
export interface BodyEdit {
  readonly kind: 'body'
  offset: number
  bytes: Uint8Array
}

const Tag = { insert: 1, replace: 2, remove: 3, format: 4, link: 5, body: 6 } as const

export function encodeEdit(writer: ByteWriter, edit: PageEdit): void {
  writer.u8(Tag[edit.kind])
  switch (edit.kind) {
    case 'insert':
    case 'replace':
      writer.varint(edit.slot)
      writer.varint(edit.cellBytes)
      writer.slice(edit.cell, 0, edit.cellBytes)
      break
    case 'remove':
      writer.varint(edit.slot)
      writer.varint(edit.count)
      break
    case 'format':
      writer.u8(edit.pageKind)
      writer.u8(edit.level)
      writer.u32(edit.left)
      writer.u32(edit.right)
      writer.varint(edit.count)
      writer.varint(edit.cellsBytes)
      writer.slice(edit.cells, 0, edit.cellsBytes)
      break
    case 'link':
      writer.u32(edit.left)
      writer.u32(edit.right)
      break
    case 'body':
      writer.varint(edit.offset)
      writer.prefixed(edit.bytes)
      break
  }
}

/** The arrays of the edit are views of the reader's. CORRUPTION where it cannot be read; whether it fits is `applyEdit`'s. */
export function decodeEdit(reader: ByteReader): PageEdit {
  const tag = reader.u8()
  switch (tag) {
    case Tag.insert:
    case Tag.replace: {
      const slot = reader.varint()
      const cell = reader.prefixed()
      return { kind: tag === Tag.insert ? 'insert' : 'replace', slot, cell, cellBytes: cell.length }
    }
    case Tag.remove:
      return { kind: 'remove', slot: reader.varint(), count: reader.varint() }
    case Tag.format:
      return decodeFormat(reader)
    case Tag.link:
      return { kind: 'link', left: reader.u32(), right: reader.u32() }
    case Tag.body:
      return { kind: 'body', offset: reader.varint(), bytes: reader.prefixed() }
    default:
      return reader.fail(`a page edit has the unknown tag ${tag}`)
  }
}

function decodeFormat(reader: ByteReader): FormatEdit {
  const pageKind = reader.u8()
  if (pageKind > LAST_KIND) reader.fail(`a page edit makes a page of the unknown kind ${pageKind}`)
  const level = reader.u8()
  const left = reader.u32()
  const right = reader.u32()
  const count = reader.varint()
  const cells = reader.prefixed()
  return {
    kind: 'format',
    pageKind: pageKind as PageKind,
    level,
    left,
    right,
    count,
    cells,
    cellsBytes: cells.length,
  }
}
