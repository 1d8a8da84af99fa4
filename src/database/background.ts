import type { Pressure } from '../compaction/strategy.ts'
import { type ErrorCode, VarveError } from '../errors.ts'
import type { AwayWork, Job, Waitable } from '../fs/job.ts'
import { JobRun } from '../fs/job-run.ts'
import { Retry } from '../store/retry.ts'
import type { StoreContext } from './context.ts'
import { Progress } from './progress.ts'
import type { WorkSource } from './work-source.ts'

/** Trying again does not help with these. */
const FINAL: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['NO_SPACE', 'CORRUPTION', 'INVALID_ARGUMENT'])

/**
 * Runs flushes and merges in slices between which the event loop turns; a flush goes before a merge, unless it is away in another thread: then both go
 * on. A caller that stands still runs the same work in place, and may take it over half-way.
 */
export class Background {
  readonly #context: StoreContext
  readonly #source: WorkSource
  #flush: JobRun | undefined
  #merge: JobRun | undefined
  #isRunning = false
  #isClosing = false
  #pressure: Pressure = { kind: 'none' }
  readonly #progress: Progress = new Progress()
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

  /** Lets others run for one slice of what is being done; who stands still runs the slice. */
  get slice(): Waitable {
    const away = this.#awayWork()
    return {
      wait: () => (away === undefined ? this.#context.runtime.yield() : this.keepAliveFor(away.nextSlice())),
      waitSync: () => {
        if (away === undefined) this.#stepInPlace()
        else away.nextSliceSync()
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
      wait: () => this.keepAliveFor(this.#waitUntil(condition)),
      waitSync: () => {
        while (!condition()) {
          this.#checkRefusal()
          if (!this.#stepInPlace()) throw heldUp()
        }
      },
    }
  }

  async #waitUntil(condition: () => boolean): Promise<void> {
    this.wake()
    while (!condition()) {
      this.#checkRefusal()
      if (!this.#isRunning && !this.#isAway && !this.#flushRetry.isWaiting && !this.#mergeRetry.isWaiting)
        throw heldUp()
      await this.#progress.next()
    }
  }

  /** Tells those who wait to look again. */
  noteProgress(): void {
    this.#progress.note()
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
  close(): Promise<void> {
    return this.keepAliveFor(this.#close())
  }

  async #close(): Promise<void> {
    this.#isClosing = true
    this.#flushRetry.reset()
    this.#mergeRetry.reset()
    this.abandonMerge()
    const isPoisoned = this.#context.health.poisoned !== undefined
    for (const run of [this.#flush, this.#merge]) {
      if (isPoisoned) run?.abandon()
      else await run?.finish().catch(() => {})
    }
    await this.#source.quiesce()
    this.noteProgress()
  }

  /** The same promise; until it settles the process stays alive, though another thread does the work. */
  async keepAliveFor<Result>(work: Promise<Result>): Promise<Result> {
    const release = this.#source.keepAlive()
    try {
      return await work
    } finally {
      release()
    }
  }

  #checkRefusal(): void {
    const refusal = this.#context.health.backgroundRefusal()
    if (refusal !== undefined) throw refusal
  }

  async #run(): Promise<void> {
    for (let run = this.#next(); run !== undefined; run = this.#next()) {
      await run.advance()
      this.#stepped(run)
    }
    this.#isRunning = false
    this.noteProgress()
  }

  #stepInPlace(): boolean {
    const run = this.#next() ?? this.#awayRun()
    if (run === undefined) return false
    run.advanceSync()
    this.#stepped(run)
    return true
  }

  #stepped(run: JobRun): void {
    if (run.done) this.#ended(run)
    else if (run.away !== undefined) void this.#await(run)
  }

  /** Goes on with a run when it comes back from the other thread. */
  async #await(run: JobRun): Promise<void> {
    await run.advance()
    this.#stepped(run)
    this.wake()
  }

  /** The run that is away in another thread; the flush, if both are. */
  #awayRun(): JobRun | undefined {
    return [this.#flush, this.#merge].find((run) => run?.away !== undefined)
  }

  get #isAway(): boolean {
    return this.#awayRun() !== undefined
  }

  /** What another thread does for those who pay for compaction: the merge, if both are there. */
  #awayWork(): AwayWork | undefined {
    return this.#merge === undefined ? this.#flush?.away : this.#merge.away
  }

  /** What this thread can go on with. */
  #next(): JobRun | undefined {
    if (this.#isClosing) return undefined
    if (this.#context.health.backgroundRefusal() !== undefined) return undefined
    // One that fails and waits for its next try, or is away, does not hold up the other.
    if (!this.#flushRetry.isWaiting) this.#flush ??= this.#start(this.#source.flush())
    if (this.#flush !== undefined && this.#flush.away === undefined) return this.#flush
    const merge = this.#nextMerge()
    return merge?.away === undefined ? merge : undefined
  }

  #nextMerge(): JobRun | undefined {
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
}

function heldUp(): VarveError {
  return new VarveError('IO', 'background work that this needs is held up by an earlier failure: retry later')
}
