import type { DumpedItem } from '../inspect/dump-file.ts'
import { tableName, walName } from '../manifest/file-names.ts'
import type { VersionEdit } from '../manifest/version-edit.ts'
import { escaped, shownBytes, type TextEncoding } from './bytes-text.ts'
import { bytesField } from './entry-line.ts'
import { bytesText, counted, timeText } from './quantity-text.ts'

export interface DumpStyle {
  readonly encoding: TextEncoding
  /** Whether values are shown, and not their sizes alone. */
  readonly withValues: boolean
}

/** An item as an object of plain JSON. */
export function dumpRecord(item: DumpedItem, style: DumpStyle): object {
  return recordOf({ ...item }, style)
}

function recordOf(fields: object, style: DumpStyle): Record<string, unknown> {
  const record: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(fields)) {
    if (value instanceof Uint8Array) {
      if (name === 'value' && !style.withValues) record['valueBytes'] = value.length
      else Object.assign(record, bytesField(name, value, style.encoding))
    } else record[name] = plainOf(value, style)
  }
  return record
}

function plainOf(value: unknown, style: DumpStyle): unknown {
  if (Array.isArray(value)) return value.map((each) => plainOf(each, style))
  return typeof value === 'object' && value !== null ? recordOf(value, style) : value
}

/** An item for people, in one or more lines. */
export function dumpLines(item: DumpedItem, style: DumpStyle): string[] {
  switch (item.type) {
    case 'put':
    case 'delete':
      return [entryText(item, style)]
    case 'edit':
      return 'edit' in item ? [`${at(item)} edit`, ...editLines(item.edit, style)] : [`${at(item)} edit of a manifest`]
    default:
      return [lineOf(item)]
  }
}

type Line = Exclude<DumpedItem, { type: 'put' | 'delete' | 'edit' }>

function lineOf(item: Line): string {
  switch (item.type) {
    case 'header': {
      const since = `from sequence ${item.baseSequence}, ${timeText(item.baseTimeMs)}`
      return `file ${item.number} of life ${item.epoch}, store ${item.databaseId}, ${since}, ${item.bytes} bytes`
    }
    case 'damage': {
      const kind = item.isProven ? 'DAMAGE' : 'torn or damaged'
      return `${at(item)} ${kind}: ${counted(item.length, 'byte')}: ${item.why}`
    }
    case 'group': {
      const count = counted(item.operations, 'operation')
      return `${at(item)} group of ${count} from sequence ${item.firstSequence}, ${timeText(item.timeMs)}`
    }
    case 'link':
      return `${at(item)} link: follows ${walName(item.number)}, last sequence ${item.lastSequence}`
    case 'promise':
      return `${at(item)} promise: durable up to byte ${item.syncedUpTo}`
    case 'seal':
      return `${at(item)} seal: last sequence ${item.lastSequence}`
    case 'btree':
      return `${at(item)} changes of pages: ${counted(item.length, 'byte')}`
    case 'block':
      return `${at(item)} block of ${counted(item.entries, 'entry', 'entries')}, ${counted(item.length, 'byte')}`
    case 'current':
      return `the manifest in force is ${item.manifest}`
    case 'table': {
      const { bytes, id, properties, blocks } = item
      const head = `table ${id ?? 'of unknown id'}, ${counted(bytes, 'byte')}`
      if (properties === undefined) return head
      const { entries, tombstones, smallestSequence, largestSequence, codec } = properties
      const entriesText = `${counted(entries, 'entry', 'entries')} (${counted(tombstones, 'delete')})`
      const count = `${entriesText} in ${counted(blocks ?? 0, 'block')}`
      return `${head}, ${count}, sequences ${smallestSequence} to ${largestSequence}, codec ${codec}`
    }
  }
}

function at({ offset }: { readonly offset: number }): string {
  return `@${offset}`
}

type DumpedEntry = Extract<DumpedItem, { type: 'put' | 'delete' }>

function entryText({ type, sequence, key, value }: DumpedEntry, { encoding, withValues }: DumpStyle): string {
  const head = `    ${sequence} ${type} ${shownBytes(key, encoding)}`
  if (value === undefined) return head
  return withValues ? `${head} = ${shownBytes(value, encoding)}` : `${head} (${counted(value.length, 'byte')})`
}

function editLines(edit: VersionEdit, style: DumpStyle): string[] {
  const { added = [], removed = [], ...rest } = edit
  const fields = Object.entries(rest).filter(([, value]) => value !== undefined)
  return [
    ...fields.map(([name, value]) => `    ${name} ${escaped(JSON.stringify(plainOf(value, style)))}`),
    ...removed.map((number) => `    removed ${tableName(number)}`),
    ...added.map(({ number, level, run, entries, bytes, smallest, largest }) => {
      const keys = `${shownBytes(smallest, style.encoding)} to ${shownBytes(largest, style.encoding)}`
      const size = `${counted(entries, 'entry', 'entries')}, ${bytesText(bytes)}`
      return `    added ${tableName(number)}: level ${level}, run ${run}, ${size}, ${keys}`
    }),
  ]
}
