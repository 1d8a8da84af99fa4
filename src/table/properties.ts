import { ByteReader } from '../bytes/reader.ts'
import { ByteWriter } from '../bytes/writer.ts'
import { VarveError } from '../errors.ts'
import { Codec, type CodecName } from './format.ts'
import type { TableSummary } from './table-summary.ts'

/** A summary without the file's size, which the file itself tells, and with how the filter was made. */
export interface Properties extends Omit<TableSummary, 'bytes'> {
  readonly filterBitsPerKey: number
}

/**
 * The properties as they are stored: fields in ascending order, each at most once.
 *
 *     field*   tag     varint  number * 2, plus 1 where a reader that does not know the number must refuse the table
 *              length  varint
 *              the value: a varint, or bytes where the table below says so
 *
 * They hold all that the manifest knows of a table but its place, so that a lost manifest can be rebuilt. Numbers 17 to
 * 19 are reserved for keyspace, value files and global sequence.
 */
const FIELD = {
  smallest: 1, // bytes
  largest: 2, // bytes
  smallestSequence: 3,
  largestSequence: 4,
  oldestMs: 5,
  newestMs: 6,
  entries: 7,
  tombstones: 8,
  rangeDeletes: 9,
  merges: 10,
  entriesWithoutExpiry: 11,
  largestExpiryMs: 12,
  userBytes: 13,
  codec: 14, // 0: no block is compressed; 1: some may be, by deflate
  filterBitsPerThousandKeys: 15,
} as const

const LAST_FIELD: number = FIELD.filterBitsPerThousandKeys

export function encodeProperties(properties: Properties): Uint8Array {
  const writer = new ByteWriter()
  const value = new ByteWriter(8)
  const bytes = (field: number, content: Uint8Array) => {
    writer.varint(2 * field)
    writer.prefixed(content)
  }
  const number = (field: number, content: number) => {
    value.clear()
    value.varint(content)
    bytes(field, value.view())
  }
  bytes(FIELD.smallest, properties.smallest)
  bytes(FIELD.largest, properties.largest)
  number(FIELD.smallestSequence, properties.smallestSequence)
  number(FIELD.largestSequence, properties.largestSequence)
  number(FIELD.oldestMs, properties.oldestMs)
  number(FIELD.newestMs, properties.newestMs)
  number(FIELD.entries, properties.entries)
  number(FIELD.tombstones, properties.tombstones)
  number(FIELD.rangeDeletes, properties.rangeDeletes)
  number(FIELD.merges, properties.merges)
  number(FIELD.entriesWithoutExpiry, properties.entriesWithoutExpiry)
  number(FIELD.largestExpiryMs, properties.largestExpiryMs)
  number(FIELD.userBytes, properties.userBytes)
  number(FIELD.codec, Codec[properties.codec])
  number(FIELD.filterBitsPerThousandKeys, Math.round(properties.filterBitsPerKey * 1000))
  return writer.view()
}

/** CORRUPTION where fields are malformed or missing, UNSUPPORTED_FORMAT where one must be understood and is not. */
export function decodeProperties(section: Uint8Array, file: string, offset: number): Properties {
  const reader = new ByteReader(section, 0, section.length, file, offset)
  const fields: (Uint8Array | undefined)[] = []
  let before = 0
  while (reader.remaining > 0) {
    const tag = reader.varint()
    const field = Math.floor(tag / 2)
    if (field <= before) reader.fail('the properties of a table do not ascend')
    before = field
    const content = reader.prefixed()
    if (field <= LAST_FIELD) fields[field] = content
    else if (tag % 2 === 1) {
      throw new VarveError(
        'UNSUPPORTED_FORMAT',
        `a table has property ${field}, which needs a newer version of varve`,
        { file },
      )
    }
  }
  const bytes = (field: number): Uint8Array =>
    fields[field]?.slice() ?? reader.fail('a table lacks one of its properties')
  const number = (field: number): number => new ByteReader(bytes(field), 0, undefined, file, offset).varint()
  return {
    smallest: bytes(FIELD.smallest),
    largest: bytes(FIELD.largest),
    smallestSequence: number(FIELD.smallestSequence),
    largestSequence: number(FIELD.largestSequence),
    oldestMs: number(FIELD.oldestMs),
    newestMs: number(FIELD.newestMs),
    entries: number(FIELD.entries),
    tombstones: number(FIELD.tombstones),
    rangeDeletes: number(FIELD.rangeDeletes),
    merges: number(FIELD.merges),
    entriesWithoutExpiry: number(FIELD.entriesWithoutExpiry),
    largestExpiryMs: number(FIELD.largestExpiryMs),
    userBytes: number(FIELD.userBytes),
    codec: codecName(number(FIELD.codec), file),
    filterBitsPerKey: number(FIELD.filterBitsPerThousandKeys) / 1000,
  }
}

function codecName(codec: number, file: string): CodecName {
  if (codec === Codec.none) return 'none'
  if (codec === Codec.deflate) return 'deflate'
  throw new VarveError('UNSUPPORTED_FORMAT', `a table of codec ${codec} needs a newer version of varve`, { file })
}
