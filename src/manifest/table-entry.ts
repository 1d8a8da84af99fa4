/** What the manifest knows of one table: plain data, which strategies and jobs may hold and send. All fields as FORMAT.md defines them. */
export interface TableEntry {
  /** File number: `000001.sst` is 1. Never reused. */
  readonly number: number
  /** 128 random bits as 32 hex digits; block checksums are bound to it, so a file put in another's place is noticed. */
  readonly id: string
  /** File size in bytes. */
  readonly bytes: number
  readonly keyspace: number
  readonly level: number
  /** Runs of a level are ordered by age: a greater run number is newer. Tables of one run do not overlap. */
  readonly run: number
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
  readonly codec: 'none' | 'deflate'
  /** Numbers of the value files that entries point into. */
  readonly valueFiles: readonly number[]
  /** The sequence of every entry of an ingested table, 0 for tables that carry their own. */
  readonly globalSequence: number
}
