import { ByteReader } from '../bytes/reader.ts'
import { corruption } from '../errors.ts'
import type { FileSystem } from '../fs/file-system.ts'
import { MAX_SEQUENCE } from '../key/sequence.ts'
import { readGroupHeader } from '../wal/commit-group.ts'
import { HEADER_BYTES, LOG_BYTES_MAX, type LogHeader, RecordType } from '../wal/format.ts'
import { LogReader, type LogRecord } from '../wal/log-reader.ts'
import { logName } from './file-names.ts'

/** One commit group as a log holds it. */
export interface ReplayedGroup {
  readonly firstSequence: number
  readonly lastSequence: number
  readonly timeMs: number
  readonly bytes: Uint8Array
  /** Where the count of operations begins. */
  readonly bodyStart: number
  /** Where the steps begin, and end. */
  readonly stepsStart: number
  readonly end: number
  readonly path: string
}

/** Opens a log by number and checks that it is this store's; undefined where it is missing. */
export function openLog(
  fileSystem: FileSystem,
  directory: string,
  databaseId: Uint8Array,
  number: number,
): LogReader | undefined {
  const path = `${directory}/${logName(number)}`
  const status = fileSystem.status(path)
  if (status === undefined) return undefined
  // Before anything is allocated: no log of ours is so long.
  if (status.size > LOG_BYTES_MAX) throw corruption('the file is longer than a log can be', path)
  const reader = LogReader.open(fileSystem, path)
  const { header } = reader
  if (header === undefined) return reader
  if (header.number !== number) throw corruption('the log is another one than its name says', path)
  if (Buffer.compare(header.databaseId, databaseId) !== 0) throw corruption('the log belongs to another store', path)
  return reader
}

/**
 * Reads the groups of a log up to its end or its first damage; they must go on from `lastSequence`. A record that is
 * intact but makes no sense is CORRUPTION: no torn write has a right checksum.
 */
export function readGroups(reader: LogReader, lastSequence: number, groups: ReplayedGroup[]): void {
  let last = lastSequence
  for (let record = reader.next(); record !== undefined; record = reader.next()) {
    if (record.type === RecordType.BTree) {
      const group = readGroup(reader, reader.header!, record, last)
      last = group.lastSequence
      groups.push(group)
    } else if (record.type === RecordType.Link) {
      if (record.offset !== HEADER_BYTES) {
        throw corruption('a link stands where none belongs', reader.path, record.offset)
      }
    } else if (record.type !== RecordType.Promise) {
      throw corruption('a record of another kind of log', reader.path, record.offset)
    }
  }
}

function readGroup(reader: LogReader, header: LogHeader, record: LogRecord, before: number): ReplayedGroup {
  const { bytes, path } = reader
  const { firstSequence, timeMs, start } = readGroupHeader(bytes, record.payloadStart, record.end, header, path)
  const body = new ByteReader(bytes, start, record.end, path)
  const operations = body.varint()
  const lastSequence = firstSequence + operations - 1
  if (operations === 0) throw corruption('a commit group holds no operation', path, record.offset)
  if (firstSequence !== before + 1) {
    throw corruption(`sequence ${before + 1} was expected and ${firstSequence} found`, path, record.offset)
  }
  if (lastSequence > MAX_SEQUENCE) throw corruption('a sequence is past the last one', path, record.offset)
  const stepsStart = body.offset
  return { firstSequence, lastSequence, timeMs, bytes, bodyStart: start, stepsStart, end: record.end, path }
}
