import { sumOf, type Written } from './written.ts'

export interface FifoOutcome extends Written {
  readonly kept: number
  readonly dropped: number
}

/** FIFO by size, exactly: everything is written once, and the newest flushes that fit `most` stay, one at least. */
export function fifoWritten(flushes: readonly number[], most: number = Number.POSITIVE_INFINITY): FifoOutcome {
  const flushed = sumOf(flushes)
  let kept = 0
  let runs = 0
  for (const size of flushes.toReversed()) {
    if (runs > 0 && kept + size > most) break
    kept += size
    runs++
  }
  return { flushed, merged: 0, runs, kept, dropped: flushed - kept }
}
