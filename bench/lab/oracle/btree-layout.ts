import { CELL_HEADER_BYTES, HEADER_BYTES, pageCapacity, SLOT_BYTES } from '../../../src/btree/page/format.ts'

/** What the B-tree's shape follows from: the configuration, and nothing that was measured. */
export interface TreeLayout {
  readonly pageBytes: number
  /** Of one row as the user gives it: key and value. */
  readonly rowBytes: number
  /** What one row takes of a leaf, its slot included. */
  readonly cellBytes: number
  readonly rowsPerLeaf: number
}

/** Rows of `keyBytes` and `valueBytes` in the leaves themselves. Only what fits into cells is foreseen, no chains. */
export function clusteredLayout(pageBytes: number, keyBytes: number, valueBytes: number): TreeLayout {
  const rowBytes = keyBytes + valueBytes
  const cellBytes = SLOT_BYTES + CELL_HEADER_BYTES + rowBytes
  return { pageBytes, rowBytes, cellBytes, rowsPerLeaf: Math.floor(pageCapacity(pageBytes) / cellBytes) }
}

/** Yao: leaves that are split in the middle at random are filled to ln 2, as soon as there are many. */
export const RANDOM_FILL: number = Math.LN2

export function randomLeaves(layout: TreeLayout, rows: number): number {
  return rows / (layout.rowsPerLeaf * RANDOM_FILL)
}

export function splitsPerRandomInsert(layout: TreeLayout): number {
  return 1 / (layout.rowsPerLeaf * RANDOM_FILL)
}

/** Each split of the last leaf leaves as many rows behind as fit into the share `fill` of a leaf. */
export function splitsPerSequentialInsert(layout: TreeLayout, fill = 0.9): number {
  return 1 / sequentialRowsPerLeaf(layout, fill)
}

export function sequentialRowsPerLeaf(layout: TreeLayout, fill = 0.9): number {
  return Math.floor((pageCapacity(layout.pageBytes) * fill) / layout.cellBytes)
}

/**
 * Children of an internal page, filled to ln 2 as the leaves are. Neighbours among `rows` random keys differ behind
 * log256(rows) bytes, so a separator has one more.
 */
export function fanOut(layout: TreeLayout, rows: number): number {
  const separatorBytes = Math.log(Math.max(2, rows)) / Math.log(256) + 1
  return (pageCapacity(layout.pageBytes) / (SLOT_BYTES + CELL_HEADER_BYTES + separatorBytes)) * RANDOM_FILL
}

/** Levels of pages over so many random rows, the leaves included. */
export function heightOf(layout: TreeLayout, rows: number): number {
  const children = fanOut(layout, rows)
  let height = 1
  for (let pages = randomLeaves(layout, rows); pages > 1; pages /= children) height++
  return height
}

/** A page's bytes at a share of its capacity: what an image of it takes once the hole is left out. */
export function imageBytes(pageBytes: number, fill: number): number {
  return HEADER_BYTES + fill * pageCapacity(pageBytes)
}
