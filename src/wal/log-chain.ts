import type { Waitable } from '../fs/job.ts'
import type { LogWriter } from './log-writer.ts'

/**
 * The logs of one life that are still written or synced: the current one and, for a while, its predecessor. A log is not synced past its header
 * before its predecessor is whole on disk, so that anything durable in a log proves the one before it.
 */
export class LogChain implements Waitable {
  #current: LogWriter
  #previous: LogWriter | undefined

  constructor(first: LogWriter) {
    this.#current = first
  }

  get current(): LogWriter {
    return this.#current
  }

  /** Whether everything appended is durable. */
  get isSynced(): boolean {
    return this.#previous === undefined && this.#current.isSynced
  }

  /** Appends go to `next` from now on. REQUIRES that the predecessor's predecessor was synced. */
  advance(next: LogWriter): void {
    this.#previous = this.#current
    this.#current = next
    this.#closeSynced()
  }

  /** Makes everything before the current log durable. */
  get predecessor(): Waitable {
    return {
      wait: () => this.#syncPrevious(),
      waitSync: () => this.#syncPreviousSync(),
    }
  }

  async wait(): Promise<void> {
    const current = this.#current
    await this.#syncPrevious()
    await current.wait()
  }

  waitSync(): void {
    this.#syncPreviousSync()
    this.#current.waitSync()
  }

  close(): void {
    this.#previous?.close()
    this.#current.close()
  }

  async #syncPrevious(): Promise<void> {
    const previous = this.#previous
    if (previous === undefined) return
    await previous.wait()
    this.#closeSynced()
  }

  #syncPreviousSync(): void {
    this.#previous?.waitSync()
    this.#closeSynced()
  }

  #closeSynced(): void {
    if (this.#previous?.isSynced !== true) return
    this.#previous.close()
    this.#previous = undefined
  }
}
