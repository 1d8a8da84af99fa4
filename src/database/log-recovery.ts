import { corruption, VarveError } from '../errors.ts'
import { parseFileName, walName } from '../manifest/file-names.ts'
import type { ManifestState } from '../manifest/manifest-state.ts'
import type { SealedLog } from '../manifest/version-edit.ts'
import type { Link } from '../wal/control-records.ts'
import { HEADER_BYTES } from '../wal/format.ts'
import { type LogReader, unprovenFrom } from '../wal/log-reader.ts'
import type { LogReplay, ReplayedLog } from './log-replay.ts'
import type { RecoveryMode } from './options.ts'

/** What replaying the logs of a store gave. */
export interface RecoveredLogs {
  /** Numbers of the logs replayed, oldest first. */
  readonly numbers: number[]
  readonly lastSequence: number
  readonly droppedBytes: number
  readonly droppedReason: string | undefined
  /** The logs that these bytes are in. */
  readonly droppedFrom: readonly number[]
}

type Dropped = Pick<RecoveredLogs, 'droppedBytes' | 'droppedReason' | 'droppedFrom'>

const NOTHING_DROPPED: Dropped = { droppedBytes: 0, droppedReason: undefined, droppedFrom: [] }

/** A log of the last life behind the one that replay starts with. */
interface LaterLog {
  readonly reader: LogReader
  readonly number: number
  /** Undefined where its first record is damaged. */
  readonly link: Link | undefined
}

