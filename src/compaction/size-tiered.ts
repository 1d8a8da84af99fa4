import type { Choice, CompactionState, CompactionStrategy, Pressure } from './strategy.ts'
import { checkedOptions } from './strategy-options.ts'

/** Options of `sizeTiered()`; bytes are bytes on disk. */
export interface SizeTieredOptions {
  /** Runs of one level that are merged into one of the next: 2 to 64, default 4. */
  readonly mergeWidth?: number
  /** Bytes of an output table: 1 to 2^40, default 8 MiB. */
  readonly tableBytes?: number
  /** Levels, of which the last merges into itself: 1 to 64, default 64, which no store ever needs. */
  readonly maxLevels?: number
}

const RULES = {
  mergeWidth: { least: 2, most: 64, fallback: 4 },
  tableBytes: { least: 1, most: 2 ** 40, fallback: 8 << 20 },
  maxLevels: { least: 1, most: 64, fallback: 64 },
}

const IDLE: Choice = { kind: 'idle' }

/**
 * Size-tiered compaction: tier i is level i, a flush is a run of level 0, and the oldest `mergeWidth` runs of a level become one run of
 * the next. Drained after every flush, F flushes of one size are written F + sum over i of K^i * floor(F / K^i) times that size.
 * Few writes, but a read may have to look into (K - 1) * log_K(F) runs.
 */
export function sizeTiered(options: SizeTieredOptions = {}): CompactionStrategy {
  const checked = checkedOptions('sizeTiered', RULES, options)
  const mergeWidth = checked.mergeWidth!
  const tableBytes = checked.tableBytes!
  const maxLevels = checked.maxLevels!

  function pick(state: CompactionState): Choice {
    for (let level = state.levels.length - 1; level >= 0; level--) {
      const { runs } = state.levels[level]!
      // A second merge of one level could finish before the first and leave older runs above newer ones: one at a time.
      const isBusy = runs.some((run) => run.tables.some((table) => state.busy.has(table.number)))
      if (runs.length < mergeWidth || isBusy) continue
      const oldest = runs.slice(-mergeWidth)
      return {
        kind: 'merge',
        tables: oldest.flatMap((run) => run.tables.map((table) => table.number)),
        level: Math.max(level, Math.min(level + 1, maxLevels - 1)),
        // Numbers ascend with age over all levels, so the newest input's is above every number of the next level.
        run: oldest[0]!.number,
        tableBytes,
        boundaries: [],
      }
    }
    return IDLE
  }

  return Object.freeze({
    name: 'size-tiered',
    pick,
    pressure: (state: CompactionState) => tierPressure(state, mergeWidth),
    bottom(state: CompactionState) {
      const numbers = state.levels.flatMap((level) => level.runs.map((run) => run.number))
      return { level: Math.max(0, state.levels.length - 1), run: Math.max(0, ...numbers), tableBytes }
    },
  })
}

/** By the fullest level: slow from 2 merges' worth of runs, stop at 5. */
function tierPressure(state: CompactionState, mergeWidth: number): Pressure {
  const most = Math.max(0, ...state.levels.map((level) => level.runs.length))
  if (most >= 5 * mergeWidth) return { kind: 'stop' }
  if (most < 2 * mergeWidth) return { kind: 'none' }
  return { kind: 'slow', share: (most - 2 * mergeWidth) / (3 * mergeWidth) }
}
