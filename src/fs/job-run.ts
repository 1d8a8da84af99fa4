import type { Runtime } from '../runtime.ts'
import { DoubleHandle } from './double-handle.ts'
import type { FileSystem } from './file-system.ts'
import type { AwayWork, Job, Step, Waitable } from './job.ts'

/** Measures what a job does between two requests. */
export interface SliceMeter {
  begin(): void
  end(): void
}

export interface JobDriver {
  readonly fileSystem: FileSystem
  readonly runtime: Runtime
  /** A request that a synchronous caller had already fulfilled failed after all. Not needed where nobody can take a job over. */
  readonly lateFailure?: (error: unknown) => void
  readonly meter?: SliceMeter
}

/**
 * One job on its way. It may be driven from the event loop (`advance`, `finish`) or by a caller that stands still (`advanceSync`,
 * `finishSync`), who may take over in the middle of a request.
 */
export class JobRun<Result = void> implements Waitable {
  readonly #job: Job<Result>
  readonly #driver: JobDriver
  #request: Step | undefined
  /** Lets a synchronous caller sync the file that a pool sync is busy with. */
  #handle: DoubleHandle | undefined
  /** The request that is being fulfilled from the event loop: several drivers wait for it together. */
  #underway: Promise<void> | undefined
  #done = false
  #isAbandoned = false
  #failure: { readonly error: unknown } | undefined
  #result: Result | undefined
  #finishing: Promise<void> | undefined

  constructor(job: Job<Result>, driver: JobDriver) {
    this.#job = job
    this.#driver = driver
  }

  get done(): boolean {
    return this.#done
  }

  /** What the job waits for in another thread, if it does. */
  get away(): AwayWork | undefined {
    return this.#request?.kind === 'away' ? this.#request.on : undefined
  }

  /** The result of a job that is done; throws what the job threw. */
  get result(): Result {
    if (this.#failure !== undefined) throw this.#failure.error
    return this.#result as Result
  }

  /** Fulfils what the job asked for, then runs its next slice. Never rejects: a failure is the job's result. */
  async advance(): Promise<void> {
    const request = this.#request
    if (request === undefined) return this.#resume()
    // Twice at once would be two syncs on one descriptor, and one of them could miss the error.
    this.#underway ??= this.#meet(request)
    return this.#underway
  }

  async #meet(request: Step): Promise<void> {
    let failure: { readonly error: unknown } | undefined
    try {
      await this.#fulfil(request)
    } catch (error) {
      failure = { error }
    }
    if (this.#request === request) this.#resume(failure)
    else if (failure !== undefined && !this.#isAbandoned) this.#driver.lateFailure?.(failure.error)
  }

  advanceSync(): void {
    const request = this.#request
    let failure: { readonly error: unknown } | undefined
    try {
      if (request !== undefined) this.#fulfilSync(request)
    } catch (error) {
      failure = { error }
    }
    this.#resume(failure)
  }

  /** Drives the job to its end; several callers may wait for it. */
  async finish(): Promise<Result> {
    this.#finishing ??= this.#advanceToEnd()
    await this.#finishing
    return this.result
  }

  finishSync(): Result {
    while (!this.#done) this.advanceSync()
    return this.result
  }

  async wait(): Promise<void> {
    await this.finish()
  }

  waitSync(): void {
    this.finishSync()
  }

  /** Abandons the job: its `finally` blocks run, what they ask for is not waited for. */
  abandon(): void {
    if (this.#done) return
    this.#done = true
    this.#isAbandoned = true
    this.#request = undefined
    this.#releaseHandle()
    try {
      this.#job.return(undefined as Result)
    } catch (error) {
      this.#failure = { error }
    }
  }

  async #advanceToEnd(): Promise<void> {
    while (!this.#done) await this.advance()
  }

  #resume(failure?: { readonly error: unknown }): void {
    if (this.#done) return
    this.#request = undefined
    this.#underway = undefined
    this.#releaseHandle()
    this.#driver.meter?.begin()
    try {
      const step = failure === undefined ? this.#job.next() : this.#job.throw(failure.error)
      if (step.done) {
        this.#done = true
        this.#result = step.value
      } else {
        this.#request = step.value
      }
    } catch (error) {
      this.#done = true
      this.#failure = { error }
    } finally {
      this.#driver.meter?.end()
    }
  }

  #releaseHandle(): void {
    this.#handle?.release()
    this.#handle = undefined
  }

  async #fulfil(request: Step): Promise<void> {
    switch (request.kind) {
      case 'slice':
        return this.#driver.runtime.yield()
      case 'sync':
        this.#handle = new DoubleHandle(this.#driver.fileSystem, request.file, 'other')
        return this.#handle.wait()
      case 'sync-directory':
        return this.#driver.fileSystem.syncDirectory(request.directory)
      case 'wait':
      case 'away':
        return request.on.wait()
    }
  }

  #fulfilSync(request: Step): void {
    switch (request.kind) {
      case 'slice':
        return
      case 'sync':
        return this.#handle === undefined ? request.file.syncSync() : this.#handle.waitSync()
      case 'sync-directory':
        return this.#driver.fileSystem.syncDirectorySync(request.directory)
      case 'wait':
      case 'away':
        return request.on.waitSync()
    }
  }
}
