import { corruption } from '../../errors.ts'
import { MAX_KEY_BYTES, MAX_VALUE_BYTES } from '../../key/internal-key.ts'
import { cellWord, inlineKeyBytes, keyChainAt, keyIsInChain, valueAt, valueIsInChain } from '../page/cell.ts'
import { CELL_HEADER_BYTES, INLINE_MASK, KEY_IN_CHAIN } from '../page/format.ts'
import { u32At } from '../page/integers.ts'
import { compareChain, freeChain, readChain } from './overflow-chain.ts'
import type { PageAccess, PageReader } from './page-access.ts'
import type { TreeCounts } from './tree-counts.ts'

/** The order of a cell's key and a slice: negative, zero or positive. */
export function compareCellKey(
  reader: PageReader,
  page: Uint8Array,
  at: number,
  key: Uint8Array,
  start: number,
  end: number,
): number {
  const field = page[at]! | (page[at + 1]! << 8)
  const inline = field & INLINE_MASK
  const bytes = end - start
  const common = inline < bytes ? inline : bytes
  const from = at + CELL_HEADER_BYTES
  for (let i = 0; i < common; i++) {
    const difference = page[from + i]! - key[start + i]!
    if (difference !== 0) return difference
  }
  if ((field & KEY_IN_CHAIN) === 0 || bytes <= inline) return inline - bytes || field & KEY_IN_CHAIN
  const chain = from + inline
  return compareChain(reader, u32At(page, chain + 4), u32At(page, chain), key, start + inline, end)
}

/** How long the whole key of a cell is. CORRUPTION where that is more than a key can have. */
export function keyBytes(page: Uint8Array, at: number): number {
  const inline = inlineKeyBytes(page, at)
  if (!keyIsInChain(page, at)) return inline
  const bytes = inline + u32At(page, keyChainAt(page, at))
  if (bytes > MAX_KEY_BYTES) throw corruption('a key is longer than a key can be')
  return bytes
}

/** A copy of a cell's whole key. */
export function copyKey(reader: PageReader, page: Uint8Array, at: number): Uint8Array {
  const key = new Uint8Array(keyBytes(page, at))
  const inline = inlineKeyBytes(page, at)
  const from = at + CELL_HEADER_BYTES
  key.set(page.subarray(from, from + inline))
  if (keyIsInChain(page, at)) readChain(reader, u32At(page, from + inline + 4), key, inline, key.length)
  return key
}

/** A copy of the value of a leaf's cell. */
export function copyValue(reader: PageReader, page: Uint8Array, at: number): Uint8Array {
  const bytes = cellWord(page, at)
  const from = valueAt(page, at)
  if (!valueIsInChain(page, at)) return page.slice(from, from + bytes)
  if (bytes > MAX_VALUE_BYTES) throw corruption('a value is longer than one can be')
  const value = new Uint8Array(bytes)
  readChain(reader, u32At(page, from), value, 0, bytes)
  return value
}

/** Gives back the chain that holds the rest of a cell's key, if there is one. */
export function freeKeyChain(access: PageAccess, counts: TreeCounts, page: Uint8Array, at: number): void {
  if (!keyIsInChain(page, at)) return
  const chain = keyChainAt(page, at)
  freeChain(access, counts, u32At(page, chain + 4), u32At(page, chain))
}

/** Gives back the chains of a leaf's cell; `cell` must not be the page's own bytes, which the keeper may change. */
export function freeCellChains(access: PageAccess, counts: TreeCounts, cell: Uint8Array): void {
  freeKeyChain(access, counts, cell, 0)
  if (valueIsInChain(cell, 0)) freeChain(access, counts, u32At(cell, valueAt(cell, 0)), cellWord(cell, 0))
}
