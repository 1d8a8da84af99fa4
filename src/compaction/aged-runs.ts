import type { CompactionState, Run } from './strategy.ts'

/** A run and where it stands. */
export interface AgedRun {
  readonly level: number
  readonly number: number
  readonly tables: readonly number[]
  readonly bytes: number
  /** When its newest entry was written, in milliseconds since 1970. */
  readonly newestMs: number
  /** A job reads one of its tables. */
  readonly isBusy: boolean
}

/** More runs than this are not merged at once: another strategy, which never merged, may have left thousands. */
export const MERGED_RUNS_MAX: number = 256

/** All runs, oldest first: what may be forgotten in this order, and in no other. */
export function agedRuns(state: CompactionState): AgedRun[] {
  const runs: AgedRun[] = []
  for (let level = state.levels.length - 1; level >= 0; level--) {
    for (const run of state.levels[level]!.runs.toReversed()) runs.push(agedRun(state, level, run))
  }
  return runs
}

function agedRun(state: CompactionState, level: number, { number, tables, bytes }: Run): AgedRun {
  let newestMs = 0
  let isBusy = false
  for (const table of tables) {
    newestMs = Math.max(newestMs, table.newestMs)
    isBusy ||= state.busy.has(table.number)
  }
  return { level, number, tables: tables.map((table) => table.number), bytes, newestMs, isBusy }
}

/** Whether the newest entry is older than `maxAgeMs`, which is absent where nothing ever expires. */
export function isExpired(newestMs: number, nowMs: number, maxAgeMs: number | undefined): boolean {
  return maxAgeMs !== undefined && newestMs + maxAgeMs < nowMs
}
