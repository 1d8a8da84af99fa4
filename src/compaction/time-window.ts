import { type AgedRun, agedRuns, isExpired, MERGED_RUNS_MAX } from './aged-runs.ts'
import type { Choice, CompactionState, CompactionStrategy, Pressure } from './strategy.ts'
import { checkedOptions } from './strategy-options.ts'

/** Options of `timeWindow()`; times are milliseconds. */
export interface TimeWindowOptions {
  /** How much time a window spans; they begin at multiples of it since 1970: 1 to 2^48 ms, default one day. */
  readonly windowMs?: number
  /** A closed window is dropped once its newest entry is older than this: 1 to 2^48 ms; by default none ever is. */
  readonly maxAgeMs?: number
  /** Runs of one level that are merged into one of the next within the open window: 2 to 64, default 4. */
  readonly mergeWidth?: number
  /** Bytes of an output table: 1 to 2^40, default 8 MiB. */
  readonly tableBytes?: number
}

const RULES = {
  windowMs: { least: 1, most: 2 ** 48, fallback: 86_400_000 },
  maxAgeMs: { least: 1, most: 2 ** 48, fallback: undefined },
  mergeWidth: { least: 2, most: 64, fallback: 4 },
  tableBytes: { least: 1, most: 2 ** 40, fallback: 8 << 20 },
}

interface Shape {
  readonly windowMs: number
  readonly maxAgeMs: number | undefined
  readonly mergeWidth: number
  readonly tableBytes: number
}

/** Closed windows lie here, a run for each; the open one has its tiers in the levels above, of which the last merges into itself. */
const CLOSED_LEVEL = 9

const IDLE: Choice = { kind: 'idle' }

/**
 * Time windows: size-tiered while a window is open, one merge when it closes, and the whole window dropped when all of it has expired.
 * For entries that are read by time and never change. A scan over one window touches one run; a key that may be in any window is looked
 * for in each. A run belongs to the window of its newest write, whatever else it holds.
 */
export function timeWindow(options: TimeWindowOptions = {}): CompactionStrategy {
  const shape = checkedOptions('timeWindow', RULES, options) as Shape
  return Object.freeze({
    name: 'time-window',
    drops: shape.maxAgeMs !== undefined,
    pick: (state: CompactionState) => pick(state, shape),
    pressure: (state: CompactionState) => pressure(state, shape),
    bottom: () => undefined,
    wakeAtMs: (state: CompactionState) => wakeAtMs(state, shape),
  })
}

/** The runs of one window, oldest first. */
interface Window {
  /** The number of the window since 1970. */
  readonly index: number
  readonly runs: AgedRun[]
}

/**
 * Windows, oldest first, each consecutive in age: a run that is newer than another belongs to its window or to a later one, even where a
 * clock that was set back has stamped it with an earlier time.
 */
function windowsOf(state: CompactionState, windowMs: number): Window[] {
  const windows: Window[] = []
  for (const run of agedRuns(state)) {
    const index = Math.floor(run.newestMs / windowMs)
    const last = windows.at(-1)
    if (last !== undefined && index <= last.index) last.runs.push(run)
    else windows.push({ index, runs: [run] })
  }
  return windows
}

function pick(state: CompactionState, shape: Shape): Choice {
  const windows = windowsOf(state, shape.windowMs)
  const expired = expiredTables(state, shape, windows)
  if (expired.length > 0) return { kind: 'drop', tables: expired }
  for (const window of windows) {
    // Only the newest can be open: whatever the clock says, nothing comes to the others any more. A single run of it may stay there.
    const isOpen = window === windows.at(-1) && (window.runs.length === 1 || !isOver(state, shape, window))
    const choice = isOpen ? tier(state, shape, window) : settle(state, shape, window)
    // Newer windows may not sink to where an older one is still to go.
    if (choice !== undefined) return choice
  }
  return IDLE
}

/** Whether the window's time has passed. */
function isOver(state: CompactionState, { windowMs }: Shape, window: Window): boolean {
  return window.index < Math.floor(state.nowMs / windowMs)
}

