import { VarveError } from '../errors.ts'
import type { Job, Waitable } from '../fs/job.ts'
import { JobRun } from '../fs/job-run.ts'
import { Kind } from '../key/kind.ts'
import { OperationReader } from '../key/operations.ts'
import type { Runtime } from '../runtime.ts'
import { LogSyncTimer } from '../store/log-sync-timer.ts'
import type { StallClock } from '../store/stall-clock.ts'
import type { CommitEnvironment } from '../wal/commit-environment.ts'
import type { BTreeContext } from './btree-context.ts'
import type { CheckpointTrigger } from './btree-counts.ts'
import type { CheckpointParts } from './checkpoint-job.ts'
import type { Checkpointer } from './checkpointer.ts'
import type { Tree } from './tree/tree.ts'
import { WriteRoom } from './write-room.ts'

/** What carries operations out: the tree, or a heap before it. */
export type RowWriter = Pick<Tree, 'put' | 'delete' | 'mark' | 'rewind'>

/**
 * What the commit queue needs of the B-tree. A group is carried out on the pages in memory, and what it changed there is
 * appended to the log, in one go: the changes cannot be known before, and nobody sees them before they are published.
 */
export class WritePath implements CommitEnvironment {
  readonly runtime: Runtime
  readonly publishesWholeGroups = true
  readonly #context: BTreeContext
  readonly #parts: CheckpointParts
  readonly #rows: RowWriter
  readonly #checkpointer: Checkpointer
  readonly #room: WriteRoom
  readonly #syncTimer: LogSyncTimer
  /** The last sequence that reads may see. */
  published: number
  /** Key and value bytes of accepted operations. */
  userBytes = 0

  constructor(
    context: BTreeContext,
    parts: CheckpointParts,
    rows: RowWriter,
    checkpointer: Checkpointer,
    stalls: StallClock,
    onRest: () => void,
  ) {
    this.runtime = context.runtime
    this.#context = context
    this.#parts = parts
    this.#rows = rows
    this.#checkpointer = checkpointer
    this.#room = new WriteRoom(parts, checkpointer, stalls, context.options.checkpointPace === 'at-once')
    const { logs } = parts
    this.#syncTimer = new LogSyncTimer(
      context,
      {
        all: logs,
        get isSynced() {
          return logs.isSynced
        },
        appendPromise: () => logs.appendPromise(),
      },
      onRest,
    )
    this.published = logs.lastSequence
  }

  get log(): Waitable {
    return this.#parts.logs
  }

  refusal(): VarveError | undefined {
    return this.#context.health.refusal()
  }

  stoppage(): VarveError | undefined {
    return this.#context.health.backgroundRefusal()
  }

  /** Never: what a write changes is known only when it is carried out, and then it goes to the log at once. */
  canApplyAhead(): boolean {
    return false
  }

  makeRoom(): JobRun | undefined {
    return this.#room.isThere ? undefined : this.prepare()
  }

  append(frame: Uint8Array, start: number, end: number, firstSequence: number, lastSequence: number): void {
    const { pager, logs } = this.#parts
    pager.begin(lastSequence, lastSequence - firstSequence + 1)
    this.#rows.mark()
    try {
      const userBytes = this.#carryOut(frame, start, end)
      if (!logs.fits(pager.redo.length)) throw tooMuch(pager.redo.length)
      logs.append(pager.redo, firstSequence, lastSequence)
      this.userBytes += userBytes
    } catch (error) {
      pager.rollback()
      this.#rows.rewind()
      throw error
    }
    pager.commit()
    this.#checkpointer.noteChange()
    this.#syncTimer.start()
  }

  /** Done by `append`. */
  apply(): void {}

  publish(sequence: number): void {
    this.published = sequence
    this.#parts.pager.versions.publish(sequence)
  }

  repair(cause: unknown): JobRun<VarveError> {
    return new JobRun(this.#repair(cause), this.#context.driver)
  }

  poison(cause: unknown): VarveError {
    return this.#context.health.poison(cause)
  }

  idle(): void {
    this.#syncTimer.noteIdle()
  }

  /** Makes the store ready to be written, as the first write after `resume` would. */
  prepare(): JobRun {
    return new JobRun(this.#prepare(), this.#context.driver)
  }

  /** Begins a checkpoint, in its place in the commit path, if anything has changed since the last one. */
  checkpoint(trigger: CheckpointTrigger): JobRun {
    return new JobRun(this.#checkpoint(trigger), this.#context.driver)
  }

  /** Whether there is anything that the last checkpoint does not have. */
  get hasChanges(): boolean {
    return this.#parts.logs.hasBegun && this.#parts.logs.lastSequence > this.#parts.state.record.sequence
  }

  stop(): void {
    this.#syncTimer.stop()
  }

  #carryOut(frame: Uint8Array, start: number, end: number): number {
    const operations = new OperationReader(frame, start, end)
    let userBytes = 0
    while (operations.next()) {
      const { kind, keyStart, keyEnd, valueStart, valueEnd } = operations
      userBytes += keyEnd - keyStart + valueEnd - valueStart
      if (kind === Kind.Put) this.#rows.put(frame, keyStart, keyEnd, frame, valueStart, valueEnd)
      else this.#rows.delete(frame, keyStart, keyEnd)
    }
    return userBytes
  }

  *#prepare(): Job<void> {
    try {
      yield* this.#room.make()
    } catch (error) {
      throw this.#noteFailure(error)
    }
  }

  *#checkpoint(trigger: CheckpointTrigger): Job<void> {
    if (!this.hasChanges) return
    try {
      if (!this.#parts.logs.isReady) yield* this.#parts.logs.advance()
      yield* this.#checkpointer.begin(trigger)
    } catch (error) {
      throw this.#noteFailure(error)
    }
  }

  *#repair(cause: unknown): Job<VarveError> {
    const { logs } = this.#parts
    // The pages refused the group: it never came to the log.
    if (logs.isReady && !(cause instanceof VarveError)) throw this.#context.health.poison(cause)
    try {
      if (!logs.isReady) yield* logs.repair()
    } catch (error) {
      throw this.#context.health.poison(error).withOutcome('unknown')
    }
    const error = asVarveError(cause)
    this.#context.observer.error('write-refused', error)
    this.#noteFailure(error)
    return error.withOutcome('not-applied')
  }

  #noteFailure(error: unknown): unknown {
    if (!(error instanceof VarveError) || error.code === 'POISONED') return this.#context.health.poison(error)
    if (error.code === 'NO_SPACE') this.#context.health.suspend(error)
    return error
  }
}

function tooMuch(bytes: number): VarveError {
  const message = `the batch changes ${bytes} bytes of pages, more than one log can hold: make it smaller`
  return new VarveError('INVALID_ARGUMENT', message)
}

function asVarveError(cause: unknown): VarveError {
  if (cause instanceof VarveError) return cause
  const message = `a write to the log failed: ${cause instanceof Error ? cause.message : String(cause)}`
  return new VarveError('IO', message, { cause })
}
