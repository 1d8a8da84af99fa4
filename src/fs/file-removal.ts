import { VarveError } from '../errors.ts'
import type { FileSystem } from './file-system.ts'

/**
 * Removes files that nothing names any more, one after another: to free a merge's inputs of 64 MiB each can take the system a tenth of a second. Nobody
 * stands still for it, and it holds one of the threads on which Node.js also syncs, not all of them. What cannot be removed goes after the next
 * unclean end.
 */
export class FileRemoval {
  readonly #fileSystem: FileSystem
  readonly #warn: (message: string) => void
  readonly #pending = new Set<string>()
  #underway: Promise<void> | undefined

  constructor(fileSystem: FileSystem, warn: (message: string) => void) {
    this.#fileSystem = fileSystem
    this.#warn = warn
  }

  /** Begins at once, or behind the files that came before; never throws. A file that is not there is no failure. */
  remove(path: string): void {
    this.#pending.add(path)
    this.#underway ??= this.#removeAll()
  }

  /** Whether the file is being removed, or waits for its turn. */
  isPending(path: string): boolean {
    return this.#pending.has(path)
  }

  /** Resolves when nothing is being removed any more. */
  async settle(): Promise<void> {
    while (this.#underway !== undefined) await this.#underway
  }

  async #removeAll(): Promise<void> {
    for (const path of this.#pending) {
      await this.#remove(path)
      this.#pending.delete(path)
    }
    this.#underway = undefined
  }

  async #remove(path: string): Promise<void> {
    try {
      await this.#fileSystem.unlink(path)
    } catch (error) {
      // Since a sync failed nothing is removed: the store has told that already.
      if (error instanceof VarveError && (error.code === 'NOT_FOUND' || error.code === 'POISONED')) return
      this.#warn(`${path} could not be removed: ${(error as Error).message}`)
    }
  }
}
