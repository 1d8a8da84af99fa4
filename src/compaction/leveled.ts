import type { TableEntry } from '../manifest/table-entry.ts'
import type { Level } from '../manifest/version.ts'
import { MERGED_RUNS_MAX } from './aged-runs.ts'
import { bytesOf, compareKeys, hullOf, type KeyRange, overlapped } from './key-range.ts'
import { type LeveledShape, type LevelTargets, levelTargets } from './level-targets.ts'
import type { Choice, CompactionState, CompactionStrategy, Pressure } from './strategy.ts'
import { checkedOptions } from './strategy-options.ts'

/** Options of `leveled()`; bytes are bytes on disk. */
export interface LeveledOptions {
  /** How many times larger a level is than the one above: 2 to 100, default 10. */
  readonly sizeRatio?: number
  /** Flushes that level 0 gathers before they are merged together: 1 to 64, default 4. */
  readonly level0Tables?: number
  /** Bytes of an output table: 1 to 2^40, default 8 MiB. */
  readonly tableBytes?: number
  /** The most bytes that the level below level 0 should hold: 1 to 2^48; by default what suits the size of the flushes. */
  readonly baseBytes?: number
  /** Levels, level 0 included: 2 to 64, default 7. */
  readonly maxLevels?: number
}

const RULES = {
  sizeRatio: { least: 2, most: 100, fallback: 10 },
  level0Tables: { least: 1, most: 64, fallback: 4 },
  tableBytes: { least: 1, most: 2 ** 40, fallback: 8 << 20 },
  baseBytes: { least: 1, most: 2 ** 48, fallback: undefined },
  maxLevels: { least: 2, most: 64, fallback: 7 },
}

/** A table is not moved to where it overlaps more than this many tables of the level after: merging it away would be dear. */
const MOVE_OVERLAP_TABLES = 10

/** Writers stop at this many times the runs that level 0 gathers. */
const STOP_FACTOR = 5

/**
 * Leveled compaction with dynamic level targets. Level 0 holds a run per flush, every other level one run. Reads look into few runs and
 * space is wasted least; each byte is written about 1 + T/2 times per level.
 */
export function leveled(options: LeveledOptions = {}): CompactionStrategy {
  const shape = checkedOptions('leveled', RULES, options) as LeveledShape
  return Object.freeze({
    name: 'leveled',
    pick: (state: CompactionState) => pick(state, shape),
    pressure: (state: CompactionState) => pressure(state, shape),
    bottom(state: CompactionState) {
      const { last } = levelTargets(state.levels, shape)
      return { level: last, run: runNumber(state.levels[last]), tableBytes: shape.tableBytes }
    },
  })
}

function pick(state: CompactionState, shape: LeveledShape): Choice {
  const crowded = state.levels.findIndex((level, i) => i > 0 && level.runs.length > 1)
  if (crowded > 0) return unite(state, crowded, shape)
  const targets = levelTargets(state.levels, shape)
  for (const { level } of scores(state, shape, targets)) {
    const choice = level === 0 ? intoBase(state, shape, targets) : intoNext(state, shape, level)
    if (choice !== undefined) return choice
  }
  return { kind: 'idle' }
}

/** The levels that hold too much, the fullest first. */
function scores(
  state: CompactionState,
  shape: LeveledShape,
  targets: LevelTargets,
): { level: number; score: number }[] {
  const scored = [{ level: 0, score: (state.levels[0]?.runs.length ?? 0) / shape.level0Tables }]
  for (let level = targets.base; level < targets.last; level++) {
    const idle = (tablesOf(state.levels[level]) as TableEntry[]).filter((table) => !state.busy.has(table.number))
    // Full is not too full: what is exactly at its target may stay.
    const excess = bytesOf(idle) - targets.bytes[level]!
    if (excess > 0) scored.push({ level, score: 1 + excess / targets.bytes[level]! })
  }
  return scored.filter(({ score }) => score >= 1).sort((a, b) => b.score - a.score || a.level - b.level)
}

/** Another strategy left several runs on one level: they become one. */
function unite(state: CompactionState, level: number, shape: LeveledShape): Choice {
  const runs = state.levels[level]!.runs.slice(-MERGED_RUNS_MAX)
  const tables = runs.flatMap((run) => run.tables)
  if (isAnyBusy(state, tables)) return { kind: 'idle' }
  return merge(state, shape, tables, level, runs[0]!.number)
}

