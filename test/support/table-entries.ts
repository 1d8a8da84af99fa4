import type { TableEntry } from '../../src/manifest/table-entry.ts'

const EMPTY = new Uint8Array(0)

/** A table entry that differs from a plain one only in `fields`. */
export function tableEntry(fields: Partial<TableEntry>): TableEntry {
  return {
    number: 1,
    id: '00112233445566778899aabbccddeeff',
    bytes: 100,
    keyspace: 0,
    level: 0,
    run: 0,
    smallest: EMPTY,
    largest: EMPTY,
    smallestSequence: 0,
    largestSequence: 0,
    oldestMs: 0,
    newestMs: 0,
    entries: 1,
    tombstones: 0,
    rangeDeletes: 0,
    merges: 0,
    entriesWithoutExpiry: 1,
    largestExpiryMs: 0,
    userBytes: 0,
    codec: 'none',
    valueFiles: [],
    globalSequence: 0,
    ...fields,
  }
}
