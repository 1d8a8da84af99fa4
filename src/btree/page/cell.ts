import { CELL_HEADER_BYTES, INLINE_MASK, KEY_IN_CHAIN, PageKind, VALUE_IN_CHAIN } from './format.ts'
import { u16At, u32At } from './integers.ts'

/**
 * How long the cell at `at` is by its own fields, at least 2. Those must lie before `end`: where they do not, the
 * answer is Infinity, which fits nowhere.
 */
export function cellBytes(kind: number, bytes: Uint8Array, at: number, end: number): number {
  if (kind === PageKind.heap) return at + 2 <= end ? Math.max(2, u16At(bytes, at)) : Number.POSITIVE_INFINITY
  if (at + CELL_HEADER_BYTES > end) return Number.POSITIVE_INFINITY
  const keyField = u16At(bytes, at)
  const key = CELL_HEADER_BYTES + (keyField & INLINE_MASK) + (keyField & KEY_IN_CHAIN ? 8 : 0)
  if (kind === PageKind.internal) return key
  return key + (keyField & VALUE_IN_CHAIN ? 4 : u32At(bytes, at + 2))
}

/** How many bytes of the key stand in the cell, from `at + CELL_HEADER_BYTES` on. */
export function inlineKeyBytes(page: Uint8Array, at: number): number {
  return u16At(page, at) & INLINE_MASK
}

export function keyIsInChain(page: Uint8Array, at: number): boolean {
  return (u16At(page, at) & KEY_IN_CHAIN) !== 0
}

export function valueIsInChain(page: Uint8Array, at: number): boolean {
  return (u16At(page, at) & VALUE_IN_CHAIN) !== 0
}

/** Where the fields "bytes in the chain" and "first page" of a key begin, if its rest is in a chain. */
export function keyChainAt(page: Uint8Array, at: number): number {
  return at + CELL_HEADER_BYTES + inlineKeyBytes(page, at)
}

/** Where the value of a leaf cell begins, or the field that names its chain. */
export function valueAt(page: Uint8Array, at: number): number {
  return keyChainAt(page, at) + (keyIsInChain(page, at) ? 8 : 0)
}

/** The second field: bytes of the value in a leaf, the child in an internal page. */
export function cellWord(page: Uint8Array, at: number): number {
  return u32At(page, at + 2)
}
