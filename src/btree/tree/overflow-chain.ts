import { corruption } from '../../errors.ts'
import { HEADER_BYTES, PageKind, pageCapacity, pageKind, rightLink, slotCount } from '../page/format.ts'
import type { FormatEdit } from '../page/page-edit.ts'
import type { PageAccess, PageReader } from './page-access.ts'
import type { TreeCounts } from './tree-counts.ts'

/** Writes the bytes from `start` to `end`, at least one, into overflow pages, and returns the first one's id. */
export function writeChain(
  access: PageAccess,
  counts: TreeCounts,
  bytes: Uint8Array,
  start: number,
  end: number,
): number {
  const capacity = pageCapacity(access.pageBytes)
  const edit: FormatEdit = {
    kind: 'format',
    pageKind: PageKind.overflow,
    level: 0,
    left: 0,
    right: 0,
    count: 0,
    cells: bytes,
    cellsBytes: 0,
  }
  // From the last page to the first, so that each knows the one behind it.
  let from = start + Math.floor((end - start - 1) / capacity) * capacity
  for (let to = end; from >= start; to = from, from -= capacity) {
    const id = access.allocate()
    edit.cells = bytes.subarray(from, to)
    edit.cellsBytes = to - from
    access.edit(id, edit, 'overflow')
    counts.overflowPages++
    edit.right = id
  }
  return edit.right
}

/** Fills `target` from `at` to `end` with the bytes of a chain, which must hold exactly as many. */
export function readChain(reader: PageReader, first: number, target: Uint8Array, at: number, end: number): void {
  let id = first
  while (at < end) {
    const page = chainPage(reader, id, end - at)
    const payload = slotCount(page)
    target.set(page.subarray(HEADER_BYTES, HEADER_BYTES + payload), at)
    at += payload
    id = rightLink(page)
  }
  if (id !== 0) throw corruption(`a chain of overflow pages goes on at page ${id} behind its end`)
}

/** The order of a chain of `bytes` bytes and a slice; only as much of the chain is read as tells them apart. */
export function compareChain(
  reader: PageReader,
  first: number,
  bytes: number,
  key: Uint8Array,
  start: number,
  end: number,
): number {
  const common = Math.min(bytes, end - start)
  let id = first
  for (let done = 0; done < common; ) {
    const page = chainPage(reader, id, bytes - done)
    const here = Math.min(slotCount(page), common - done)
    for (let i = 0; i < here; i++) {
      const difference = page[HEADER_BYTES + i]! - key[start + done + i]!
      if (difference !== 0) return difference
    }
    done += here
    id = rightLink(page)
  }
  return bytes - (end - start)
}

export function freeChain(access: PageAccess, counts: TreeCounts, first: number, bytes: number): void {
  let id = first
  for (let left = bytes; left > 0; ) {
    const page = chainPage(access, id, left)
    const next = rightLink(page)
    left -= slotCount(page)
    access.free(id)
    counts.overflowFrees++
    id = next
  }
}

/** A page of a chain that has `left` bytes still to come: every page but the last is full. */
export function chainPage(reader: PageReader, id: number, left: number): Uint8Array {
  const page = reader.read(id)
  if (pageKind(page) !== PageKind.overflow || slotCount(page) !== Math.min(left, pageCapacity(page.length))) {
    throw corruption(`page ${id} does not go on with the chain of overflow pages that leads to it`)
  }
  return page
}
