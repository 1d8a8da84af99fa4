import type { Pressure } from '../compaction/strategy.ts'
import { type ErrorCode, VarveError } from '../errors.ts'
import type { Job, Waitable } from '../fs/job.ts'
import { JobRun } from '../fs/job-run.ts'
import { Retry } from '../store/retry.ts'
import type { StoreContext } from './context.ts'

/** Where background work comes from. Called whenever the scheduler looks for some; undefined: nothing to do now. */
export interface WorkSource {
  flush(): Job<void> | undefined
  merge(): Job<void> | undefined
  /** Whether the merge has come to the manifest: then it has to end. */
  readonly isInstalling: boolean
  /** How far behind compaction is. */
  pressure(): Pressure
}

/** Trying again does not help with these. */
const FINAL: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['NO_SPACE', 'CORRUPTION', 'INVALID_ARGUMENT'])

/**
 * Runs flushes and merges in slices between which the event loop turns; a flush goes before a merge. A caller that stands still runs the same work in
 * place, and may take it over half-way.
 */
export class Background {
  readonly #context: StoreContext
  readonly #source: WorkSource
  #flush: JobRun | undefined
  #merge: JobRun | undefined
  #isRunning = false
  #isClosing = false
  #pressure: Pressure = { kind: 'none' }
  /** Resolved at every step forward; made when somebody waits. */
  #progress: { readonly promise: Promise<void>; readonly resolve: () => void } | undefined
  readonly #flushRetry: Retry
  readonly #mergeRetry: Retry

  constructor(context: StoreContext, source: WorkSource) {
    this.#context = context
    this.#source = source
    this.#flushRetry = new Retry(context.runtime, () => this.wake())
    this.#mergeRetry = new Retry(context.runtime, () => this.wake())
  }

  /** Whether a flush or a merge is under way, or waits for its next try. */
  get isWorking(): boolean {
    return this.#flush !== undefined || this.#merge !== undefined
  }

  get pressure(): Pressure {
    return this.#pressure
  }

  /** Lets others run for one slice; who stands still runs the slice. */
  get slice(): Waitable {
    return {
      wait: () => this.#context.runtime.yield(),
      waitSync: () => {
        this.#stepInPlace()
      },
    }
  }

  /** There may be work. */
  wake(): void {
    const run = this.#next()
    this.#measurePressure()
    if (this.#isRunning || run === undefined) return
    this.#isRunning = true
    this.#context.runtime.spawn('background', () => this.#run())
  }

  /** Waits, or works, until the condition holds. Throws why it cannot come to hold. */
  until(condition: () => boolean): Waitable {
    return {
      wait: async () => {
        this.wake()
        while (!condition()) {
          this.#checkRefusal()
          if (!this.#isRunning && !this.#flushRetry.isWaiting && !this.#mergeRetry.isWaiting) throw heldUp()
          await this.#waitForProgress()
        }
      },
      waitSync: () => {
        while (!condition()) {
          this.#checkRefusal()
          if (!this.#stepInPlace()) throw heldUp()
        }
      },
    }
  }

  /** Tells those who wait to look again. */
  noteProgress(): void {
    this.#progress?.resolve()
    this.#progress = undefined
  }

  /** Tries again at once what failed before. */
  retry(): void {
    this.#flushRetry.reset()
    this.#mergeRetry.reset()
    this.wake()
  }

  /** Ends the merge that is on its way, if any, unless it is being installed; its inputs stay as they are. */
  abandonMerge(): void {
    if (this.#merge === undefined || this.#source.isInstalling) return
    this.#merge.abandon()
    this.#merge = undefined
  }

  /** Abandons the merge, lets the flush end, and begins nothing more. */
  async close(): Promise<void> {
    this.#isClosing = true
    this.#flushRetry.reset()
    this.#mergeRetry.reset()
    this.abandonMerge()
    const isPoisoned = this.#context.health.poisoned !== undefined
    for (const run of [this.#flush, this.#merge]) {
      if (isPoisoned) run?.abandon()
      else await run?.finish().catch(() => {})
    }
    this.noteProgress()
  }

  #checkRefusal(): void {
    const refusal = this.#context.health.backgroundRefusal()
    if (refusal !== undefined) throw refusal
  }

  async #run(): Promise<void> {
    for (let run = this.#next(); run !== undefined; run = this.#next()) {
      await run.advance()
      if (run.done) this.#ended(run)
    }
    this.#isRunning = false
    this.noteProgress()
  }

  #stepInPlace(): boolean {
    const run = this.#next()
    if (run === undefined) return false
    run.advanceSync()
    if (run.done) this.#ended(run)
    return true
  }

  #next(): JobRun | undefined {
    if (this.#isClosing) return undefined
    if (this.#context.health.backgroundRefusal() !== undefined) return undefined
    // One that fails and waits for its next try does not hold up the other.
    if (!this.#flushRetry.isWaiting) this.#flush ??= this.#start(this.#source.flush())
    if (this.#flush !== undefined) return this.#flush
    if (this.#mergeRetry.isWaiting) return undefined
    try {
      this.#merge ??= this.#start(this.#source.merge())
    } catch (error) {
      // The strategy is the user's: what it throws must not end the process.
      this.#failed(error, this.#mergeRetry)
    }
    return this.#merge
  }

  #measurePressure(): void {
    try {
      this.#pressure = this.#source.pressure()
    } catch (error) {
      this.#failed(error, this.#mergeRetry)
    }
  }

  #start(job: Job<void> | undefined): JobRun | undefined {
    return job === undefined ? undefined : new JobRun(job, this.#context.driver)
  }

  /** Several drivers may see the end of a run; the first one counts. */
  #ended(run: JobRun): void {
    const retry = run === this.#merge ? this.#mergeRetry : this.#flushRetry
    if (run === this.#flush) this.#flush = undefined
    else if (run === this.#merge) this.#merge = undefined
    else return
    try {
      run.result
      retry.succeeded()
    } catch (error) {
      this.#failed(error, retry)
    }
    this.#measurePressure()
    this.noteProgress()
  }

  /** Nothing is lost by a failed flush or merge: log and inputs are still there. It is tried again, later and later, and then writes are refused. */
  #failed(error: unknown, retry: Retry): void {
    const { health, logger, observer } = this.#context
    logger.error(`background work failed: ${error instanceof Error ? error.message : String(error)}`)
    if (!(error instanceof VarveError) || error.code === 'POISONED') health.poison(error)
    else if (FINAL.has(error.code) || !retry.failed()) health.suspend(error)
    else observer.error('retried', error)
  }

  #waitForProgress(): Promise<void> {
    if (this.#progress === undefined) {
      let resolve = (): void => {}
      const promise = new Promise<void>((settle) => {
        resolve = settle
      })
      this.#progress = { promise, resolve }
    }
    return this.#progress.promise
  }
}

function heldUp(): VarveError {
  return new VarveError('IO', 'background work that this needs is held up by an earlier failure: retry later')
}
