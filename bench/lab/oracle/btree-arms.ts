import { type CheckpointPages, checkpointPages } from './btree-checkpoints.ts'
import { imageBytes, RANDOM_FILL, type TreeLayout } from './btree-layout.ts'

export type Protection = 'none' | 'full-page-images' | 'double-write' | 'copy-on-write'

/** A load of random rows into a tree that fits into its cache, or meets it at `hitRatio`. */
export interface TreeLoad {
  readonly rows: number
  readonly rowsPerCheckpoint: number
  /** Of the log, for one row alone: its record, without images and splits. */
  readonly logBytesPerRow: number
  readonly protection: Protection
  /** The share of inserts that find their leaf in memory. Default 1. */
  readonly hitRatio?: number
}

/** Bytes written for each byte that the user gave, by what they are for. */
export interface Amplification {
  readonly checkpoints: number
  readonly row: number
  /** The right half of every page split goes to the log. */
  readonly split: number
  readonly image: number
  readonly page: number
  /** Second copies of pages. */
  readonly doubleWrite: number
  /** Where pages lie, written with every checkpoint. */
  readonly places: number
  /** Pages written because the cache had no room for them. */
  readonly eviction: number
  readonly total: number
}

/** Of a page id in the record of a checkpoint that says where all pages lie. */
const PLACE_BYTES = 4

/** The tree that holds the rows in its leaves. */
export function clusteredAmplification(layout: TreeLayout, load: TreeLoad): Amplification {
  const pagesPerRow = 1 / (layout.rowsPerLeaf * RANDOM_FILL)
  const pages = checkpointPages(pagesPerRow, load.rows, load.rowsPerCheckpoint)
  return amplification(layout.pageBytes, layout.rowBytes, pagesPerRow, load, pages, 0)
}

/** Puts the parts together; `appended` are pages that are written once and in order, such as those of a heap. */
export function amplification(
  pageBytes: number,
  rowBytes: number,
  pagesPerRow: number,
  load: TreeLoad,
  pages: CheckpointPages,
  appended: number,
): Amplification {
  const { rows, protection, hitRatio = 1 } = load
  const userBytes = rows * rowBytes
  const written = pages.old + pages.fresh + appended
  const row = load.logBytesPerRow / rowBytes
  // The page that splits is full.
  const split = (pagesPerRow * imageBytes(pageBytes, 0.5)) / rowBytes
  const image = protection === 'full-page-images' ? (pages.old * imageBytes(pageBytes, RANDOM_FILL)) / userBytes : 0
  const page = (written * pageBytes) / userBytes
  const doubleWrite = protection === 'double-write' ? page : 0
  const places = protection === 'copy-on-write' ? placeBytes(pages, rows, pagesPerRow) / userBytes : 0
  const eviction = ((1 - hitRatio) * pageBytes) / rowBytes
  const total = row + split + image + page + doubleWrite + places + eviction
  return { checkpoints: pages.checkpoints, row, split, image, page, doubleWrite, places, eviction, total }
}

/** Every checkpoint lists the pages of a tree that has grown steadily. */
function placeBytes(pages: CheckpointPages, rows: number, pagesPerRow: number): number {
  return (PLACE_BYTES * pagesPerRow * rows * (pages.checkpoints + 1)) / 2
}
