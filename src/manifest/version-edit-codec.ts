import { MAX_SEQUENCE } from '../key/sequence.ts'
import { decodeTableEntry, encodeTableEntry, TABLE_TAGS } from './table-entry-codec.ts'
import { FieldReader, FieldWriter, type KnownTags } from './tagged-fields.ts'
import type { Features, KeyspaceEntry, SealedLog, VersionEdit } from './version-edit.ts'

/**
 * The fields of a version edit. Tags are on disk for ever: none is changed or used again.
 *
 * | tag | field | bytes |
 * |---|---|---|
 * | 1 | features | record: 1 read, 2 write, 3 ignore: a name, each any number of times |
 * | 2 | keyspace, any number | record: 1 id, 2 name, 3 comparator, 4 merge operator, 5 codec, 6 strategy |
 * | 3 | opened | record: 1 epoch, 2 first log |
 * | 4 | clean | record: 1 log number, 2 length, 3 last sequence |
 * | 5 | sealed log, any number | as 4 |
 * | 6, 7, 8 | replayFrom, reservedThrough, lastSequence | varint |
 * | 9 | flushedThrough, any number | record: 1 keyspace, 2 sequence |
 * | 10 | removed | varints one after another |
 * | 11 | added, any number | a table entry |
 */
const Tag = {
  Features: 1,
  Keyspace: 2,
  Opened: 3,
  Clean: 4,
  SealedLog: 5,
  ReplayFrom: 6,
  ReservedThrough: 7,
  LastSequence: 8,
  FlushedThrough: 9,
  Removed: 10,
  Added: 11,
} as const

const EDIT_TAGS: KnownTags = new Map([
  [Tag.Features, 'one'],
  [Tag.Keyspace, 'many'],
  [Tag.Opened, 'one'],
  [Tag.Clean, 'one'],
  [Tag.SealedLog, 'many'],
  [Tag.ReplayFrom, 'one'],
  [Tag.ReservedThrough, 'one'],
  [Tag.LastSequence, 'one'],
  [Tag.FlushedThrough, 'many'],
  [Tag.Removed, 'one'],
  [Tag.Added, 'many'],
])

const FEATURE_TAGS: KnownTags = new Map([1, 2, 3].map((tag) => [tag, 'many']))
const KEYSPACE_TAGS: KnownTags = new Map([1, 2, 3, 4, 5, 6].map((tag) => [tag, 'one']))
const NUMBER_TAGS: readonly KnownTags[] = [1, 2, 3].map(
  (count) => new Map(Array.from({ length: count }, (_, i) => [i + 1, 'one'])),
)

/** An empty list is written as an absent one. */
export function encodeVersionEdit(edit: VersionEdit): Uint8Array {
  const writer = new FieldWriter()
  if (edit.features !== undefined) writer.bytes(Tag.Features, encodeFeatures(edit.features))
  for (const keyspace of edit.keyspaces ?? []) writer.bytes(Tag.Keyspace, encodeKeyspace(keyspace))
  if (edit.opened !== undefined) writer.bytes(Tag.Opened, record(edit.opened.epoch, edit.opened.firstLog))
  if (edit.clean !== undefined) writer.bytes(Tag.Clean, encodeSealedLog(edit.clean))
  for (const log of edit.sealedLogs ?? []) writer.bytes(Tag.SealedLog, encodeSealedLog(log))
  if (edit.replayFrom !== undefined) writer.number(Tag.ReplayFrom, edit.replayFrom)
  if (edit.reservedThrough !== undefined) writer.number(Tag.ReservedThrough, edit.reservedThrough)
  if (edit.lastSequence !== undefined) writer.number(Tag.LastSequence, edit.lastSequence)
  for (const { keyspace, sequence } of edit.flushedThrough ?? []) {
    writer.bytes(Tag.FlushedThrough, record(keyspace, sequence))
  }
  if (edit.removed !== undefined && edit.removed.length > 0) writer.numbers(Tag.Removed, edit.removed)
  for (const table of edit.added ?? []) writer.bytes(Tag.Added, encodeTableEntry(table))
  return writer.finish()
}

/**
 * Reads an edit that lies at `base` of `file`. Bytes that break a rule are CORRUPTION; a field that must be understood and is not,
 * UNSUPPORTED_FORMAT. What the edit holds does not alias `bytes`.
 */
