import { corruption } from '../errors.ts'
import type { FileSystem } from '../fs/file-system.ts'
import { decodeLink, type Link } from '../wal/control-records.ts'
import { HEADER_BYTES, RecordType } from '../wal/format.ts'
import { type LogReader, unprovenFrom } from '../wal/log-reader.ts'
import type { CheckpointRecord } from './checkpoint-record.ts'
import { logName, logNumbers } from './file-names.ts'
import { openLog, type ReplayedGroup, readGroups } from './log-replay.ts'

/** What the logs hold that the checkpoint has not. */
export interface RecoveredLogs {
  readonly groups: readonly ReplayedGroup[]
  /** Oldest first. */
  readonly numbers: readonly number[]
  readonly lastSequence: number
  readonly droppedBytes: number
  readonly droppedReason: string | undefined
}

/** A log of the last life behind the one that redo starts with. */
interface LaterLog {
  readonly reader: LogReader
  readonly number: number
  /** Undefined where its first record is damaged. */
  readonly link: Link | undefined
}

/**
 * Reads the chain of logs from the one that the checkpoint names, each found by its link to the one before. It ends at
 * the first bytes that may be a torn write; bytes that a later record proves to have been durable are CORRUPTION.
 */
export function recoverLogs(
  fileSystem: FileSystem,
  directory: string,
  names: readonly string[],
  record: CheckpointRecord,
): RecoveredLogs {
  const { databaseId, epoch, firstLog, sequence } = record
  const open = (number: number): LogReader | undefined => openLog(fileSystem, directory, databaseId, number)
  const later = findLaterLogs(open, names, firstLog, epoch)
  const nothing = { groups: [], numbers: [], lastSequence: sequence, droppedBytes: 0, droppedReason: undefined }
  if (firstLog === 0) return nothing
  let reader = openFirst(open(firstLog), `${directory}/${logName(firstLog)}`, sequence)
  const groups: ReplayedGroup[] = []
  const numbers: number[] = []
  for (;;) {
    const number = reader.header!.number
    readGroups(reader, reader.header!.baseSequence, groups)
    numbers.push(number)
    const lastSequence = groups.at(-1)?.lastSequence ?? sequence
    const next = later.find(({ link }) => link?.number === number)
    if (next !== undefined && isExactly(reader, lastSequence, next)) {
      reader = next.reader
      continue
    }
    const rest = later.filter((other) => other.number > number)
    const torn = reader.bytes.length - reader.position
    const droppedBytes = rest.reduce((sum, other) => sum + other.reader.bytes.length, torn)
    if (droppedBytes === 0) return { ...nothing, groups, numbers, lastSequence }
    refuseProvenLoss(reader, rest, names)
    const droppedReason = unprovenFrom(reader.path, reader.position)
    return { groups, numbers, lastSequence, droppedBytes, droppedReason }
  }
}

function openFirst(reader: LogReader | undefined, path: string, sequence: number): LogReader {
  if (reader === undefined) throw corruption('the log that redo starts with is missing', path)
  if (reader.header === undefined) throw corruption('the log that redo starts with has no header', path)
  if (reader.header.baseSequence !== sequence) {
    throw corruption(`the log does not begin behind sequence ${sequence}, where the checkpoint ends`, path)
  }
  return reader
}

/** Every log of this life behind its first one that goes on from another. */
function findLaterLogs(
  open: (number: number) => LogReader | undefined,
  names: readonly string[],
  firstLog: number,
  epoch: number,
): LaterLog[] {
  const later: LaterLog[] = []
  for (const number of logNumbers(names)) {
    if (number <= firstLog) continue
    const reader = open(number)
    if (reader?.header === undefined || reader.bytes.length <= HEADER_BYTES) continue
    // No record is written to a log before the checkpoint that names its life is durable.
    if (reader.header.epoch > epoch) {
      throw corruption('the checkpoint has lost the beginning of the life that wrote this log', reader.path)
    }
    if (firstLog === 0 || reader.header.epoch !== epoch) continue
    const first = reader.next()
    // What a recovery that was cut short had begun to copy: it counts only once the checkpoint names it.
    if (first !== undefined && first.type !== RecordType.Link) continue
    const link = first === undefined ? undefined : decodeLink(reader.bytes, first.payloadStart, first.end, reader.path)
    if (link !== undefined && later.some((other) => other.link?.number === link.number)) {
      throw corruption('two logs link to the same predecessor', reader.path)
    }
    later.push({ reader, number, link })
  }
  return later
}

/** Whether the log is what the link of the next one says. */
function isExactly(reader: LogReader, lastSequence: number, next: LaterLog): boolean {
  const { length, lastSequence: linked } = next.link!
  if (reader.position !== length || !reader.atEnd || lastSequence !== linked) return false
  if (next.reader.header!.baseSequence === lastSequence) return true
  throw corruption('a log begins with another sequence than the one before it ended with', next.reader.path)
}

function refuseProvenLoss(reader: LogReader, rest: readonly LaterLog[], names: readonly string[]): void {
  const { path, position } = reader
  if (reader.proofOfLoss() !== undefined) {
    throw corruption('the log is damaged in a part that was durable', path, position)
  }
  for (const { reader: other, link } of rest) {
    // Its name was durable before anything could link to it.
    if (link !== undefined && !names.includes(logName(link.number))) {
      throw corruption(`the log ${logName(link.number)}, to which a later one links, is missing`, other.path)
    }
    if (provesPredecessor(other)) {
      throw corruption('the log is shorter than a later one proves it to have been', path, position)
    }
  }
}

/** Whether any intact record, even behind damage, says that bytes behind the header were durable. */
function provesPredecessor(reader: LogReader): boolean {
  for (let record = reader.next(); record !== undefined; record = reader.next()) {
    if (record.syncedUpTo > HEADER_BYTES) return true
  }
  return reader.proofOfLoss() !== undefined
}
