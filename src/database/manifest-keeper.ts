import { VarveError } from '../errors.ts'
import type { FileSystem } from '../fs/file-system.ts'
import type { Job } from '../fs/job.ts'
import { JobRun } from '../fs/job-run.ts'
import { manifestName } from '../manifest/file-names.ts'
import { ManifestLog } from '../manifest/manifest-log.ts'
import type { ManifestState } from '../manifest/manifest-state.ts'
import type { VersionEdit } from '../manifest/version-edit.ts'
import type { StoreContext } from './context.ts'

/** So many file numbers are reserved at a time: one synced edit for all of them. */
export const NUMBERS_RESERVED = 1024
/** New ones are reserved along with any edit once so few are left. */
const NUMBERS_LOW = 256

/**
 * The manifest over one life: commits edits, reserves file numbers, and goes on in a fresh file after a failed write or when the old one has grown
 * long. A failed sync poisons the store.
 */
export class ManifestKeeper {
  readonly #context: StoreContext
  #log: ManifestLog
  #nextNumber: number
  #replacing: JobRun | undefined

  /** REQUIRES that the numbers from `nextNumber` through the state's `reservedThrough` are unused. */
  constructor(context: StoreContext, log: ManifestLog, nextNumber: number) {
    this.#context = context
    this.#log = log
    this.#nextNumber = nextNumber
  }

  /** What is durable. */
  get state(): ManifestState {
    return this.#log.state
  }

  /** Whether the file in force says exactly what `state` does. */
  get isSettled(): boolean {
    return this.#log.isSettled && this.#replacing === undefined
  }

  /** Whether edits are on their way, or the manifest is being written afresh. */
  get isBusy(): boolean {
    return this.#log.isBusy || this.#replacing !== undefined
  }

  get fileNumber(): number {
    return this.#log.number
  }

  get nextNumber(): number {
    return this.#nextNumber
  }

  /**
   * Takes `count` file numbers that were never used, and returns the first. They are reserved by a synced edit first: a number that a lost
   * directory entry hides must not be given out again.
   */
  *takeNumbers(count: number): Job<number> {
    // Looked at again after the wait: others take numbers meanwhile.
    while (this.#nextNumber + count - 1 > this.state.reservedThrough) {
      yield* this.#commitEdit({ reservedThrough: this.#nextNumber + count + NUMBERS_RESERVED }, () => {})
    }
    const first = this.#nextNumber
    this.#nextNumber += count
    return first
  }

  /** Appends and syncs an edit; `installed` is called when it is durable, in the order of commits. Throws POISONED, NO_SPACE or IO. */
  *commit(edit: VersionEdit, installed: (state: ManifestState) => void = () => {}): Job<void> {
    const isLow = this.state.reservedThrough - this.#nextNumber < NUMBERS_LOW
    const reservedThrough = isLow ? this.#nextNumber + NUMBERS_RESERVED : undefined
    yield* this.#commitEdit(reservedThrough === undefined ? edit : { ...edit, reservedThrough }, installed)
    if (this.#log.isLong && this.#replacing === undefined) yield* this.#shorten()
  }

  /** Waits for a fresh manifest that is being written, if any. */
  async settle(): Promise<void> {
    await this.#replacing?.finish().catch(() => {})
  }

  close(): void {
    this.#log.close()
  }

  *#commitEdit(edit: VersionEdit, installed: (state: ManifestState) => void): Job<void> {
    this.#checkPoison()
    while (this.#replacing !== undefined) yield { kind: 'wait', on: this.#replacing }
    this.#checkPoison()
    const log = this.#log
    try {
      yield* log.commit(edit, () => installed(log.state))
    } catch (error) {
      if (isPoison(error)) throw this.#context.health.poison(error)
      yield* this.#replace(edit, installed)
    }
  }

  #checkPoison(): void {
    const { poisoned } = this.#context.health
    if (poisoned !== undefined) throw poisoned
  }

  /** Goes on in a fresh manifest where it can. Where not, the old one serves on: the edit before is durable, and its caller must not be told otherwise. */
  *#shorten(): Job<void> {
    try {
      yield* this.#replace(undefined, () => {})
    } catch (error) {
      if (isPoison(error)) throw error
      this.#context.logger.warn(`the manifest could not be written afresh: ${(error as Error).message}`)
    }
  }

  /** Goes on in a fresh manifest that says what is durable, and `edit`, which could not be appended to the old one. */
  *#replace(edit: VersionEdit | undefined, installed: (state: ManifestState) => void): Job<void> {
    const run = new JobRun(this.#writeFresh(edit, installed), this.#context.driver)
    this.#replacing = run
    try {
      yield { kind: 'wait', on: run }
    } catch (error) {
      throw isPoison(error) ? this.#context.health.poison(error) : error
    }
  }

  /** Goes on to its end even where the one who asked for it is abandoned: two at a time would both swing CURRENT. */
  *#writeFresh(edit: VersionEdit | undefined, installed: (state: ManifestState) => void): Job<void> {
    try {
      yield* this.#writeFreshAlone(edit, installed)
    } finally {
      this.#replacing = undefined
    }
  }

  *#writeFreshAlone(edit: VersionEdit | undefined, installed: (state: ManifestState) => void): Job<void> {
    const { fileSystem, directory } = this.#context
    const old = this.#log
    // Edits of others, on their way in the old manifest, take effect before it is left.
    yield* old.end()
    const number = this.#nextNumber++
    const reserved = old.state.apply({ reservedThrough: number + NUMBERS_RESERVED })
    const state = edit === undefined ? reserved : reserved.apply(edit)
    this.#log = yield* ManifestLog.createFresh(this.#context, number, state)
    old.close()
    installed(state)
    // Only now: until CURRENT was durable, the old manifest was the store's.
    removeQuietly(fileSystem, `${directory}/${manifestName(old.number)}`)
  }
}

function isPoison(error: unknown): boolean {
  return error instanceof VarveError && error.code === 'POISONED'
}

function removeQuietly(fileSystem: FileSystem, path: string): void {
  try {
    fileSystem.unlinkSync(path)
  } catch {
    // It is removed after the next unclean end; nothing names it any more.
  }
}