export function decodeVersionEdit(bytes: Uint8Array, file?: string, base = 0): VersionEdit {
  const reader = new FieldReader(EDIT_TAGS, bytes, file, base)
  const edit: Mutable<VersionEdit> = {}
  while (reader.next()) readField(reader, edit)
  return edit
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

function readField(reader: FieldReader, edit: Mutable<VersionEdit>): void {
  switch (reader.tag) {
    case Tag.Features:
      edit.features = decodeFeatures(reader.record(FEATURE_TAGS))
      break
    case Tag.Keyspace:
      edit.keyspaces = appended(edit.keyspaces, decodeKeyspace(reader.record(KEYSPACE_TAGS)))
      break
    case Tag.Opened: {
      const [epoch, firstLog] = numbers(reader, 2)
      edit.opened = { epoch: epoch!, firstLog: firstLog! }
      break
    }
    case Tag.Clean:
      edit.clean = decodeSealedLog(reader)
      break
    case Tag.SealedLog:
      edit.sealedLogs = appended(edit.sealedLogs, decodeSealedLog(reader))
      break
    case Tag.ReplayFrom:
      edit.replayFrom = reader.number()
      break
    case Tag.ReservedThrough:
      edit.reservedThrough = reader.number()
      break
    case Tag.LastSequence:
      edit.lastSequence = reader.numberFrom(0, MAX_SEQUENCE)
      break
    case Tag.FlushedThrough: {
      const [keyspace, sequence] = numbers(reader, 2)
      edit.flushedThrough = appended(edit.flushedThrough, { keyspace: keyspace!, sequence: sequence! })
      break
    }
    case Tag.Removed:
      edit.removed = reader.numbers()
      break
    case Tag.Added:
      edit.added = appended(edit.added, decodeTableEntry(reader.record(TABLE_TAGS)))
      break
  }
}

/** Adds to a list that only this decoder holds. */
function appended<T>(list: readonly T[] | undefined, item: T): readonly T[] {
  if (list === undefined) return [item]
  ;(list as T[]).push(item)
  return list
}

/** A record of numbers with the tags 1, 2, and so on, all of them present. */
function record(...values: readonly number[]): Uint8Array {
  const writer = new FieldWriter()
  values.forEach((value, i) => {
    writer.number(i + 1, value)
  })
  return writer.finish()
}

function numbers(reader: FieldReader, count: number): number[] {
  const fields = reader.record(NUMBER_TAGS[count - 1]!)
  const values = new Array<number>(count).fill(0)
  while (fields.next()) values[fields.tag - 1] = fields.number()
  fields.require(values.map((_, i) => i + 1))
  return values
}

function encodeSealedLog(log: SealedLog): Uint8Array {
  return record(log.number, log.length, log.lastSequence)
}

function decodeSealedLog(reader: FieldReader): SealedLog {
  const [number, length, lastSequence] = numbers(reader, 3)
  return { number: number!, length: length!, lastSequence: lastSequence! }
}

function encodeFeatures(features: Features): Uint8Array {
  const writer = new FieldWriter()
  for (const name of features.read) writer.text(1, name)
  for (const name of features.write) writer.text(2, name)
  for (const name of features.ignore) writer.text(3, name)
  return writer.finish()
}

function decodeFeatures(reader: FieldReader): Features {
  const lists: [string[], string[], string[]] = [[], [], []]
  while (reader.next()) lists[reader.tag - 1]!.push(reader.text())
  return { read: lists[0], write: lists[1], ignore: lists[2] }
}

function encodeKeyspace(keyspace: KeyspaceEntry): Uint8Array {
  const writer = new FieldWriter()
  writer.number(1, keyspace.id)
  const { name, comparator, mergeOperator, codec, strategy } = keyspace
  ;[name, comparator, mergeOperator, codec, strategy].forEach((text, i) => {
    writer.text(i + 2, text)
  })
  return writer.finish()
}

function decodeKeyspace(reader: FieldReader): KeyspaceEntry {
  let id = 0
  const texts = ['', '', '', '', '']
  while (reader.next()) {
    if (reader.tag === 1) id = reader.numberFrom(0, 2 ** 32 - 1)
    else texts[reader.tag - 2] = reader.text()
  }
  reader.require([...KEYSPACE_TAGS.keys()])
  const [name, comparator, mergeOperator, codec, strategy] = texts as [string, string, string, string, string]
  return { id, name, comparator, mergeOperator, codec, strategy }
}
