import type { FileHandle, FileSystem, WriteCategory } from './file-system.ts'
import type { Waitable } from './job.ts'

/**
 * Syncs one file from the thread pool and, while that runs, from the main thread too. The system reports a write-back error once per
 * descriptor: two syncs on one descriptor could leave the error with one and tell the other that all is well. So a synchronous sync during
 * a pool sync goes through a second descriptor, opened before the pool sync began.
 */
export class DoubleHandle implements Waitable {
  readonly file: FileHandle
  readonly #fileSystem: FileSystem
  readonly #category: WriteCategory
  #second: FileHandle | undefined
  #inFlight: Promise<void> | undefined
  /** The error is reported once: a sync after a failed one would succeed, and prove nothing. */
  #failure: { readonly error: unknown } | undefined

  constructor(fileSystem: FileSystem, file: FileHandle, category: WriteCategory) {
    this.#fileSystem = fileSystem
    this.file = file
    this.#category = category
  }

  /** Resolves when everything written before this call is durable. Calls queue up: one sync per descriptor at a time. */
  async wait(): Promise<void> {
    while (this.#inFlight !== undefined) await this.#inFlight.catch(() => {})
    this.#checkFailure()
    if (!this.#hasSecond()) return this.waitSync()
    const sync = this.file.sync()
    this.#inFlight = sync
    try {
      await sync
    } catch (error) {
      this.#failure = { error }
    } finally {
      this.#inFlight = undefined
    }
    this.#checkFailure()
  }

  get isBusy(): boolean {
    return this.#inFlight !== undefined
  }

  /** Resolves when the sync that is running, if any, has ended in whatever way. */
  async idle(): Promise<void> {
    await this.#inFlight?.catch(() => {})
  }

  waitSync(): void {
    this.#checkFailure()
    const handle = this.#inFlight === undefined ? this.file : this.#second!
    try {
      handle.syncSync()
    } catch (error) {
      this.#failure = { error }
      throw error
    }
  }

  /** Gives back the second descriptor; the file stays open. */
  release(): void {
    this.#second?.close()
    this.#second = undefined
  }

  close(): void {
    this.file.close()
    this.release()
  }

  /** Where no descriptor is left, the sync is done in place: then nobody can come in between. */
  #hasSecond(): boolean {
    try {
      this.#second ??= this.#fileSystem.open(this.file.path, 'write', this.#category)
      return true
    } catch {
      return false
    }
  }

  #checkFailure(): void {
    if (this.#failure !== undefined) throw this.#failure.error
  }
}
