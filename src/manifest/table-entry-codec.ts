import { compareBytes } from '../bytes/compare.ts'
import { VarveError } from '../errors.ts'
import { MAX_KEY_BYTES } from '../key/internal-key.ts'
import type { TableEntry } from './table-entry.ts'
import { type FieldReader, FieldWriter, type KnownTags } from './tagged-fields.ts'

/** Levels are 0 to 63. */
export const MAX_LEVELS: number = 64

const ID_BYTES = 16
const MAX_NUMBER = 2 ** 48 - 1

/**
 * The fields of a table entry. Tags are on disk for ever: none is changed or used again.
 *
 * | tag | field | bytes |
 * |---|---|---|
 * | 1 | number | varint |
 * | 2 | id | 16 bytes |
 * | 3-6 | bytes, keyspace, level, run | varint |
 * | 7, 8 | smallest, largest | the key |
 * | 9-19 | the numbers of NUMBERS below | varint, left out when 0 |
 * | 20 | codec | its name |
 * | 21 | valueFiles | varints one after another, left out when there are none |
 * | 22 | globalSequence | varint, left out when 0 |
 */
const Tag = { Number: 1, Id: 2, Bytes: 3, Level: 5, Smallest: 7, Largest: 8, Codec: 20, ValueFiles: 21 } as const

/** Every field that is a plain number, by its tag. */
const NUMBERS = {
  1: 'number',
  3: 'bytes',
  4: 'keyspace',
  5: 'level',
  6: 'run',
  9: 'smallestSequence',
  10: 'largestSequence',
  11: 'oldestMs',
  12: 'newestMs',
  13: 'entries',
  14: 'tombstones',
  15: 'rangeDeletes',
  16: 'merges',
  17: 'entriesWithoutExpiry',
  18: 'largestExpiryMs',
  19: 'userBytes',
  22: 'globalSequence',
} as const satisfies Record<number, keyof TableEntry>

type NumberField = (typeof NUMBERS)[keyof typeof NUMBERS]

const NUMBER_FIELDS: ReadonlyMap<number, NumberField> = new Map(
  Object.entries(NUMBERS).map(([tag, field]) => [Number(tag), field]),
)

export const TABLE_TAGS: KnownTags = new Map(Array.from({ length: 22 }, (_, i) => [i + 1, 'one']))

export function encodeTableEntry(table: TableEntry): Uint8Array {
  const writer = new FieldWriter()
  for (const [tag, field] of NUMBER_FIELDS) if (table[field] !== 0) writer.number(tag, table[field])
  writer.bytes(Tag.Id, new Uint8Array(Buffer.from(table.id, 'hex')))
  writer.bytes(Tag.Smallest, table.smallest)
  writer.bytes(Tag.Largest, table.largest)
  writer.text(Tag.Codec, table.codec)
  if (table.valueFiles.length > 0) writer.numbers(Tag.ValueFiles, table.valueFiles)
  return writer.finish()
}

/** Reads a table entry and holds it to its rules: CORRUPTION where one is broken. */
export function decodeTableEntry(reader: FieldReader): TableEntry {
  const numbers = Object.fromEntries([...NUMBER_FIELDS.values()].map((field) => [field, 0])) as Record<
    NumberField,
    number
  >
  let id = ''
  let smallest: Uint8Array = new Uint8Array(0)
  let largest: Uint8Array = smallest
  let codec: TableEntry['codec'] = 'none'
  let valueFiles: readonly number[] = []
  while (reader.next()) {
    const field = NUMBER_FIELDS.get(reader.tag)
    if (field !== undefined)
      numbers[field] = reader.numberFrom(0, reader.tag === Tag.Level ? MAX_LEVELS - 1 : MAX_NUMBER)
    else if (reader.tag === Tag.Id) id = idOf(reader)
    else if (reader.tag === Tag.Smallest) smallest = reader.bytes(MAX_KEY_BYTES)
    else if (reader.tag === Tag.Largest) largest = reader.bytes(MAX_KEY_BYTES)
    else if (reader.tag === Tag.Codec) codec = codecOf(reader.text())
    else valueFiles = reader.numbers()
  }
  reader.require([Tag.Number, Tag.Id, Tag.Bytes, Tag.Smallest, Tag.Largest, Tag.Codec])
  const table: TableEntry = { ...numbers, id, smallest, largest, codec, valueFiles }
  const broken = brokenRule(table)
  if (broken !== undefined) reader.fail(broken)
  return table
}

function brokenRule(table: TableEntry): string | undefined {
  if (table.number === 0) return 'a table has the number 0'
  if (table.bytes === 0) return 'a table is empty'
  if (compareBytes(table.smallest, table.largest) > 0) return 'a table ends before it begins'
  if (table.smallestSequence > table.largestSequence) return "a table's sequences end before they begin"
  if (table.oldestMs > table.newestMs) return "a table's times end before they begin"
  if (table.tombstones + table.merges > table.entries) return 'a table has more tombstones and merges than entries'
  if (table.entriesWithoutExpiry > table.entries) return 'a table has more entries without expiry than entries'
  return undefined
}

function idOf(reader: FieldReader): string {
  const id = reader.bytes(ID_BYTES)
  if (id.length !== ID_BYTES) reader.fail(`an id has ${id.length} bytes instead of ${ID_BYTES}`)
  return Buffer.from(id).toString('hex')
}

function codecOf(name: string): TableEntry['codec'] {
  if (name === 'none' || name === 'deflate') return name
  throw new VarveError('UNSUPPORTED_FORMAT', 'a table uses a codec that this version of varve does not know')
}
