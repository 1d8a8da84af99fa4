import { sizeTieredWritten, type TierShape } from './size-tiered.ts'
import { sumOf, type Written } from './written.ts'

/** Levels of an open window; closed ones lie below (src/compaction/time-window.ts). */
const WINDOW_LEVELS = 9

/**
 * Flushes by the window that they belong to, for records that come at an even pace, `windowRecords` in a window: that of the newest
 * record of each.
 */
export function flushesByWindow(flushes: readonly number[], windowRecords: number): number[][] {
  const windows: number[][] = []
  let end = 0
  for (const size of flushes) {
    end += size
    const index = Math.floor((end - 1) / windowRecords)
    ;(windows[index] ??= []).push(size)
  }
  // A window without a flush of its own is one without a run.
  return Array.from(windows, (window) => window ?? [])
}

/**
 * Time windows, exactly: size-tiered within each, and one merge more of every window that has closed with more than one run. `isLastOpen`
 * says that the last one has not.
 */
export function timeWindowWritten(
  windows: readonly (readonly number[])[],
  mergeWidth: number,
  isLastOpen: boolean,
): Written {
  const shape: TierShape = { mergeWidth, levels: WINDOW_LEVELS }
  let flushed = 0
  let merged = 0
  let runs = 0
  windows.forEach((flushes, i) => {
    const within = sizeTieredWritten(flushes, shape)
    const isMerged = within.runs > 1 && (i < windows.length - 1 || !isLastOpen)
    flushed += within.flushed
    merged += within.merged + (isMerged ? sumOf(flushes) : 0)
    runs += isMerged ? 1 : within.runs
  })
  return { flushed, merged, runs }
}
