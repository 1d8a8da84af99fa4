import { corruption } from '../../errors.ts'
import { u16At, u32At } from '../page/integers.ts'

/**
 * Rows as PostgreSQL lays out a table (key bytea, value bytea), so that pages hold as many:
 *
 *     0   bytes of the cell   u16
 *     2   tuple               aligned to 8 bytes: header (24 bytes, zeros), key, value
 *                             each of these: to 126 bytes 2 * length + 3 (u8), then its bytes; longer ones, at the
 *                             next multiple of 4, 4 * length + 16 (u32), then its bytes
 *
 *     With its slot of 2 bytes a row takes what tuple and line pointer take there: 148 bytes for 16 + 100. A row that
 *     was replaced or deleted keeps its slot, with a cell of nothing but its length.
 */
const LENGTH_BYTES = 2
const TUPLE_HEADER_BYTES = 24
const SHORT_BYTES = 126

/** A row of no more bytes than the length of its cell. */
export const DEAD_ROW_BYTES: number = LENGTH_BYTES

export function rowBytes(keyBytes: number, valueBytes: number): number {
  return LENGTH_BYTES + align8(fieldEnd(fieldEnd(TUPLE_HEADER_BYTES, keyBytes), valueBytes))
}

/** Of a place in the index: so long that the entry takes what PostgreSQL's takes, 36 bytes for a key of 16. */
export function placeBytes(keyBytes: number): number {
  const theirs = align8(fieldEnd(8, keyBytes)) + 4
  return Math.max(PLACE_BYTES_MIN, theirs - 2 - 6 - keyBytes)
}

/** Page id (u32) and slot (u16). */
export const PLACE_BYTES_MIN = 6

/** Writes the row into `cell` from 0 on and returns its length. */
export function writeRow(
  cell: Uint8Array,
  key: Uint8Array,
  keyStart: number,
  keyEnd: number,
  value: Uint8Array,
  valueStart: number,
  valueEnd: number,
): number {
  const bytes = rowBytes(keyEnd - keyStart, valueEnd - valueStart)
  cell.fill(0, 0, bytes)
  cell[0] = bytes
  cell[1] = bytes >>> 8
  writeField(
    cell,
    writeField(cell, LENGTH_BYTES + TUPLE_HEADER_BYTES, key, keyStart, keyEnd),
    value,
    valueStart,
    valueEnd,
  )
  return bytes
}

/** Where the fields of a row lie; reused from row to row. */
export class HeapRow {
  keyStart = 0
  keyEnd = 0
  valueStart = 0
  valueEnd = 0
  /** Where the field begins that was read last. */
  #start = 0

  /** Reads the row that lies at `at`. CORRUPTION where it is dead, or its fields do not lie within its cell. */
  read(page: Uint8Array, at: number): void {
    const end = at + u16At(page, at)
    this.keyEnd = this.#field(page, at, at + LENGTH_BYTES + TUPLE_HEADER_BYTES, end)
    this.keyStart = this.#start
    this.valueEnd = this.#field(page, at, this.keyEnd, end)
    this.valueStart = this.#start
  }

  #field(page: Uint8Array, cell: number, at: number, end: number): number {
    const header = at < end ? page[at]! : 0
    const tupleAt = at - cell - LENGTH_BYTES
    const isShort = (header & 1) === 1
    const from = isShort ? at : cell + LENGTH_BYTES + align4(tupleAt)
    this.#start = from + (isShort ? 1 : 4)
    const length = isShort ? (header - 3) >>> 1 : this.#start <= end ? (u32At(page, from) - 16) / 4 : -1
    if (!(length >= 0 && this.#start + length <= end)) throw corruption('a row of a heap does not fit into its cell')
    return this.#start + length
  }
}

function writeField(cell: Uint8Array, at: number, source: Uint8Array, start: number, end: number): number {
  const length = end - start
  let to = at
  if (length <= SHORT_BYTES) cell[to++] = 2 * length + 3
  else {
    to = LENGTH_BYTES + align4(at - LENGTH_BYTES)
    const header = 4 * length + 16
    for (let i = 0; i < 4; i++) cell[to++] = header >>> (8 * i)
  }
  for (let i = start; i < end; i++) cell[to++] = source[i]!
  return to
}

/** Where a field of the tuple ends that begins at `at` or, a longer one, behind it. */
function fieldEnd(at: number, bytes: number): number {
  return bytes <= SHORT_BYTES ? at + 1 + bytes : align4(at) + 4 + bytes
}

function align4(bytes: number): number {
  return Math.ceil(bytes / 4) * 4
}

function align8(bytes: number): number {
  return Math.ceil(bytes / 8) * 8
}
