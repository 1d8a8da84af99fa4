import type { CodecName } from './format.ts'

/**
 * What a table knows of itself: plain data, the part of a manifest's table entry that does not depend on where the
 * table is put.
 */
export interface TableSummary {
  /** File size in bytes. */
  readonly bytes: number
  /** First and last user key, both in the table. */
  readonly smallest: Uint8Array
  readonly largest: Uint8Array
  readonly smallestSequence: number
  readonly largestSequence: number
  /** Commit times of the oldest and newest entry, in milliseconds since 1970. */
  readonly oldestMs: number
  readonly newestMs: number
  readonly entries: number
  readonly tombstones: number
  readonly rangeDeletes: number
  readonly merges: number
  /** Entries that never expire; `largestExpiryMs` is that of the others, 0 where there are none. */
  readonly entriesWithoutExpiry: number
  readonly largestExpiryMs: number
  /** Key and value bytes of the entries, as the user gave them. */
  readonly userBytes: number
  readonly codec: CodecName
}
