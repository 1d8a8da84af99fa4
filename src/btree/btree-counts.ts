import type { WriteCause } from './tree/page-access.ts'

/** Why a checkpoint began. */
export type CheckpointTrigger = 'log' | 'rows' | 'interval' | 'flush' | 'close' | 'recovery'

/** A number for each cause that a page can be changed for. */
export type ByCause = Record<WriteCause, number>

/** What pages and log have cost since opening: plain numbers that only grow. */
export interface PagerCounts {
  /** Pages given out: new ones, and free ones used again. */
  pagesAllocated: number
  pagesFreed: number
  /** Pages that a change made dirty, by that change. */
  pagesDirtied: ByCause
  /** Pages changed for the first time since the last checkpoint began that were there when it began. */
  firstTouches: number
  /** Pages written, by why; those that made the file longer count as extension alone, whatever they were written for. */
  pagesWritten: { checkpoint: number; eviction: number; extension: number; doubleWrite: number }
  /** Blocks of the double-write file that name the pages behind them. */
  doubleWriteHeaders: number
  /** Bytes of edits in the log, by cause; of full-page images; of allocations; of everything around them. */
  logBytes: ByCause & { fullPageImage: number; allocation: number; framing: number }
  fullPageImages: number
  /** What full-page images left out because it means nothing. */
  holeBytesSaved: number
  /** Bytes of CHECKPOINT files. */
  checkpointFileBytes: number
  checkpoints: Record<CheckpointTrigger, number>
  /** Of the last checkpoint: operations since the one before, and the pages there were. */
  lastCheckpointRows: number
  lastCheckpointPages: number
}

export function emptyPagerCounts(): PagerCounts {
  return {
    pagesAllocated: 0,
    pagesFreed: 0,
    pagesDirtied: byCause(),
    firstTouches: 0,
    pagesWritten: { checkpoint: 0, eviction: 0, extension: 0, doubleWrite: 0 },
    doubleWriteHeaders: 0,
    logBytes: { ...byCause(), fullPageImage: 0, allocation: 0, framing: 0 },
    fullPageImages: 0,
    holeBytesSaved: 0,
    checkpointFileBytes: 0,
    checkpoints: { log: 0, rows: 0, interval: 0, flush: 0, close: 0, recovery: 0 },
    lastCheckpointRows: 0,
    lastCheckpointPages: 0,
  }
}

function byCause(): ByCause {
  return { row: 0, split: 0, free: 0, overflow: 0, heap: 0, meta: 0 }
}
