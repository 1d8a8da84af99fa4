/** Pages that a checkpoint finds changed: as many as `touches` random touches hit among `pages`. */
export function pagesTouched(pages: number, touches: number): number {
  return pages <= 0 ? 0 : pages * -Math.expm1(-touches / pages)
}

/** (1 - e^-x) / x: page writes per insert, by x, the inserts per page between two checkpoints. */
export function pageWritesPerInsert(insertsPerPage: number): number {
  return -Math.expm1(-insertsPerPage) / insertsPerPage
}

/** What all checkpoints of a load wrote, in pages. */
export interface CheckpointPages {
  readonly checkpoints: number
  /** Pages that were there at the checkpoint before and were changed since: these are torn if a write of them is. */
  readonly old: number
  readonly fresh: number
}

/**
 * `rows` random inserts into an empty tree with a checkpoint every `rowsPerCheckpoint`, summed checkpoint by
 * checkpoint: of P pages and c inserts the old ones changed are P (1 - e^(-c/P)), and every new page is written.
 */
export function checkpointPages(pagesPerRow: number, rows: number, rowsPerCheckpoint: number): CheckpointPages {
  let old = 0
  let checkpoints = 0
  for (let done = 0; done < rows; checkpoints++) {
    const step = Math.min(rowsPerCheckpoint, rows - done)
    old += pagesTouched(done * pagesPerRow, step)
    done += step
  }
  return { checkpoints, old, fresh: rows * pagesPerRow }
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
  const { pagesPerRow } = distance
  let old = 0
  let checkpoints = 0
  for (let done = 0; done < rows; checkpoints++) {
    const step = Math.min(rows - done, rowsUntil(distance, done * pagesPerRow, rows - done))
    old += pagesTouched(done * pagesPerRow, step)
    done += step
  }
  return { checkpoints, old, fresh: rows * pagesPerRow }
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
