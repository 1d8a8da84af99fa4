import { type CheckpointPages, checkpointPages, pagesTouched } from './btree-checkpoints.ts'
import { fanOut, imageBytes, RANDOM_FILL, splitsPerRandomInsert, type TreeLayout } from './btree-layout.ts'

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
  /** Leaves, and pages that are only appended to. */
  readonly page: number
  /** Pages that only splits change: internal pages, and the right neighbours of leaves that are split. */
  readonly splitPages: number
  /** Second copies of pages. */
  readonly doubleWrite: number
  /** Where pages lie, written with every checkpoint. */
  readonly places: number
  /** Pages written because the cache had no room for them. */
  readonly eviction: number
  readonly total: number
}

/** The tree that holds the rows in its leaves. */
export function clusteredAmplification(layout: TreeLayout, load: TreeLoad): Amplification {
  return treeAmplification(layout, load, layout.rowBytes, 0, 0)
}

/**
 * A tree, and `appended` pages that are written once and in order, such as those of a heap, with `appendedImageBytes`
 * of images of them. Amplification is by `userBytes` a row.
 */
export function treeAmplification(
  layout: TreeLayout,
  load: TreeLoad,
  userBytes: number,
  appended: number,
  appendedImageBytes: number,
): Amplification {
  const { pageBytes } = layout
  const { rows, rowsPerCheckpoint, protection, hitRatio = 1 } = load
  const leaves = checkpointPages(splitsPerRandomInsert(layout), rows, rowsPerCheckpoint)
  const bySplits = splitPages(layout, rows, rowsPerCheckpoint)
  const perByte = (bytes: number): number => bytes / (rows * userBytes)
  const row = load.logBytesPerRow / userBytes
  // The page that splits is full.
  const split = perByte(leaves.fresh * imageBytes(pageBytes, 0.5))
  const oldBytes = (pages: CheckpointPages): number => pages.old * imageBytes(pageBytes, pages.oldFill)
  const images = oldBytes(leaves) + oldBytes(bySplits) + appendedImageBytes
  const image = protection === 'full-page-images' ? perByte(images) : 0
  const page = perByte((leaves.old + leaves.fresh + appended) * pageBytes)
  const splitPagesShare = perByte((bySplits.old + bySplits.fresh) * pageBytes)
  const doubleWrite = protection === 'double-write' ? page + splitPagesShare : 0
  const places = protection === 'copy-on-write' ? perByte(placeBytes(layout, rows, rowsPerCheckpoint)) : 0
  const eviction = ((1 - hitRatio) * pageBytes) / userBytes
  const total = row + split + image + page + splitPagesShare + doubleWrite + places + eviction
  return {
    checkpoints: leaves.checkpoints,
    row,
    split,
    image,
    page,
    splitPages: splitPagesShare,
    doubleWrite,
    places,
    eviction,
    total,
  }
}

/**
 * A split touches one of the pages right above the leaves, and the right neighbour of the leaf, which gets another left
 * link. What is above is too little to count.
 */
function splitPages(layout: TreeLayout, rows: number, rowsPerCheckpoint: number): CheckpointPages {
  const children = fanOut(layout, rows)
  const splits = splitsPerRandomInsert(layout)
  const internals = (count: number): number => (count * splits > 1 ? Math.max(1, (count * splits) / children) : 0)
  let old = 0
  let checkpoints = 0
  for (let done = 0; done < rows; checkpoints++) {
    const step = Math.min(rows - done, rowsPerCheckpoint)
    const leaves = done * splits
    const neighbours = pagesTouched(leaves, step * (1 + splits)) - pagesTouched(leaves, step)
    old += pagesTouched(internals(done), step * splits) + neighbours
    done += step
  }
  return { checkpoints, old, oldFill: RANDOM_FILL, fresh: internals(rows) }
}

/** Every checkpoint lists the places of all pages, as varints. */
function placeBytes(layout: TreeLayout, rows: number, rowsPerCheckpoint: number): number {
  const pagesPerRow = splitsPerRandomInsert(layout) * (1 + 1 / fanOut(layout, rows))
  let bytes = 0
  for (let done = 0; done < rows; ) {
    done += Math.min(rowsPerCheckpoint, rows - done)
    const pages = done * pagesPerRow
    for (let least = 1; least <= pages; least *= 0x80) bytes += pages - least
  }
  return bytes
}
