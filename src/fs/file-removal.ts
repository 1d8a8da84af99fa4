import { VarveError } from '../errors.ts'
import type { FileSystem } from './file-system.ts'

/**
 * Removes files that nothing names any more. To free a merge's inputs of 64 MiB each can take the system a tenth of a second: nobody stands still for
 * it. What cannot be removed goes after the next unclean end.
 */
export class FileRemoval {
  readonly #fileSystem: FileSystem
  readonly #warn: (message: string) => void
  readonly #underway = new Set<Promise<void>>()

  constructor(fileSystem: FileSystem, warn: (message: string) => void) {
    this.#fileSystem = fileSystem
    this.#warn = warn
  }

  /** Begins at once and never throws. A file that is not there is no failure. */
  remove(path: string): void {
    const removal = this.#remove(path)
    this.#underway.add(removal)
    void removal.then(() => this.#underway.delete(removal))
  }

  /** Resolves when nothing is being removed any more. */
  async settle(): Promise<void> {
    while (this.#underway.size > 0) await Promise.all(this.#underway)
  }

  async #remove(path: string): Promise<void> {
    try {
      await this.#fileSystem.unlink(path)
    } catch (error) {
      if (error instanceof VarveError && error.code === 'NOT_FOUND') return
      this.#warn(`${path} could not be removed: ${(error as Error).message}`)
    }
  }
}
