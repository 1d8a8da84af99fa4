import { sumOf, type Written } from './written.ts'

export interface TierShape {
  readonly mergeWidth: number
  /** Levels, of which the last merges into itself. */
  readonly levels: number
}

/**
 * Size-tiered compaction of new keys, drained after each flush, exactly: the `mergeWidth`-th run of a level makes one of the next. For F
 * flushes of one size and levels enough that is F + the sum over i of K^i * floor(F / K^i) times the size.
 */
export function sizeTieredWritten(flushes: readonly number[], { mergeWidth, levels }: TierShape): Written {
  const tiers: number[][] = []
  let merged = 0
  const add = (size: number, level: number): void => {
    const tier = (tiers[level] ??= [])
    tier.push(size)
    if (tier.length < mergeWidth) return
    const whole = sumOf(tier.splice(0))
    merged += whole
    add(whole, Math.min(level + 1, levels - 1))
  }
  for (const size of flushes) add(size, 0)
  return { flushed: sumOf(flushes), merged, runs: tiers.reduce((sum, tier) => sum + tier.length, 0) }
}
