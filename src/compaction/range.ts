import type { TableEntry } from '../manifest/table-entry.ts'
import { compareKeys, hullOf, type KeyRange, overlaps } from './key-range.ts'
import type { Choice, CompactionState, CompactionStrategy } from './strategy.ts'

/**
 * Manual compaction: one merge, into `strategy.bottom`, of every table that the user keys from `lower` to `upper` (inclusive; absent: no
 * bound) touch, and of every table that those touch in turn, so that nothing which stays overlaps what is merged. 'idle' where that is
 * one run at the bottom without deletions already, and where the strategy wants no such merge. REQUIRES that no table is busy: the
 * database waits for its jobs first.
 */
export function pickRange(
  state: CompactionState,
  strategy: CompactionStrategy,
  lower?: Uint8Array,
  upper?: Uint8Array,
): Choice {
  const bottom = strategy.bottom(state)
  if (bottom === undefined) return { kind: 'idle' }
  const { level, tableBytes } = bottom
  const isNumberedByAge = bottom.run !== 0
  const all = state.levels.flatMap((each) => each.runs.flatMap((run) => run.tables))
  const inputs = closure(all, lower, upper, isNumberedByAge)
  if (inputs.length === 0 || inputs.some((table) => state.busy.has(table.number))) return { kind: 'idle' }
  if (isSettled(inputs, level)) return { kind: 'idle' }
  const run = isNumberedByAge ? Math.max(...inputs.map((table) => table.run)) : 0
  return { kind: 'merge', tables: inputs.map((table) => table.number), level, run, tableBytes, boundaries: [] }
}

/**
 * Widens the range to what its tables cover until no further table is touched. With `wholeRuns`, for strategies that number their runs by
 * age, a run is taken whole: the output gets the number of the newest, which nothing that stays may bear, or the two would meet in one
 * run of a deeper level some day.
 */
function closure(
  all: readonly TableEntry[],
  lower: Uint8Array | undefined,
  upper: Uint8Array | undefined,
  wholeRuns: boolean,
): TableEntry[] {
  const touches = (table: TableEntry): boolean =>
    (lower === undefined || compareKeys(table.largest, lower) >= 0) &&
    (upper === undefined || compareKeys(table.smallest, upper) <= 0)
  let inputs = all.filter(touches)
  for (;;) {
    if (inputs.length === 0) return inputs
    const hull: KeyRange = hullOf(inputs)
    const runs = new Set(inputs.map(runKey))
    const wider = all.filter((table) => overlaps(table, hull) || (wholeRuns && runs.has(runKey(table))))
    if (wider.length === inputs.length) return inputs
    inputs = wider
  }
}

function runKey(table: TableEntry): string {
  return `${table.level}/${table.run}`
}

function isSettled(inputs: readonly TableEntry[], bottom: number): boolean {
  const run = runKey(inputs[0]!)
  return inputs.every(
    (table) =>
      table.level === bottom &&
      runKey(table) === run &&
      table.tombstones === 0 &&
      table.rangeDeletes === 0 &&
      table.merges === 0,
  )
}
