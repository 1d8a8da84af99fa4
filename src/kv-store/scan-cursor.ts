/**
 * What an engine gives a scan: a position among the visible entries of one range, in the scan's direction, as slices of
 * shared buffers that hold until the next move.
 */
export interface ScanCursor {
  readonly key: Uint8Array
  readonly keyStart: number
  readonly keyEnd: number
  readonly value: Uint8Array
  readonly valueStart: number
  readonly valueEnd: number
  /** Moves to the next entry, the first call to the first one; false at the end, and from then on. */
  advance(): boolean
  /**
   * Makes the next `advance` find the first entry at or past `key` in the scan's direction, within its bounds; it may
   * go back, also from the end. The array is the cursor's to keep.
   */
  seek(key: Uint8Array): void
  /** Gives back what it pins; twice is harmless. */
  close(): void
}

/**
 * Bounds in their normal form: from `lower` (inclusive) to `upper` (exclusive); undefined is unbounded. Where `lower` is
 * not below `upper` the range is empty. A bound may be one byte longer than the longest key.
 */
export interface Bounds {
  readonly lower: Uint8Array | undefined
  readonly upper: Uint8Array | undefined
}
