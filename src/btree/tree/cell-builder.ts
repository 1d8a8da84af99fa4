import { copyBytes } from '../../bytes/copy.ts'
import { keyChainAt, keyIsInChain } from '../page/cell.ts'
import { CELL_HEADER_BYTES, KEY_IN_CHAIN, maxCellBytes, maxInlineKeyBytes, VALUE_IN_CHAIN } from '../page/format.ts'
import { putU16, putU32 } from '../page/integers.ts'
import { writeChain } from './overflow-chain.ts'
import type { PageAccess } from './page-access.ts'
import type { TreeCounts } from './tree-counts.ts'

/** Where one cell is put together: `bytes` from 0 to `length`. Chains are written for what is too long for it. */
export class CellBuilder {
  readonly bytes: Uint8Array
  length = 0
  readonly #access: PageAccess
  readonly #counts: TreeCounts
  readonly #maxCell: number
  readonly #maxKey: number

  constructor(access: PageAccess, counts: TreeCounts) {
    this.#access = access
    this.#counts = counts
    this.#maxCell = maxCellBytes(access.pageBytes)
    this.#maxKey = maxInlineKeyBytes(access.pageBytes)
    this.bytes = new Uint8Array(access.pageBytes)
  }

  leaf(
    key: Uint8Array,
    keyStart: number,
    keyEnd: number,
    value: Uint8Array,
    valueStart: number,
    valueEnd: number,
  ): void {
    const valueBytes = valueEnd - valueStart
    const whole = CELL_HEADER_BYTES + keyEnd - keyStart + valueBytes <= this.#maxCell
    this.#key(key, keyStart, keyEnd, valueBytes, whole)
    if (this.length + valueBytes <= this.#maxCell) {
      this.#copy(value, valueStart, valueEnd)
      return
    }
    this.bytes[1]! |= VALUE_IN_CHAIN >>> 8
    putU32(this.bytes, this.length, writeChain(this.#access, this.#counts, value, valueStart, valueEnd))
    this.length += 4
  }

  /** The cell of an internal page: keys from this one on are found below `child`. */
  separator(key: Uint8Array, keyStart: number, keyEnd: number, child: number): void {
    this.#key(key, keyStart, keyEnd, child, false)
  }

  /** A cell of an internal page with the key, and the key's chain, of the one at `at`, and another child. */
  movedUp(page: Uint8Array, at: number, child: number): void {
    const end = keyChainAt(page, at) + (keyIsInChain(page, at) ? 8 : 0)
    this.length = 0
    this.#copy(page, at, end)
    putU32(this.bytes, 2, child)
  }

  #key(key: Uint8Array, start: number, end: number, word: number, whole: boolean): void {
    const { bytes } = this
    const inlineEnd = whole || end - start <= this.#maxKey ? end : start + this.#maxKey
    putU16(bytes, 0, inlineEnd - start)
    putU32(bytes, 2, word)
    this.length = CELL_HEADER_BYTES
    this.#copy(key, start, inlineEnd)
    if (inlineEnd === end) return
    bytes[1]! |= KEY_IN_CHAIN >>> 8
    putU32(bytes, this.length, end - inlineEnd)
    putU32(bytes, this.length + 4, writeChain(this.#access, this.#counts, key, inlineEnd, end))
    this.length += 8
  }

  #copy(source: Uint8Array, start: number, end: number): void {
    this.length = copyBytes(this.bytes, this.length, source, start, end)
  }
}

/** Writes a cell that leads to what is below every key, and returns its length. */
export function putFirstCell(target: Uint8Array, at: number, child: number): number {
  putU16(target, at, 0)
  putU32(target, at + 2, child)
  return CELL_HEADER_BYTES
}
