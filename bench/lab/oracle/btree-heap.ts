import { type Amplification, type TreeLoad, treeAmplification } from './btree-arms.ts'
import { imageBytes, type TreeLayout } from './btree-layout.ts'

/** PostgreSQL's sizes on a 64-bit machine. */
const PAGE_HEADER_BYTES = 24
const LINE_POINTER_BYTES = 4
const TUPLE_HEADER_BYTES = 24
const INDEX_TUPLE_HEADER_BYTES = 8
const INDEX_SPECIAL_BYTES = 16
/** A value of at most 126 bytes has a header of 1 byte, a longer one of 4, aligned to 4. */
const SHORT_VALUE_BYTES = 126

export interface HeapLayout {
  readonly pageBytes: number
  readonly rowBytes: number
  /** Of the table's pages, line pointer included. */
  readonly rowCellBytes: number
  readonly rowsPerPage: number
  /** Of the index, line pointer included. */
  readonly entryBytes: number
  readonly entriesPerLeaf: number
}

/** A table (key bytea, value bytea) of short values and its unique index, as PostgreSQL lays them out. */
export function heapLayout(keyBytes: number, valueBytes: number, pageBytes = 8192): HeapLayout {
  const tuple = align8(varlenaEnd(varlenaEnd(TUPLE_HEADER_BYTES, keyBytes), valueBytes))
  const entry = align8(varlenaEnd(INDEX_TUPLE_HEADER_BYTES, keyBytes))
  const rowCellBytes = tuple + LINE_POINTER_BYTES
  const entryBytes = entry + LINE_POINTER_BYTES
  return {
    pageBytes,
    rowBytes: keyBytes + valueBytes,
    rowCellBytes,
    rowsPerPage: Math.floor((pageBytes - PAGE_HEADER_BYTES) / rowCellBytes),
    entryBytes,
    entriesPerLeaf: Math.floor((pageBytes - PAGE_HEADER_BYTES - INDEX_SPECIAL_BYTES) / entryBytes),
  }
}

/** Bytes that PostgreSQL 15 logs for one such row without images: what xlogrecord.h, heapam_xlog.h and nbtxlog.h add up to. */
export function postgresLogBytesPerRow(layout: HeapLayout, rowsPerTransaction: number): number {
  const record = 24
  const blockReference = 4 + 12 + 4
  const shortMainDataHeader = 2
  const insert = align8(record + blockReference + shortMainDataHeader + 3 + heapRowLogBytes(layout))
  const entry = align8(record + blockReference + shortMainDataHeader + 2 + layout.entryBytes - LINE_POINTER_BYTES)
  const commit = align8(record + 2 + 8)
  return insert + entry + commit / rowsPerTransaction
}

/** The row behind the fixed part of its header, of which only 5 bytes are logged. */
function heapRowLogBytes(layout: HeapLayout): number {
  const fixedHeader = 23
  return layout.rowCellBytes - LINE_POINTER_BYTES - fixedHeader + 5
}

/** Random rows: the heap grows at its end, the index like any tree. */
export function heapAmplification(layout: HeapLayout, load: TreeLoad): Amplification {
  // Every checkpoint but the last writes a heap page that is not full yet, half in the mean, and that changes again.
  const again = Math.ceil(load.rows / load.rowsPerCheckpoint) - 1
  const heapPages = load.rows / layout.rowsPerPage + again
  const images = again * imageBytes(layout.pageBytes, 0.5)
  return treeAmplification(indexLayout(layout), load, layout.rowBytes, heapPages, images)
}

/** The index as a layout of a tree whose rows are its entries. */
export function indexLayout(layout: HeapLayout): TreeLayout {
  return {
    pageBytes: layout.pageBytes,
    rowBytes: layout.rowBytes,
    cellBytes: layout.entryBytes,
    rowsPerLeaf: layout.entriesPerLeaf,
  }
}

function varlenaEnd(at: number, bytes: number): number {
  return bytes <= SHORT_VALUE_BYTES ? at + 1 + bytes : Math.ceil(at / 4) * 4 + 4 + bytes
}

function align8(bytes: number): number {
  return Math.ceil(bytes / 8) * 8
}
