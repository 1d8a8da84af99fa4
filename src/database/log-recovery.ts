import { corruption } from '../errors.ts'
import { parseFileName, walName } from '../manifest/file-names.ts'
import type { ManifestState } from '../manifest/manifest-state.ts'
import type { Link } from '../wal/control-records.ts'
import { HEADER_BYTES } from '../wal/format.ts'
import type { LogReader } from '../wal/log-reader.ts'
import type { LogReplay, ReplayedLog } from './log-replay.ts'
import type { RecoveryMode } from './options.ts'

/** What replaying the logs of a store gave. */
export interface RecoveredLogs {
  /** Numbers of the logs replayed, oldest first. */
  readonly numbers: number[]
  readonly lastSequence: number
  readonly droppedBytes: number
  readonly droppedReason: string | undefined
}

interface LinkedLog {
  readonly reader: LogReader
  readonly link: Link
}

/** Replays what a life that ended well left: exactly the logs that the manifest names. */
export function recoverClean(replay: LogReplay, state: ManifestState): RecoveredLogs {
  const sealed = [...state.sealedLogs]
  const { clean } = state
  if (clean !== undefined && clean.number > 0 && clean.number >= state.replayFrom) sealed.push(clean)
  for (const log of sealed) replay.replaySealed(log)
  const lastSequence = sealed.at(-1)?.lastSequence ?? 0
  return {
    numbers: sealed.map((log) => log.number),
    lastSequence: Math.max(state.lastSequence, clean?.lastSequence ?? 0, lastSequence),
    droppedBytes: 0,
    droppedReason: undefined,
  }
}

/**
 * Replays what a life that was cut short left: the sealed logs of earlier lives, then the chain of logs from the one that the manifest names, each
 * found by its link to the one before. Ends at the first bytes that may be a torn write. Bytes that a later record proves to have been durable are
 * CORRUPTION, unless `mode` says to go without them.
 */
export function recoverUnclean(
  replay: LogReplay,
  state: ManifestState,
  names: readonly string[],
  directory: string,
  mode: RecoveryMode,
): RecoveredLogs {
  const numbers: number[] = []
  for (const log of state.sealedLogs) {
    replay.replaySealed(log)
    numbers.push(log.number)
  }
  const start = Math.max(state.firstLog, state.replayFrom)
  let lastSequence = Math.max(state.lastSequence, state.sealedLogs.at(-1)?.lastSequence ?? 0)
  if (start === 0) return { numbers, lastSequence, droppedBytes: 0, droppedReason: undefined }
  const path = `${directory}/${walName(start)}`
  let reader = replay.open(start)
  if (reader === undefined) throw corruption('the log that replay starts with is missing', path)
  if (reader.header === undefined) throw corruption('the log that replay starts with has no header', path)
  const followers = findFollowers(replay, names, start, reader.header.epoch)
  for (;;) {
    const log = replay.replay(reader)
    numbers.push(reader.header!.number)
    lastSequence = Math.max(lastSequence, log.lastSequence)
    const next = followers.get(reader.header!.number)
    const isWhole = next === undefined ? reader.atEnd : isExactly(log, next.link)
    if (isWhole && next !== undefined) {
      reader = next.reader
      continue
    }
    const dropped = droppedFrom(log, next, followers)
    if (dropped.bytes > 0) refuseProvenLoss(log, next, followers, mode)
    return { numbers, lastSequence, droppedBytes: dropped.bytes, droppedReason: dropped.reason }
  }
}

/** By the number of its predecessor, every log of this life that links to one. A later life's logs count only once the manifest names them. */
function findFollowers(
  replay: LogReplay,
  names: readonly string[],
  start: number,
  epoch: number,
): ReadonlyMap<number, LinkedLog> {
  const followers = new Map<number, LinkedLog>()
  for (const name of names) {
    const parsed = parseFileName(name)
    if (parsed?.kind !== 'wal' || parsed.number <= start) continue
    const reader = replay.open(parsed.number)
    if (reader?.header === undefined || reader.header.epoch !== epoch) continue
    const link = replay.linkOf(reader)
    if (link === undefined) continue
    const other = followers.get(link.number)
    if (other !== undefined) throw corruption('two logs link to the same predecessor', reader.path)
    followers.set(link.number, { reader, link })
  }
  return followers
}

function isExactly(log: ReplayedLog, link: Link): boolean {
  return log.length === link.length && log.reader.atEnd && log.lastSequence === link.lastSequence
}

function droppedFrom(
  log: ReplayedLog,
  next: LinkedLog | undefined,
  followers: ReadonlyMap<number, LinkedLog>,
): { readonly bytes: number; readonly reason: string | undefined } {
  let bytes = log.reader.bytes.length - log.length
  for (let later = next; later !== undefined; later = followers.get(later.reader.header!.number)) {
    bytes += later.reader.bytes.length
  }
  if (bytes === 0) return { bytes, reason: undefined }
  const where = `${log.reader.path} at byte ${log.length}`
  return { bytes, reason: `a write that was never known durable is torn, in ${where}; nothing behind it counts` }
}

function refuseProvenLoss(
  log: ReplayedLog,
  next: LinkedLog | undefined,
  followers: ReadonlyMap<number, LinkedLog>,
  mode: RecoveryMode,
): void {
  const { path } = log.reader
  if (mode === 'point-in-time') return
  if (mode === 'absolute') throw corruption("the log is torn, and recovery is 'absolute'", path, log.length)
  if (log.reader.proofOfLoss() !== undefined)
    throw corruption('the log is damaged in a part that was durable', path, log.length)
  for (let later = next; later !== undefined; later = followers.get(later.reader.header!.number)) {
    if (provesPredecessor(later.reader)) {
      throw corruption('the log is shorter than a later one proves it to have been', path, log.length)
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