/** All of level 0 into the base: alone as a move, where it can be, so that a sequential load is written once. */
function intoBase(state: CompactionState, shape: LeveledShape, targets: LevelTargets): Choice | undefined {
  const mostRuns = Math.max(MERGED_RUNS_MAX, STOP_FACTOR * shape.level0Tables)
  const level0 = state.levels[0]!.runs.slice(-mostRuns).flatMap((run) => run.tables)
  if (isAnyBusy(state, level0)) return undefined
  const base = tablesOf(state.levels[targets.base])
  const movable = isolated(level0).filter(
    (table) => overlapped(base, table).length === 0 && mayMove(state, shape, table, targets.base),
  )
  if (movable.length > 0) return move(state, movable, targets.base)
  const below = overlapped(base, hullOf(level0))
  return isAnyBusy(state, below) ? undefined : merge(state, shape, [...level0, ...below], targets.base)
}

/** The table of `level` that drags the fewest bytes of the next level along, for its size. */
function intoNext(state: CompactionState, shape: LeveledShape, level: number): Choice | undefined {
  const next = tablesOf(state.levels[level + 1])
  let best: TableEntry | undefined
  let bestBelow: readonly TableEntry[] = []
  let bestRatio = Number.POSITIVE_INFINITY
  for (const table of tablesOf(state.levels[level])) {
    if (state.busy.has(table.number)) continue
    const below = overlapped(next, table)
    const ratio = bytesOf(below) / table.bytes
    if (ratio >= bestRatio || isAnyBusy(state, below)) continue
    best = table
    bestBelow = below
    bestRatio = ratio
  }
  if (best === undefined) return undefined
  if (bestBelow.length === 0 && mayMove(state, shape, best, level + 1)) return move(state, [best], level + 1)
  return merge(state, shape, [best, ...bestBelow], level + 1)
}

function move(state: CompactionState, tables: readonly TableEntry[], level: number): Choice {
  return { kind: 'move', tables: tables.map((table) => table.number), level, run: runNumber(state.levels[level]) }
}

function merge(
  state: CompactionState,
  shape: LeveledShape,
  tables: readonly TableEntry[],
  level: number,
  run: number = runNumber(state.levels[level]),
): Choice {
  const after = overlapped(tablesOf(state.levels[level + 1]), hullOf(tables))
  return {
    kind: 'merge',
    tables: tables.map((table) => table.number),
    level,
    run,
    tableBytes: shape.tableBytes,
    boundaries: after.map((table) => table.smallest),
  }
}

function mayMove(state: CompactionState, shape: LeveledShape, range: KeyRange, level: number): boolean {
  const after = overlapped(tablesOf(state.levels[level + 1]), range)
  return bytesOf(after) <= MOVE_OVERLAP_TABLES * shape.tableBytes
}

/** Those of `tables` that overlap no other of them, in key order. */
function isolated(tables: readonly TableEntry[]): TableEntry[] {
  const sorted = [...tables].sort((a, b) => compareKeys(a.smallest, b.smallest))
  const alone: TableEntry[] = []
  let reach: Uint8Array | undefined
  sorted.forEach((table, i) => {
    const next = sorted[i + 1]
    const isClear = reach === undefined || compareKeys(reach, table.smallest) < 0
    if (isClear && (next === undefined || compareKeys(table.largest, next.smallest) < 0)) alone.push(table)
    if (reach === undefined || compareKeys(table.largest, reach) > 0) reach = table.largest
  })
  return alone
}

function pressure(state: CompactionState, shape: LeveledShape): Pressure {
  const runs = state.levels[0]?.runs.length ?? 0
  if (runs >= STOP_FACTOR * shape.level0Tables) return { kind: 'stop' }
  const byRuns = (runs - 2 * shape.level0Tables) / (3 * shape.level0Tables)
  const share = Math.max(byRuns, debtShare(state, shape))
  return share < 0 ? { kind: 'none' } : { kind: 'slow', share: Math.min(share, 1) }
}

/** Negative while less than a quarter of all bytes lies above the targets, 1 at three quarters. */
function debtShare(state: CompactionState, shape: LeveledShape): number {
  const targets = levelTargets(state.levels, shape)
  let total = 0
  let debt = 0
  state.levels.forEach((level, i) => {
    total += level.bytes
    if (i >= targets.base && i < targets.last) debt += Math.max(0, level.bytes - targets.bytes[i]!)
  })
  return total === 0 ? -1 : (debt / total - 0.25) / 0.5
}

function tablesOf(level: Level | undefined): readonly TableEntry[] {
  return level?.runs[0]?.tables ?? []
}

function runNumber(level: Level | undefined): number {
  return level?.runs[0]?.number ?? 0
}

function isAnyBusy(state: CompactionState, tables: readonly TableEntry[]): boolean {
  return tables.some((table) => state.busy.has(table.number))
}
