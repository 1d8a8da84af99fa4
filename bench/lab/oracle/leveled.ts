import { type LeveledShape, levelTargets } from '../../../src/compaction/level-targets.ts'
import type { Level, Run } from '../../../src/manifest/version.ts'
import { disjoint, FluidLevel, type Mix, overwriting, pushTable } from './fluid.ts'
import { sumOf, type Written } from './written.ts'

/** The options of `leveled`, with their defaults. */
export interface LeveledConfiguration {
  readonly sizeRatio?: number | undefined
  readonly level0Tables?: number | undefined
  readonly tableBytes?: number | undefined
  readonly baseBytes?: number | undefined
  readonly maxLevels?: number | undefined
}

export interface LeveledOutcome extends Written {
  /** Bytes of each level. */
  readonly levels: readonly number[]
}

/**
 * The fluid model of our leveled tree, whose level targets follow its size (src/compaction/level-targets.ts): flushes of uniformly
 * distributed keys, drained after each. With `liveBytes` they overwrite keys of so many bytes in all, which lie in the last level from the
 * beginning; else all keys are new. Our outputs end where tables of the next level begin, once they hold half a table: aligned.
 */
export function leveledWritten(
  flushes: readonly number[],
  configuration: LeveledConfiguration,
  liveBytes?: number,
): LeveledOutcome {
  const tree = new FluidTree(shapeOf(configuration), liveBytes)
  for (const bytes of flushes) tree.flush(bytes)
  const flushed = sumOf(tree.flushed)
  const levels = tree.levelBytes
  const runs = tree.level0.length + levels.slice(1).filter((bytes) => bytes > 0).length
  return { flushed, merged: tree.merged, runs, levels }
}

function shapeOf(configuration: LeveledConfiguration): LeveledShape {
  const { sizeRatio = 10, level0Tables = 4, tableBytes = 8 << 20, baseBytes, maxLevels = 7 } = configuration
  return { sizeRatio, level0Tables, tableBytes, baseBytes, maxLevels }
}

class FluidTree {
  merged = 0
  readonly flushed: number[] = []
  /** Bytes of the runs of level 0. */
  level0: number[] = []
  readonly #shape: LeveledShape
  readonly #mix: Mix
  readonly #liveBytes: number | undefined
  readonly #levels: FluidLevel[]

  constructor(shape: LeveledShape, liveBytes: number | undefined) {
    this.#shape = shape
    this.#liveBytes = liveBytes
    this.#mix = liveBytes === undefined ? disjoint : overwriting(liveBytes)
    this.#levels = Array.from({ length: shape.maxLevels }, () => new FluidLevel())
    if (liveBytes !== undefined) this.#levels.at(-1)!.addEvenly(liveBytes, disjoint)
  }

  get levelBytes(): number[] {
    return [sumOf(this.level0), ...this.#levels.slice(1).map((level) => level.bytes)]
  }

  /** A flush writes each key once: of those that come again in one memtable the last version stays. */
  flush(bytes: number): void {
    const live = this.#liveBytes
    const distinct = live === undefined ? bytes : live * (1 - Math.exp(-bytes / live))
    this.flushed.push(distinct)
    this.level0.push(distinct)
    while (this.#step());
  }

  /** Does what the fullest level wants; false where none wants anything. */
  #step(): boolean {
    const { base, last, bytes } = levelTargets(this.#asLevels(), this.#shape)
    let fullest = 0
    let score = this.level0.length / this.#shape.level0Tables
    for (let level = base; level < last; level++) {
      const target = bytes[level]!
      const found = this.#levels[level]!.bytes / target
      // A sum of floating-point numbers is not above its target because of its last digits.
      if (found > 1 + 1e-9 && found > score) [fullest, score] = [level, found]
    }
    if (score < 1) return false
    if (fullest === 0) this.#mergeLevel0(base)
    else {
      const { tableBytes } = this.#shape
      this.merged += pushTable(this.#levels[fullest]!, this.#levels[fullest + 1]!, tableBytes, this.#mix, true)
    }
    return true
  }

  #mergeLevel0(base: number): void {
    const batch = new FluidLevel()
    for (const bytes of this.level0) batch.addEvenly(bytes, this.#mix)
    this.level0 = []
    this.merged += this.#levels[base]!.addEvenly(batch.bytes, this.#mix)
  }

  #asLevels(): Level[] {
    const run = (bytes: number): Run => ({ number: 0, tables: [], bytes })
    const levels = this.#levels.map(({ bytes }): Level => ({ bytes, runs: bytes > 0 ? [run(bytes)] : [] }))
    levels[0] = { bytes: sumOf(this.level0), runs: this.level0.map(run) }
    // A version has no empty levels at its end.
    while (levels.length > 0 && levels.at(-1)!.bytes === 0) levels.pop()
    return levels
  }
}
