import type { Level } from '../manifest/version.ts'

/** The settings that shape a leveled tree, as `leveled` documents them. */
export interface LeveledShape {
  readonly sizeRatio: number
  readonly level0Tables: number
  readonly tableBytes: number
  readonly baseBytes: number | undefined
  readonly maxLevels: number
}

export interface LevelTargets {
  /** Where level 0 is merged to: every level between is empty. */
  readonly base: number
  /** The deepest level that may hold tables. It has no target: the others are measured against it. */
  readonly last: number
  /** Bytes that each level from `base` to `last - 1` should hold at most. */
  readonly bytes: readonly number[]
}

/**
 * Targets from the bottom up, as RocksDB's dynamic level bytes: each level is a `sizeRatio`-th of the one below, so that all levels above
 * the last together hold an (r - 1)-th of it, however large the store. A new base is opened above once the old one's target has
 * outgrown the largest worthwhile base.
 */
export function levelTargets(levels: readonly Level[], shape: LeveledShape): LevelTargets {
  const last = Math.max(shape.maxLevels - 1, levels.length - 1)
  let first = 1
  while (first < last && (levels[first]?.bytes ?? 0) === 0) first++
  const bytes = new Array<number>(last + 1).fill(0)
  const largestBase = largestBaseBytes(levels, shape)
  let target = 0
  for (const level of levels.slice(1)) target = Math.max(target, level.bytes)
  bytes[last] = target
  let base = last
  while (base > first || (base > 1 && target > largestBase)) {
    base--
    target /= shape.sizeRatio
    bytes[base] = Math.max(target, shape.tableBytes)
  }
  return { base, last, bytes }
}

/**
 * What a base may hold before one more level pays. Merging a batch of level 0 into a base of s batches costs 1 + s; through a level of
 * s / T between them it costs 2 + s/T + s / (1 + s/T), which is less from about s = 4.5 on. Simulated loads cost the same from 2 to 4,
 * and a smaller base wastes less space. Without a flush in sight nothing is merged out of level 0, and no level is opened.
 */
function largestBaseBytes(levels: readonly Level[], shape: LeveledShape): number {
  if (shape.baseBytes !== undefined) return shape.baseBytes
  const runs = levels[0]?.runs ?? []
  if (runs.length === 0) return Number.POSITIVE_INFINITY
  const largestFlush = Math.max(...runs.map((run) => run.bytes))
  return Math.max(shape.tableBytes, BASE_BATCHES * shape.level0Tables * largestFlush)
}

const BASE_BATCHES = 3
