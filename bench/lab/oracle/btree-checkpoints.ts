import { RANDOM_FILL } from './btree-layout.ts'

/** Pages that a checkpoint finds changed: as many as `touches` random touches hit among `pages`. */
export function pagesTouched(pages: number, touches: number): number {
  return pages <= 0 ? 0 : pages * -Math.expm1(-touches / pages)
}

/** (1 - e^-x) / x: page writes per insert, by x, the inserts per page between two checkpoints. */
export function pageWritesPerInsert(insertsPerPage: number): number {
  return -Math.expm1(-insertsPerPage) / insertsPerPage
}

const FILL_STEPS = 64

/**
 * How full the leaves are that x inserts per leaf touch. Of leaves split in the middle a share u^-2 du is filled to u,
 * from 1/2 to 1, and a full one is touched more often: few touches find 1 / (2 ln 2) = 0.721, many the mean, ln 2.
 */
export function touchedFill(insertsPerPage: number): number {
  let filled = 0
  let touched = 0
  for (let step = 0; step < FILL_STEPS; step++) {
    const fill = (FILL_STEPS + step + 0.5) / (2 * FILL_STEPS)
    const share = -Math.expm1((-insertsPerPage * fill) / RANDOM_FILL) / fill ** 2
    touched += share
    filled += share * fill
  }
  return filled / touched
}

/** What all checkpoints of a load wrote, in pages. */
export interface CheckpointPages {
  readonly checkpoints: number
  /** Pages that were there at the checkpoint before and were changed since: these are torn if a write of them is. */
  readonly old: number
  /** How full those were when they were first changed. */
  readonly oldFill: number
  readonly fresh: number
}

/**
 * `rows` random inserts into an empty tree with a checkpoint every `rowsPerCheckpoint`, summed checkpoint by
 * checkpoint: of P pages and c inserts the old ones changed are P (1 - e^(-c/P)), and every new page is written.
 */
export function checkpointPages(pagesPerRow: number, rows: number, rowsPerCheckpoint: number): CheckpointPages {
  return sumCheckpoints(pagesPerRow, rows, () => rowsPerCheckpoint)
}

/** What a checkpoint that log bytes set off depends on: log bytes of one row, its share of splits included, and of one image. */
export interface LogDistance {
  readonly pagesPerRow: number
  readonly logBytesPerRow: number
  /** 0 where no images are logged. */
  readonly imageBytes: number
  readonly logBytesPerCheckpoint: number
}

/**
 * The same, where a checkpoint comes as soon as so many bytes were logged: images of old pages shorten the distance,
 * which makes more of them. Each distance is the one that agrees with itself.
 */
export function checkpointPagesByLog(distance: LogDistance, rows: number): CheckpointPages {
  return sumCheckpoints(distance.pagesPerRow, rows, (pages, left) => rowsUntil(distance, pages, left))
}

function sumCheckpoints(
  pagesPerRow: number,
  rows: number,
  next: (pages: number, left: number) => number,
): CheckpointPages {
  let old = 0
  let filled = 0
  let checkpoints = 0
  for (let done = 0; done < rows; checkpoints++) {
    const pages = done * pagesPerRow
    const step = Math.min(rows - done, next(pages, rows - done))
    const touched = pagesTouched(pages, step)
    old += touched
    if (touched > 0) filled += touched * touchedFill(step / pages)
    done += step
  }
  return { checkpoints, old, oldFill: old === 0 ? RANDOM_FILL : filled / old, fresh: rows * pagesPerRow }
}

/** How many rows log as many bytes as a checkpoint takes, among `pages` pages, at most `limit`; found by halving. */
function rowsUntil(distance: LogDistance, pages: number, limit: number): number {
  const { logBytesPerRow, imageBytes, logBytesPerCheckpoint } = distance
  let low = 0
  let high = limit
  while (high - low > 0.5) {
    const middle = (low + high) / 2
    const logged = middle * logBytesPerRow + pagesTouched(pages, middle) * imageBytes
    if (logged < logBytesPerCheckpoint) low = middle
    else high = middle
  }
  return Math.max(1, high)
}
