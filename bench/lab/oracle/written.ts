/** What a load costs, in the unit of its flushes: records or bytes. */
export interface Written {
  readonly flushed: number
  readonly merged: number
  /** Runs that are left: what a read of a missing key asks. */
  readonly runs: number
}

/** Flushed and merged over flushed. */
export function writeAmplification({ flushed, merged }: Written): number {
  return flushed === 0 ? 1 : (flushed + merged) / flushed
}

export function sumOf(sizes: readonly number[]): number {
  return sizes.reduce((sum, size) => sum + size, 0)
}
