import { dirname } from 'node:path'
import { syncFailed } from '../errors.ts'
import type { FileSystem, WriteCategory } from './file-system.ts'

/**
 * Gives `path` new contents so that whoever opens it, also after a power cut, finds the old or the new ones, whole. What a failure leaves
 * behind is `<path>.tmp`, which the next call removes. Throws what the file system throws while `path` is surely as it was, POISONED where that cannot
 * be known any more.
 */
export function writeFileAtomically(fs: FileSystem, path: string, bytes: Uint8Array, category: WriteCategory): void {
  const temporary = `${path}.tmp`
  // An earlier life was cut off here. Without this the new name could not be created.
  if (fs.status(temporary) !== undefined) fs.unlinkSync(temporary)
  const file = fs.open(temporary, 'create', category)
  try {
    file.appendSync(bytes)
    // Without this the name could reach the disk before the bytes, and point at an empty file.
    decisive(path, () => file.syncSync())
  } finally {
    file.close()
  }
  decisive(path, () => {
    // Without this step in one piece there would be a moment with neither the old nor the new contents.
    fs.rename(temporary, path)
    // Without this a power cut could bring the old contents back after the caller has relied on the new ones.
    fs.syncDirectorySync(dirname(path))
  })
}

function decisive(path: string, step: () => void): void {
  try {
    step()
  } catch (cause) {
    throw syncFailed(path, cause)
  }
}