/** The tables of the windows to drop, oldest first: none behind one that stays. */
function expiredTables(state: CompactionState, shape: Shape, windows: readonly Window[]): number[] {
  const tables: number[] = []
  for (const window of windows) {
    const isGone = isOver(state, shape, window) && isExpired(newestMsOf(window), state.nowMs, shape.maxAgeMs)
    if (!isGone || isAnyBusy(window)) break
    for (const run of window.runs) tables.push(...run.tables)
  }
  return tables
}

/** One run at the level of closed windows. A late run reopens nothing but this: it is merged with its window at once. */
function settle(state: CompactionState, shape: Shape, window: Window): Choice | undefined {
  const level = closedLevel(state)
  const { runs } = window
  if (runs.length === 1 && runs[0]!.level === level) return undefined
  if (isAnyBusy(window)) return IDLE
  if (runs.length > MERGED_RUNS_MAX) return tier(state, shape, window) ?? into(state, shape, runs, level)
  return into(state, shape, runs, level)
}

/** The oldest `mergeWidth` runs of a level become one of the next. */
function tier(state: CompactionState, shape: Shape, window: Window): Choice | undefined {
  const closed = closedLevel(state)
  for (let level = closed; level >= 0; level--) {
    const runs = window.runs.filter((run) => run.level === level)
    // A second merge of one level could finish before the first and leave older runs above newer ones: one at a time.
    if (runs.length < shape.mergeWidth || runs.some((run) => run.isBusy)) continue
    const target = level === closed ? closed : Math.min(level + 1, closed - 1)
    return into(state, shape, runs.slice(0, shape.mergeWidth), target)
  }
  return undefined
}

/** One run out of `runs`, which are consecutive in age and oldest first, at `level`, where all others are older. */
function into(state: CompactionState, { tableBytes }: Shape, runs: readonly AgedRun[], level: number): Choice {
  const newest = runs.at(-1)!
  const tables = runs.flatMap((run) => run.tables)
  const olderNumbers = state.levels[level]?.runs.filter((run) => !tables.includes(run.tables[0]!.number)) ?? []
  const isThere = newest.level === level
  // Numbers ascend with age over all levels, but for what a leveled store left: its runs are all of number 0.
  const run = isThere ? newest.number : Math.max(newest.number, ...olderNumbers.map(({ number }) => number + 1))
  if (runs.length === 1) return { kind: 'move', tables, level, run }
  return { kind: 'merge', tables, level, run, tableBytes, boundaries: [] }
}

/** By the level of the open window that holds most runs, and by what closed windows still hold: slow from 2 merges on, stop at 5. */
function pressure(state: CompactionState, shape: Shape): Pressure {
  const { mergeWidth } = shape
  let most = 0
  for (const window of windowsOf(state, shape.windowMs)) {
    const counts = new Map<number, number>()
    for (const { level } of window.runs) counts.set(level, (counts.get(level) ?? 0) + 1)
    most = Math.max(most, ...counts.values())
  }
  if (most >= 5 * mergeWidth) return { kind: 'stop' }
  if (most < 2 * mergeWidth) return { kind: 'none' }
  return { kind: 'slow', share: (most - 2 * mergeWidth) / (3 * mergeWidth) }
}

/** When the oldest window expires, or the open one closes and will have to be merged: whichever comes first. */
function wakeAtMs(state: CompactionState, shape: Shape): number | undefined {
  const windows = windowsOf(state, shape.windowMs)
  const [oldest] = windows
  if (oldest === undefined) return undefined
  const endMs = (window: Window): number => (window.index + 1) * shape.windowMs
  const times: number[] = []
  const last = windows.at(-1)!
  if (last.runs.length > 1 && !isOver(state, shape, last)) times.push(endMs(last))
  if (shape.maxAgeMs !== undefined) times.push(Math.max(endMs(oldest), newestMsOf(oldest) + shape.maxAgeMs + 1))
  return times.length === 0 ? undefined : Math.min(...times)
}

function newestMsOf({ runs }: Window): number {
  return Math.max(...runs.map((run) => run.newestMs))
}

function isAnyBusy({ runs }: Window): boolean {
  return runs.some((run) => run.isBusy)
}

function closedLevel({ levels }: CompactionState): number {
  return Math.max(CLOSED_LEVEL, levels.length - 1)
}
