import fc from 'fast-check'
import { compareBytes } from '../../src/bytes/compare.ts'
import type { TableEntry } from '../../src/manifest/table-entry.ts'
import type { VersionEdit } from '../../src/manifest/version-edit.ts'

const number = fc.integer({ min: 0, max: 2 ** 48 - 1 })
const pair = fc.tuple(number, number).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const)
const name = fc.string({ unit: 'binary', maxLength: 12 })
const sealedLog = fc.record({ number, length: number, lastSequence: number })

const anyTableEntry: fc.Arbitrary<TableEntry> = fc
  .record({
    keys: fc.tuple(fc.uint8Array({ maxLength: 20 }), fc.uint8Array({ maxLength: 20 })),
    sequences: pair,
    times: pair,
    entries: fc.integer({ min: 10, max: 2 ** 40 }),
    counts: fc.tuple(fc.nat(5), fc.nat(5), fc.nat(10)),
    id: fc.uint8Array({ minLength: 16, maxLength: 16 }),
    rest: fc.record({
      number: fc.integer({ min: 1, max: 2 ** 48 - 1 }),
      bytes: fc.integer({ min: 1, max: 2 ** 48 - 1 }),
      keyspace: number,
      level: fc.nat(63),
      run: number,
      rangeDeletes: number,
      largestExpiryMs: number,
      userBytes: number,
      codec: fc.constantFrom('none' as const, 'deflate' as const),
      valueFiles: fc.array(number, { maxLength: 3 }),
      globalSequence: number,
    }),
  })
  .map(({ keys, sequences, times, entries, counts, id, rest }) => {
    const [smallest, largest] = compareBytes(...keys) <= 0 ? keys : [keys[1], keys[0]]
    return {
      ...rest,
      id: Buffer.from(id).toString('hex'),
      smallest,
      largest,
      smallestSequence: sequences[0],
      largestSequence: sequences[1],
      oldestMs: times[0],
      newestMs: times[1],
      entries,
      tombstones: counts[0],
      merges: counts[1],
      entriesWithoutExpiry: counts[2],
    }
  })

/** Any edit that has a meaning by itself, whether or not it could follow another. */
export const anyVersionEdit: fc.Arbitrary<VersionEdit> = fc.record(
  {
    features: fc.record({
      read: fc.array(name, { maxLength: 3 }),
      write: fc.array(name, { maxLength: 3 }),
      ignore: fc.array(name, { maxLength: 3 }),
    }),
    keyspaces: fc.array(
      fc.record({
        id: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
        name,
        comparator: name,
        mergeOperator: name,
        codec: name,
        strategy: name,
      }),
      { maxLength: 3 },
    ),
    opened: fc.record({ epoch: number, firstLog: number }),
    clean: sealedLog,
    sealedLogs: fc.array(sealedLog, { maxLength: 3 }),
    replayFrom: number,
    reservedThrough: number,
    lastSequence: number,
    flushedThrough: fc.array(fc.record({ keyspace: number, sequence: number }), { maxLength: 3 }),
    removed: fc.array(number, { maxLength: 5 }),
    added: fc.array(anyTableEntry, { maxLength: 4 }),
  },
  { requiredKeys: [] },
)
