import { syncFailed, VarveError } from '../errors.ts'
import type { FileSystem } from '../fs/file-system.ts'
import type { Job } from '../fs/job.ts'
import { LOST, lostName, parseLostName } from '../manifest/file-names.ts'
import type { StoreContext } from './context.ts'

/** More than these, the newest, are not kept. */
const FILES_KEPT = 8

/**
 * Moves files of which this opening dropped bytes to `lost/`, for whoever wants to look into them: no opening reads there. One that cannot be moved
 * stays where it is, and nothing names it. REQUIRES that the fresh manifest, and CURRENT, are durable: until then the old ones are the store's.
 * Returns what was moved, as paths within the store's directory. Throws POISONED when a sync fails.
 */
export function* quarantine(context: StoreContext, epoch: number, names: readonly string[]): Job<string[]> {
  if (names.length === 0) return []
  const { fileSystem, directory, logger } = context
  const lost = `${directory}/${LOST}`
  const moved: string[] = []
  try {
    const isNew = fileSystem.status(lost) === undefined
    if (isNew) fileSystem.makeDirectory(lost)
    // Without this a power cut could take the directory along with all that was moved into it.
    if (isNew) yield* syncNames(directory)
    for (const name of names) {
      fileSystem.rename(`${directory}/${name}`, `${lost}/${lostName(epoch, name)}`)
      moved.push(`${LOST}/${lostName(epoch, name)}`)
    }
  } catch (error) {
    if (error instanceof VarveError && error.code === 'POISONED') throw error
    logger.warn(`damaged files could not be moved to ${lost}: ${(error as Error).message}`)
  }
  if (moved.length === 0) return moved
  // Without this a power cut could leave such a file without any name.
  yield* syncNames(lost)
  removeOldest(fileSystem, lost)
  return moved
}

/** Removes what `quarantine` has kept, and its directory where nothing else is in it. */
export function removeLost(fileSystem: FileSystem, directory: string): void {
  const lost = `${directory}/${LOST}`
  if (fileSystem.status(lost)?.kind !== 'directory') return
  for (const name of lostNames(fileSystem, lost)) fileSystem.unlinkSync(`${lost}/${name}`)
  if (fileSystem.list(lost).length === 0) fileSystem.removeDirectory(lost)
}

function* syncNames(directory: string): Job<void> {
  try {
    yield { kind: 'sync-directory', directory }
  } catch (cause) {
    throw syncFailed(directory, cause)
  }
}

function removeOldest(fileSystem: FileSystem, lost: string): void {
  try {
    for (const name of lostNames(fileSystem, lost).slice(0, -FILES_KEPT)) fileSystem.unlinkSync(`${lost}/${name}`)
  } catch {
    // It is tried again when the next file comes.
  }
}

/** The names of ours in `lost/`, oldest first. */
function lostNames(fileSystem: FileSystem, lost: string): string[] {
  const ours = fileSystem.list(lost).flatMap((name) => {
    const parsed = parseLostName(name)
    return parsed === undefined ? [] : [{ name, epoch: parsed.epoch, number: parsed.file.number }]
  })
  return ours.sort((a, b) => a.epoch - b.epoch || a.number - b.number).map(({ name }) => name)
}
