import { corruption, syncFailed } from '../errors.ts'
import type { FileSystem } from '../fs/file-system.ts'
import type { Job } from '../fs/job.ts'
import { type CheckpointRecord, decodeCheckpoint, encodeCheckpoint } from './checkpoint-record.ts'
import { CHECKPOINT, NEXT_CHECKPOINT } from './file-names.ts'

/** Longer than any that is made: 2^32 pages, each free and with a place. */
const BYTES_MAX = 2 ** 36

/**
 * Replaces the checkpoint in one step. Returns the file's bytes. Throws what the file system throws while the old one is
 * surely in force, POISONED where that cannot be known any more.
 */
export function* writeCheckpoint(fileSystem: FileSystem, directory: string, record: CheckpointRecord): Job<number> {
  const temporary = `${directory}/${NEXT_CHECKPOINT}`
  const path = `${directory}/${CHECKPOINT}`
  // An earlier attempt was cut off here. Without this the new name could not be created.
  if (fileSystem.status(temporary) !== undefined) fileSystem.unlinkSync(temporary)
  const bytes = encodeCheckpoint(record)
  const file = fileSystem.open(temporary, 'create', 'manifest')
  try {
    file.appendSync(bytes)
    try {
      // Without this the name could reach the disk before the bytes, and the store would have no checkpoint.
      yield { kind: 'sync', file }
    } catch (cause) {
      throw syncFailed(path, cause)
    }
  } finally {
    file.close()
  }
  try {
    fileSystem.rename(temporary, path)
    // Without this a power cut could bring the old checkpoint back when its logs are gone.
    yield { kind: 'sync-directory', directory }
  } catch (cause) {
    throw syncFailed(path, cause)
  }
  return bytes.length
}

/** CORRUPTION where it is not whole. */
export function readCheckpoint(fileSystem: FileSystem, directory: string): CheckpointRecord {
  const path = `${directory}/${CHECKPOINT}`
  const file = fileSystem.open(path, 'read')
  try {
    const size = file.sizeSync()
    if (size > BYTES_MAX) throw corruption('the checkpoint is longer than one can be', path)
    const bytes = new Uint8Array(size)
    return decodeCheckpoint(bytes.subarray(0, file.readSync(bytes, 0)), path)
  } finally {
    file.close()
  }
}