/** Replays what a life that ended well left: exactly the logs that the manifest names. */
export function recoverClean(
  replay: LogReplay,
  state: ManifestState,
  names: readonly string[],
  mode: RecoveryMode,
): RecoveredLogs {
  const sealed = [...state.sealedLogs]
  const { clean } = state
  if (clean !== undefined && clean.number > 0 && clean.number >= state.replayFrom) sealed.push(clean)
  const known = new Set(sealed.map((log) => log.number))
  refuseUnknownLife(
    replay,
    state,
    walNumbers(names).filter((number) => !known.has(number)),
  )
  const numbers: number[] = []
  const stopped = replaySealedLogs(replay, state, sealed, names, mode, numbers)
  if (stopped !== undefined) return stopped
  const lastSequence = sealed.at(-1)?.lastSequence ?? 0
  return {
    numbers,
    lastSequence: Math.max(state.lastSequence, clean?.lastSequence ?? 0, lastSequence),
    ...NOTHING_DROPPED,
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
  const stopped = replaySealedLogs(replay, state, state.sealedLogs, names, mode, numbers)
  if (stopped !== undefined) return stopped
  const start = Math.max(state.firstLog, state.replayFrom)
  let lastSequence = Math.max(state.lastSequence, state.sealedLogs.at(-1)?.lastSequence ?? 0)
  if (start === 0) {
    refuseUnknownLife(replay, state, walNumbers(names))
    return { numbers, lastSequence, ...NOTHING_DROPPED }
  }
  const reader = openFirst(replay, start, `${directory}/${walName(start)}`)
  const later = findLaterLogs(replay, names, start, reader.header!.epoch)
  let log = replay.replay(reader)
  if (log.startSequence > lastSequence) {
    throw corruption(`the log begins behind sequence ${lastSequence}, where the one before it ended`, reader.path)
  }
  for (;;) {
    const { number } = log.reader.header!
    numbers.push(number)
    lastSequence = Math.max(lastSequence, log.lastSequence)
    const next = later.find(({ link }) => link?.number === number)
    if (next !== undefined && isWhole(log, next.link!)) {
      log = replay.replay(next.reader, next.link)
      continue
    }
    const rest = later.filter((other) => other.number > number)
    const dropped = droppedFrom(log, rest)
    if (dropped.droppedBytes > 0) refuseProvenLoss(log, rest, names, mode)
    return { numbers, lastSequence, ...dropped }
  }
}

/** Replays sealed logs. Damage is CORRUPTION, but where `mode` says to go without what is behind it, what that leaves is returned. */
function replaySealedLogs(
  replay: LogReplay,
  state: ManifestState,
  sealed: readonly SealedLog[],
  names: readonly string[],
  mode: RecoveryMode,
  numbers: number[],
): RecoveredLogs | undefined {
  for (const log of sealed) {
    numbers.push(log.number)
    try {
      replay.replaySealed(log)
    } catch (error) {
      const isDamage = error instanceof VarveError && error.code === 'CORRUPTION'
      if (!isDamage || mode !== 'point-in-time') throw error
      const behind = walNumbers(names).filter((number) => number >= log.number)
      // What is missing of a sealed log is dropped, too.
      const missing = Math.max(0, log.length - replay.size(log.number))
      const bytes = behind.reduce((sum, number) => sum + replay.size(number), missing)
      return {
        numbers,
        lastSequence: Math.max(state.lastSequence, replay.lastSequence),
        droppedBytes: Math.max(0, bytes - (error.offset ?? 0)),
        droppedReason: `a sealed log is damaged (${error.message}); nothing behind that counts`,
        droppedFrom: behind,
      }
    }
  }
  return undefined
}

/**
 * Refuses a manifest that has lost the edit with which a life began: no record is written to a log before that edit is durable. Without this, damage
 * at the manifest's end would take the whole life along.
 */
function refuseUnknownLife(replay: LogReplay, state: ManifestState, numbers: readonly number[]): void {
  for (const number of numbers) {
    if (number >= state.replayFrom) refuseNewer(replay.open(number), state.epoch)
  }
}

function refuseNewer(reader: LogReader | undefined, epoch: number): void {
  if (reader?.header === undefined || reader.header.epoch <= epoch || !holdsRecords(reader)) return
  throw corruption('the manifest has lost the beginning of the life that wrote this log', reader.path)
}

function openFirst(replay: LogReplay, number: number, path: string): LogReader {
  const reader = replay.open(number)
  if (reader === undefined) throw corruption('the log that replay starts with is missing', path)
  if (reader.header === undefined) throw corruption('the log that replay starts with has no header', path)
  return reader
}

/** Every log of this life behind its first one that holds anything, ascending. A later life's logs count only once the manifest names them. */
function findLaterLogs(replay: LogReplay, names: readonly string[], start: number, epoch: number): LaterLog[] {
  const later: LaterLog[] = []
  for (const number of walNumbers(names)) {
    if (number <= start) continue
    const reader = replay.open(number)
    refuseNewer(reader, epoch)
    if (reader?.header?.epoch !== epoch || !holdsRecords(reader)) continue
    const link = replay.linkOf(reader)
    if (link !== undefined && later.some((other) => other.link?.number === link.number))
      throw corruption('two logs link to the same predecessor', reader.path)
    later.push({ reader, number, link })
  }
  return later
}

function walNumbers(names: readonly string[]): number[] {
  const parsed = names.map((name) => parseFileName(name))
  return parsed.flatMap((name) => (name?.kind === 'wal' ? [name.number] : [])).sort((a, b) => a - b)
}

function holdsRecords(reader: LogReader): boolean {
  return reader.bytes.length > HEADER_BYTES
}

/** Whether `log` is what the link of the next one says. */
function isWhole(log: ReplayedLog, { length, lastSequence }: Link): boolean {
  return log.length === length && log.reader.atEnd && log.lastSequence === lastSequence
}

function droppedFrom(log: ReplayedLog, rest: readonly LaterLog[]): Dropped {
  const torn = log.reader.bytes.length - log.length
  const droppedBytes = rest.reduce((sum, { reader }) => sum + reader.bytes.length, torn)
  if (droppedBytes === 0) return NOTHING_DROPPED
  const droppedReason = unprovenFrom(log.reader.path, log.length)
  const numbers = rest.map(({ number }) => number)
  if (torn > 0) numbers.unshift(log.reader.header!.number)
  return { droppedBytes, droppedReason, droppedFrom: numbers }
}

function refuseProvenLoss(
  log: ReplayedLog,
  rest: readonly LaterLog[],
  names: readonly string[],
  mode: RecoveryMode,
): void {
  const { path } = log.reader
  if (mode === 'point-in-time') return
  if (mode === 'absolute') throw corruption("the log is torn, and recovery is 'absolute'", path, log.length)
  if (log.reader.proofOfLoss() !== undefined)
    throw corruption('the log is damaged in a part that was durable', path, log.length)
  for (const { reader, link } of rest) {
    // Its name was durable before anything could link to it.
    if (link !== undefined && !names.includes(walName(link.number)))
      throw corruption(`the log ${walName(link.number)}, to which a later one links, is missing`, reader.path)
    if (provesPredecessor(reader)) {
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
