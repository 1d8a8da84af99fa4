import { parentOf } from './absolute-path.ts'
import type { FileSystem } from './file-system.ts'
import { systemCode } from './system-error.ts'

/**
 * Makes the names of a new store's directory and of all its parents durable: a store whose directory is lost is lost. An earlier opening that was cut
 * short may have made them, too. Directories that are not ours, and that we may not open, have been there for long.
 */
export async function syncParents(fileSystem: FileSystem, path: string, made: readonly string[]): Promise<void> {
  for (let child = path; parentOf(child) !== child; child = parentOf(child)) {
    try {
      await fileSystem.syncDirectory(parentOf(child))
    } catch (error) {
      if (made.includes(child) || systemCode((error as Error).cause) === 'EIO') throw error
    }
  }
}
