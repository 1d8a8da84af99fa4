import { corruption } from '../errors.ts'
import type { FileSystem } from '../fs/file-system.ts'
import { countOperations, OperationReader } from '../key/operations.ts'
import { MAX_SEQUENCE } from '../key/sequence.ts'
import { walName } from '../manifest/file-names.ts'
import type { SealedLog } from '../manifest/version-edit.ts'
import { readGroupHeader } from '../wal/commit-group.ts'
import { decodeLink, decodeSeal, type Link } from '../wal/control-records.ts'
import { HEADER_BYTES, LOG_BYTES_MAX, type LogHeader, RecordType } from '../wal/format.ts'
import { LogReader, type LogRecord } from '../wal/log-reader.ts'

/** What is done with each commit group, in order. */
export type GroupSink = (operations: OperationReader, firstSequence: number, timeMs: number) => void

/** How far one log could be replayed. */
export interface ReplayedLog {
  readonly reader: LogReader
  /** The sequence that it goes on from. */
  readonly startSequence: number
  /** Where its intact records end, and its last sequence. */
  readonly length: number
  readonly lastSequence: number
  readonly isSealed: boolean
}

/** Reads single logs and checks them against what others say of them. */
export class LogReplay {
  readonly #fileSystem: FileSystem
  readonly #directory: string
  readonly #databaseId: Uint8Array
  readonly #sink: GroupSink
  groups = 0
  operations = 0
  firstSequence = 0
  /** The last sequence replayed from any log; 0 where none was. */
  lastSequence = 0

  constructor(fileSystem: FileSystem, directory: string, databaseId: Uint8Array, sink: GroupSink) {
    this.#fileSystem = fileSystem
    this.#directory = directory
    this.#databaseId = databaseId
    this.#sink = sink
  }

  /** Bytes of a log's file; 0 where it is missing. */
  size(number: number): number {
    return this.#fileSystem.status(`${this.#directory}/${walName(number)}`)?.size ?? 0
  }

  /** Opens a log by number and checks that it is this store's; undefined where it is missing. */
  open(number: number): LogReader | undefined {
    const path = `${this.#directory}/${walName(number)}`
    const status = this.#fileSystem.status(path)
    if (status === undefined) return undefined
    // Before anything is allocated: no log of ours is so long.
    if (status.size > LOG_BYTES_MAX) throw corruption('the file is longer than a log can be', path)
    const reader = LogReader.open(this.#fileSystem, path)
    if (reader.header === undefined) return reader
    const { header } = reader
    if (header.number !== number) throw corruption('the log is another one than its name says', path)
    if (Buffer.compare(header.databaseId, this.#databaseId) !== 0) {
      throw corruption('the log belongs to another store', path)
    }
    return reader
  }

  /** Replays a log that an earlier life sealed: it has to be exactly what the manifest says. */
  replaySealed(sealed: SealedLog): void {
    const { number, length, lastSequence } = sealed
    const reader = this.open(number)
    const path = `${this.#directory}/${walName(number)}`
    if (reader === undefined) throw corruption('a log that the manifest names is missing', path)
    const log = this.replay(reader)
    if (log.length < length && !reader.atEnd) throw corruption('a record of a sealed log is damaged', path, log.length)
    if (log.length !== length || !reader.atEnd)
      throw corruption('a sealed log has not the length it was sealed with', path, log.length)
    if (!log.isSealed || log.lastSequence !== lastSequence)
      throw corruption('a log does not end with its seal', path, length)
  }

  /**
   * Replays a log up to its end or its first damage; behind its link, where `linkOf` has read that. A record that is intact but makes no sense is
   * CORRUPTION: no torn write has a right checksum.
   */
  replay(reader: LogReader, link?: Link): ReplayedLog {
    const { header, path } = reader
    if (header === undefined) throw corruption('a log without a header cannot be replayed', path, 0)
    let startSequence = link?.lastSequence ?? header.baseSequence
    let lastSequence = startSequence
    let isSealed = false
    for (let record = reader.next(); record !== undefined; record = reader.next()) {
      if (isSealed) throw corruption('something was written behind the seal of a log', path, record.offset)
      if (record.type === RecordType.Operations) {
        lastSequence = this.#replayGroup(reader, header, record, lastSequence)
      } else if (record.type === RecordType.Seal) {
        isSealed = true
        const sealed = decodeSeal(reader.bytes, record.payloadStart, record.end, path)
        if (sealed !== lastSequence)
          throw corruption('a seal names another sequence than the log ends with', path, record.offset)
      } else if (record.type === RecordType.Link) {
        if (record.offset !== HEADER_BYTES) throw corruption('a link stands where none belongs', path, record.offset)
        lastSequence = startSequence = linkIn(reader, record).lastSequence
      } else if (record.type !== RecordType.Promise) {
        throw corruption('a record of another kind of log', path, record.offset)
      }
    }
    return { reader, startSequence, length: reader.position, lastSequence, isSealed }
  }

  /** Reads the link that a log behind the first one begins with; undefined where that is damaged. `replay` goes on behind it. */
  linkOf(reader: LogReader): Link | undefined {
    const record = reader.next()
    if (record === undefined) return undefined
    if (record.type !== RecordType.Link)
      throw corruption('a log does not begin with its link', reader.path, record.offset)
    return linkIn(reader, record)
  }

  #replayGroup(reader: LogReader, header: LogHeader, record: LogRecord, lastSequence: number): number {
    const { bytes, path } = reader
    const group = readGroupHeader(bytes, record.payloadStart, record.end, header, path)
    if (group.firstSequence !== lastSequence + 1) {
      throw corruption(
        `sequence ${lastSequence + 1} was expected and ${group.firstSequence} found`,
        path,
        record.offset,
      )
    }
    // As where the manifest names a log twice: replaying it again would apply everything twice.
    if (group.firstSequence <= this.lastSequence)
      throw corruption('a log holds sequences of one that was replayed before it', path, record.offset)
    const count = countOperations(bytes, group.start, record.end, path)
    if (count === 0) throw corruption('a commit group holds no operation', path, record.offset)
    if (lastSequence + count > MAX_SEQUENCE) throw corruption('a sequence is past the last one', path, record.offset)
    this.#sink(new OperationReader(bytes, group.start, record.end, path), group.firstSequence, group.timeMs)
    this.groups++
    this.operations += count
    if (this.firstSequence === 0) this.firstSequence = group.firstSequence
    this.lastSequence = lastSequence + count
    return this.lastSequence
  }
}

/** A log is made before it is known where its predecessor ends, but never behind that. */
function linkIn(reader: LogReader, record: LogRecord): Link {
  const link = decodeLink(reader.bytes, record.payloadStart, record.end, reader.path)
  if (reader.header!.baseSequence <= link.lastSequence) return link
  throw corruption(
    'a log counts from behind the sequence that the one before it ended with',
    reader.path,
    record.offset,
  )
}
