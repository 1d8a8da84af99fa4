import { corruption } from '../errors.ts'
import type { FileSystem } from '../fs/file-system.ts'
import { LOG_BYTES_MAX, type LogHeader, RecordType } from '../wal/format.ts'
import { LogReader } from '../wal/log-reader.ts'
import { decodeCurrent } from './current-file.ts'
import { CURRENT, manifestName } from './file-names.ts'
import { ManifestState } from './manifest-state.ts'
import { decodeVersionEdit } from './version-edit-codec.ts'

export interface LoadedManifest {
  readonly header: LogHeader
  readonly state: ManifestState
  /** How many edits made it. */
  readonly edits: number
  /** Whether the last life that wrote ended with a completed close. */
  readonly endedClean: boolean
  /** Whether every edit is known durable. */
  readonly isPromised: boolean
  /** Where its intact records end, and how much of that is known durable. */
  readonly length: number
  readonly syncedUpTo: number
  /** Bytes behind the last intact record: a torn write that nothing promises. */
  readonly droppedBytes: number
}

/**
 * Reads the manifest that CURRENT names and folds its edits. A torn tail is left out and counted; damage that a later record proves to have been
 * durable is CORRUPTION.
 */
export function loadManifest(fileSystem: FileSystem, directory: string): LoadedManifest {
  return readManifest(fileSystem, directory, readCurrent(fileSystem, directory))
}

/** As `loadManifest`, for the manifest of this number. */
export function readManifest(fileSystem: FileSystem, directory: string, number: number): LoadedManifest {
  const path = `${directory}/${manifestName(number)}`
  const reader = openManifest(fileSystem, path)
  if (reader === undefined) throw corruption('CURRENT names a manifest that is missing', path)
  if (reader.header === undefined) throw corruption('CURRENT names a manifest without a header', path)
  if (reader.header.number !== number) throw corruption('the manifest is another one than its name says', path)
  let state = ManifestState.empty
  let edits = 0
  let syncedUpTo = 0
  let firstEditEnd = 0
  let lastEditEnd = 0
  let cleanEnd = 0
  for (let record = reader.next(); record !== undefined; record = reader.next()) {
    syncedUpTo = Math.max(syncedUpTo, record.syncedUpTo)
    if (record.type === RecordType.Promise) continue
    if (record.type !== RecordType.ManifestEdit)
      throw corruption('a record of a manifest is no edit', path, record.offset)
    const edit = decodeVersionEdit(reader.bytes.subarray(record.payloadStart, record.end), path, record.payloadStart)
    state = state.replay(edit, path, record.offset)
    if (edits++ === 0) firstEditEnd = record.end
    lastEditEnd = record.end
    if (edit.clean !== undefined) cleanEnd = record.end
  }
  if (edits === 0) throw corruption('CURRENT names a manifest without an edit', path)
  const proof = reader.proofOfLoss()
  if (proof !== undefined) {
    throw corruption('the manifest is damaged in a part that was durable', path, reader.position)
  }
  return {
    header: reader.header,
    state,
    edits,
    // A close that ended well promised its own edit. Without that, its sync may have failed, and the bytes be only in memory. The first edit was
    // durable before CURRENT named the manifest; that CURRENT is durable, only a promise behind it says.
    endedClean: state.clean !== undefined && cleanEnd <= Math.max(firstEditEnd, syncedUpTo),
    isPromised: lastEditEnd <= syncedUpTo,
    length: reader.position,
    syncedUpTo,
    droppedBytes: reader.bytes.length - reader.position,
  }
}

/** Undefined where it is missing. */
export function openManifest(fileSystem: FileSystem, path: string): LogReader | undefined {
  const status = fileSystem.status(path)
  if (status === undefined) return undefined
  // Before anything is allocated: no manifest of ours is so long.
  if (status.size > LOG_BYTES_MAX) throw corruption('the file is longer than a manifest can be', path)
  return LogReader.open(fileSystem, path)
}

/** The number of the manifest in force; CORRUPTION where CURRENT does not say it. */
export function readCurrent(fileSystem: FileSystem, directory: string): number {
  const path = `${directory}/${CURRENT}`
  const file = fileSystem.open(path, 'read')
  try {
    const bytes = new Uint8Array(Math.min(file.sizeSync(), 256))
    return decodeCurrent(bytes.subarray(0, file.readSync(bytes, 0)), path)
  } finally {
    file.close()
  }
}
