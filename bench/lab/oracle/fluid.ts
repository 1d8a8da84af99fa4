/** What a leveled tree is made of, in bytes. */
export interface FluidTree {
  readonly flushBytes: number
  readonly tableBytes: number
  /** Flushes merged together into level 1. */
  readonly level0Tables: number
  readonly level1Bytes: number
  readonly sizeRatio: number
}

const BUCKETS = 2048

/**
 * The write amplification (flushed and merged bytes over flushed bytes) that theory predicts for inserting new, uniformly distributed keys
 * into a leveled tree: levels are densities over the key space, and a table is as many neighbouring buckets as hold its bytes.
 * `unaligned` charges the part of a table of the next level that a merge rewrites only because tables do not end where it does.
 */
export function fluidWriteAmplification(flushes: number, tree: FluidTree, unaligned: boolean): number {
  const levels: Float64Array[] = [new Float64Array(BUCKETS)]
  const cursors: number[] = [0]
  let written = 0
  const levelAt = (i: number): Float64Array => {
    cursors[i] ??= 0
    levels[i] ??= new Float64Array(BUCKETS)
    return levels[i]
  }
  for (let flush = 1; flush <= flushes; flush++) {
    written += tree.flushBytes
    if (flush % tree.level0Tables !== 0) continue
    const first = levelAt(1)
    const batch = (tree.level0Tables * tree.flushBytes) / BUCKETS
    for (let b = 0; b < BUCKETS; b++) written += first[b]! += batch
    for (let i = 1; i < levels.length; i++) {
      const target = tree.level1Bytes * tree.sizeRatio ** (i - 1)
      while (sum(levels[i]!) > target) written += push(levels[i]!, levelAt(i + 1), i)
    }
  }
  return written / (flushes * tree.flushBytes)

  /** Moves one table's worth of a level into the next and returns the bytes that this writes. */
  function push(from: Float64Array, to: Float64Array, level: number): number {
    let moved = 0
    let overlap = 0
    while (moved < tree.tableBytes) {
      const b = cursors[level]!
      moved += from[b]!
      overlap += to[b]!
      to[b]! += from[b]!
      from[b] = 0
      cursors[level] = (b + 1) % BUCKETS
      if (b + 1 === BUCKETS && sum(from) === 0) break
    }
    return moved + overlap + (unaligned ? Math.min(tree.tableBytes, overlap) : 0)
  }
}

function sum(level: Float64Array): number {
  let bytes = 0
  for (const bucket of level) bytes += bucket
  return bytes
}
