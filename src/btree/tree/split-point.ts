import { cellBytes } from '../page/cell.ts'
import { cellAt, pageCapacity, pageKind, SLOT_BYTES, slotCount, usedBytes } from '../page/format.ts'

/**
 * How many cells stay on the left when the cells of a full page and a new one, which would get slot `slot`, are shared
 * between two pages: the nearest to half of the bytes. No cell takes more than a quarter of a page, so both sides fit.
 */
export function middleSplit(page: Uint8Array, slot: number, newBytes: number): number {
  const half = (usedBytes(page) + newBytes + SLOT_BYTES) / 2
  const last = slotCount(page)
  let left = 0
  for (let count = 0; count < last; count++) {
    const next = virtualBytes(page, count, slot, newBytes)
    if (left + next >= half) {
      const takeIt = count === 0 || left + next - half <= half - left
      return takeIt ? count + 1 : count
    }
    left += next
  }
  return last
}

/** As many as keep the left page at most `fill` full, where the new cell comes behind the last one of the last page. */
export function rightmostSplit(page: Uint8Array, newBytes: number, fill: number): number {
  const last = slotCount(page)
  let room = Math.floor(pageCapacity(page.length) * fill)
  let count = 0
  while (count < last) {
    room -= virtualBytes(page, count, last, newBytes)
    if (room < 0) break
    count++
  }
  return Math.max(1, count)
}

function virtualBytes(page: Uint8Array, index: number, slot: number, newBytes: number): number {
  if (index === slot) return newBytes + SLOT_BYTES
  const at = cellAt(page, index < slot ? index : index - 1)
  return cellBytes(pageKind(page), page, at, page.length) + SLOT_BYTES
}
