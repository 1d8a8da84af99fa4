import type { TableSummary } from '../table/table-summary.ts'

/**
 * What the manifest knows of one table: plain data, which strategies and jobs may hold and send. What the table knows of itself, and where it is put.
 * All fields as FORMAT.md defines them.
 */
export interface TableEntry extends TableSummary {
  /** File number: `000001.sst` is 1. Never reused. */
  readonly number: number
  /** 128 random bits as 32 hex digits; block checksums are bound to it, so a file put in another's place is noticed. */
  readonly id: string
  readonly keyspace: number
  readonly level: number
  /** Runs of a level are ordered by age: a greater run number is newer. Tables of one run do not overlap. */
  readonly run: number
  /** Numbers of the value files that entries point into. */
  readonly valueFiles: readonly number[]
  /** The sequence of every entry of an ingested table, 0 for tables that carry their own. */
  readonly globalSequence: number
}

/**
 * The same entry in the one shape that V8 knows entries by. Such that are put together from parts, or come from another
 * thread, have shapes of their own, and each lookup would look their fields up by name.
 */
export function inOneShape(table: TableEntry): TableEntry {
  return {
    number: table.number,
    id: table.id,
    bytes: table.bytes,
    keyspace: table.keyspace,
    level: table.level,
    run: table.run,
    smallest: table.smallest,
    largest: table.largest,
    smallestSequence: table.smallestSequence,
    largestSequence: table.largestSequence,
    oldestMs: table.oldestMs,
    newestMs: table.newestMs,
    entries: table.entries,
    tombstones: table.tombstones,
    rangeDeletes: table.rangeDeletes,
    merges: table.merges,
    entriesWithoutExpiry: table.entriesWithoutExpiry,
    largestExpiryMs: table.largestExpiryMs,
    userBytes: table.userBytes,
    codec: table.codec,
    valueFiles: table.valueFiles,
    globalSequence: table.globalSequence,
  }
}
