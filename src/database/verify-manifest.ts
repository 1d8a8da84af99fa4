import { compareBytes } from '../bytes/compare.ts'
import { corruption } from '../errors.ts'
import type { Job } from '../fs/job.ts'
import { CURRENT } from '../manifest/file-names.ts'
import { readCurrent, readManifest } from '../manifest/manifest-reader.ts'
import type { ManifestState } from '../manifest/manifest-state.ts'
import { encodeVersionEdit } from '../manifest/version-edit-codec.ts'
import type { StoreCore } from './store-core.ts'

/** Reads CURRENT and the manifest again: they must say what is in memory. REQUIRES that no edit is on its way, unless the store is poisoned. */
export function* verifyManifest(core: StoreCore, path: string): Job<void> {
  const { fileSystem, directory, health } = core.context
  const { fileNumber, state, isSettled } = core.manifest
  // After a failed sync, or a failed write that could not be gone on from, memory and disk may differ; the next opening decides.
  const isKnown = isSettled && health.poisoned === undefined
  if (readCurrent(fileSystem, directory) !== fileNumber && isKnown) {
    throw corruption('CURRENT names another manifest than the one in force', `${directory}/${CURRENT}`, 0)
  }
  const loaded = readManifest(fileSystem, directory, fileNumber)
  if (!isKnown) return
  if (loaded.droppedBytes > core.report.manifestDroppedBytes)
    throw corruption('a record of the manifest is damaged', path, loaded.length)
  if (compareBytes(bytesOf(loaded.state), bytesOf(state)) !== 0)
    throw corruption('the manifest says something else than what is in memory', path)
  yield { kind: 'slice' }
}

function bytesOf(state: ManifestState): Uint8Array {
  return encodeVersionEdit(state.snapshotEdit())
}
