import { VarveError } from '../errors.ts'
import type { Job } from '../fs/job.ts'
import { JobRun } from '../fs/job-run.ts'
import { observed } from '../observe/activity.ts'
import type { Retry } from '../store/retry.ts'
import type { BTreeContext } from './btree-context.ts'
import type { CheckpointTrigger } from './btree-counts.ts'
import { beginCheckpoint, type CheckpointParts, type CheckpointStart, finishCheckpoint } from './checkpoint-job.ts'

/** A log that grows to so many times its limit while a checkpoint is on its way makes writers wait for it. */
const LOG_BYTES_FACTOR = 2

/**
 * Says when a checkpoint is due, and runs it in the background, one at a time. It begins in the commit path, where no
 * group is on its way; whoever stands still may carry it on.
 */
export class Checkpointer {
  readonly #context: BTreeContext
  readonly #parts: CheckpointParts
  readonly #retry: Retry
  readonly #requestBegin: (trigger: CheckpointTrigger) => void
  #run: JobRun | undefined
  #start: CheckpointStart | undefined
  #cancelTimer: (() => void) | undefined
  #isIntervalOver = false
  #isStopped = false
  /** Why the last one did not end. */
  #failure: unknown

  /** `requestBegin` brings `begin` about in the commit path. */
  constructor(
    context: BTreeContext,
    parts: CheckpointParts,
    makeRetry: (again: () => void) => Retry,
    requestBegin: (trigger: CheckpointTrigger) => void,
  ) {
    this.#context = context
    this.#parts = parts
    this.#requestBegin = requestBegin
    this.#retry = makeRetry(() => this.#resume())
  }

  /** The checkpoint on its way. */
  get run(): JobRun | undefined {
    return this.#run
  }

  /** Why a checkpoint is due. */
  get due(): CheckpointTrigger | undefined {
    const { logs, state } = this.#parts
    const { checkpointLogBytes, checkpointRows } = this.#context.options
    if (!logs.isReady) return undefined
    const since = this.#start?.sequence ?? state.record.sequence
    if (checkpointRows > 0 && logs.lastSequence - since >= checkpointRows) return 'rows'
    const factor = this.#start === undefined ? 1 : LOG_BYTES_FACTOR
    if (logs.bytes >= checkpointLogBytes * factor) return 'log'
    return this.#isIntervalOver && this.#start === undefined ? 'interval' : undefined
  }

  /** The first change since the last checkpoint was made. */
  noteChange(): void {
    const { checkpointIntervalMs } = this.#context.options
    if (this.#cancelTimer !== undefined || this.#isStopped || checkpointIntervalMs === 0) return
    this.#cancelTimer = this.#context.runtime.timer(
      checkpointIntervalMs,
      () => {
        this.#isIntervalOver = true
        this.#requestBegin('interval')
      },
      false,
    )
  }

  /** Begins one, after the one on its way, and returns when it has begun. REQUIRES that no group is on its way. */
  *begin(trigger: CheckpointTrigger): Job<void> {
    yield* this.settle()
    this.#endInterval()
    this.#start = yield* beginCheckpoint(this.#parts, trigger)
    this.#resume()
  }

  /** Waits for the checkpoint on its way. Throws why it cannot end. */
  *settle(): Job<void> {
    if (this.#start === undefined) return
    const refusal = this.#context.health.backgroundRefusal()
    if (refusal !== undefined) throw refusal
    this.resume()
    if (this.#run !== undefined) yield { kind: 'wait', on: this.#run }
    if (this.#start !== undefined) throw this.#failure
  }

  /** Tries again at once what failed before. */
  resume(): void {
    this.#retry.reset()
    this.#resume()
  }

  stop(): void {
    this.#isStopped = true
    this.#endInterval()
    this.#retry.reset()
  }

  /** Ends the checkpoint on its way, where nothing may be written any more. */
  abandon(): void {
    this.#run?.abandon()
  }

  #endInterval(): void {
    this.#cancelTimer?.()
    this.#cancelTimer = undefined
    this.#isIntervalOver = false
  }

  #resume(): void {
    if (this.#start === undefined || this.#run !== undefined || this.#retry.isWaiting) return
    if (this.#context.health.backgroundRefusal() !== undefined) return
    const run = new JobRun(this.#finish(this.#start), this.#context.driver)
    this.#run = run
    this.#context.runtime.spawn('checkpoint', () => run.finish())
  }

  /** Never throws: what went wrong is for the store's health. */
  *#finish(start: CheckpointStart): Job<void> {
    try {
      const checkpoint = this.#context.observer.checkpoint(() => {
        const pages = start.dirty.length
        return { pages, pageBytes: pages * this.#parts.pager.pageBytes }
      })
      yield* observed(checkpoint, finishCheckpoint(this.#parts, start), () => ({}))
      this.#start = undefined
      this.#retry.succeeded()
    } catch (error) {
      this.#failed(error)
    } finally {
      this.#run = undefined
    }
  }

  /** Nothing is lost by a failed checkpoint: the logs are still there, and the pages still dirty. */
  #failed(error: unknown): void {
    const { health, logger, observer } = this.#context
    this.#failure = error
    logger.error(`a checkpoint failed: ${error instanceof Error ? error.message : String(error)}`)
    if (!(error instanceof VarveError) || error.code === 'POISONED') health.poison(error)
    else if (error.code !== 'IO' || !this.#retry.failed()) health.suspend(error)
    else observer.error('retried', error)
  }
}
