/** Neighbouring parts of the key space, all of one width. */
const BUCKETS = 2048

/** Bytes of one level in each bucket: keys are uniform, so that nothing else is to be known of a level. */
export class FluidLevel {
  readonly buckets: Float64Array = new Float64Array(BUCKETS)
  bytes = 0
  /** The bucket from which the next table is taken. */
  cursor = 0

  /** Adds bytes evenly over all buckets; returns how many bytes the level has then. */
  addEvenly(bytes: number, mix: Mix): number {
    for (let i = 0; i < BUCKETS; i++) this.set(i, mix(this.buckets[i]!, bytes / BUCKETS))
    return this.bytes
  }

  set(bucket: number, bytes: number): void {
    this.bytes += bytes - this.buckets[bucket]!
    this.buckets[bucket] = bytes
  }
}

/** Bytes of a bucket that two levels make together. */
export type Mix = (a: number, b: number) => number

/** All keys are new. */
export const disjoint: Mix = (a, b) => a + b

/** Writes to keys that are there already, of `liveBytes` in all: what is in both is there once afterwards. */
export function overwriting(liveBytes: number): Mix {
  const most = liveBytes / BUCKETS
  return (a, b) => a + b - (a * b) / most
}

/**
 * Moves one table of `tableBytes`, as many neighbouring buckets as hold them, into the level below; returns the bytes that this writes.
 * `isAligned`: outputs end where tables of the next level begin. Otherwise a merge also rewrites the parts of the tables at its two ends that it
 * did not have to touch, which is one table's worth.
 */
export function pushTable(from: FluidLevel, to: FluidLevel, tableBytes: number, mix: Mix, isAligned: boolean): number {
  let moved = 0
  let overlap = 0
  let written = 0
  while (moved < tableBytes && from.bytes > 0) {
    const bucket = from.cursor
    const bytes = from.buckets[bucket]!
    moved += bytes
    overlap += to.buckets[bucket]!
    to.set(bucket, mix(to.buckets[bucket]!, bytes))
    written += to.buckets[bucket]!
    from.set(bucket, 0)
    from.cursor = (bucket + 1) % BUCKETS
    // What is left after the subtractions of floating point.
    if (from.cursor === 0 && from.bytes < 1) from.bytes = 0
  }
  return written + (isAligned ? 0 : Math.min(tableBytes, overlap))
}

/** A leveled tree whose levels are of set sizes, in bytes: as RocksDB's without dynamic levels, or LevelDB's. */
export interface StaticTree {
  readonly flushBytes: number
  readonly tableBytes: number
  /** Flushes merged together into level 1. */
  readonly level0Tables: number
  readonly level1Bytes: number
  readonly sizeRatio: number
  readonly isAligned: boolean
}

/** Flushed and merged over flushed bytes after so many flushes of new, uniformly distributed keys. */
export function staticWriteAmplification(flushes: number, tree: StaticTree, mix: Mix = disjoint): number {
  const levels: FluidLevel[] = [new FluidLevel(), new FluidLevel()]
  let written = 0
  for (let flush = 1; flush <= flushes; flush++) {
    written += tree.flushBytes
    if (flush % tree.level0Tables !== 0) continue
    written += levels[1]!.addEvenly(tree.level0Tables * tree.flushBytes, mix)
    for (let i = 1; i < levels.length; i++) {
      const target = tree.level1Bytes * tree.sizeRatio ** (i - 1)
      while (levels[i]!.bytes > target) {
        levels[i + 1] ??= new FluidLevel()
        written += pushTable(levels[i]!, levels[i + 1]!, tree.tableBytes, mix, tree.isAligned)
      }
    }
  }
  return written / (flushes * tree.flushBytes)
}
