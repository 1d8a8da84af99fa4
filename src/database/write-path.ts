import { VarveError } from '../errors.ts'
import type { Job, Waitable } from '../fs/job.ts'
import { JobRun } from '../fs/job-run.ts'
import { OperationReader } from '../key/operations.ts'
import type { Memtable } from '../memtable/memtable.ts'
import type { Runtime } from '../runtime.ts'
import { LogSyncTimer } from '../store/log-sync-timer.ts'
import type { StallClock } from '../store/stall-clock.ts'
import type { CommitEnvironment } from '../wal/commit-environment.ts'
import type { Background } from './background.ts'
import type { StoreContext } from './context.ts'
import type { StoreLogs } from './store-logs.ts'
import type { Tree } from './tree.ts'

/** While compaction is behind, writers wait for one slice of its work after so many bytes, at full share. */
const BYTES_PER_SLICE = 64 * 1024

/** More logs than this are not kept for one memtable. */
const LOGS_MAX = 8

/** What the commit queue needs of the store: room in the memtable, the log, and a say in what happens when either fails. */
export class WritePath implements CommitEnvironment {
  readonly runtime: Runtime
  readonly #context: StoreContext
  readonly #tree: Tree
  readonly #logs: StoreLogs
  readonly #background: Background
  readonly #stalls: StallClock
  readonly #syncTimer: LogSyncTimer
  /** Where replay must begin to rebuild the active memtable; 0 before there is a log. */
  #activeFirstLog: number
  readonly #onRotate: (firstLog: number) => void
  #owedBytes = 0
  /** The next group has waited for its share of background work. */
  #hasPaid = false
  /** Key and value bytes of accepted operations. */
  userBytes = 0

  constructor(
    context: StoreContext,
    tree: Tree,
    logs: StoreLogs,
    background: Background,
    stalls: StallClock,
    activeFirstLog: number,
    onRotate: (firstLog: number) => void,
    onRest: () => void,
  ) {
    this.runtime = context.runtime
    this.#context = context
    this.#tree = tree
    this.#logs = logs
    this.#background = background
    this.#stalls = stalls
    this.#activeFirstLog = activeFirstLog
    this.#onRotate = onRotate
    this.#syncTimer = new LogSyncTimer(context, logs, onRest)
  }

  get log(): Waitable {
    return this.#logs.all
  }

  refusal(): VarveError | undefined {
    return this.#context.health.refusal()
  }

  stoppage(): VarveError | undefined {
    return this.#context.health.backgroundRefusal()
  }

  canApplyAhead(bytes: number): boolean {
    return this.#logs.isReady && this.#hasRoom(bytes) && this.#background.pressure.kind === 'none'
  }

  makeRoom(bytes: number): JobRun | undefined {
    if (this.#logs.isReady && this.#hasRoom(bytes) && (this.#hasPaid || this.#background.pressure.kind === 'none')) {
      this.#hasPaid = false
      return undefined
    }
    return new JobRun(this.#makeRoom(bytes), this.#context.driver)
  }

  append(frame: Uint8Array, start: number, end: number, firstSequence: number, lastSequence: number): void {
    this.#logs.append(frame, start, end, firstSequence, lastSequence)
    this.#syncTimer.start()
  }

  apply(frame: Uint8Array, start: number, end: number, firstSequence: number): void {
    const { active } = this.#tree
    const before = active.userBytes
    insertAll(active, frame, start, end, firstSequence)
    active.noteTime(Math.max(this.#logs.lastTimeMs, this.#context.nowMs()))
    this.userBytes += active.userBytes - before
    if (2 * active.entryBytes >= this.#context.options.memtableBytes) this.#logs.makeNext()
  }

  publish(sequence: number): void {
    this.#tree.published = sequence
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

  /** Puts what is in memory into the flush's hands; nothing to do for an empty memtable. */
  rotate(): JobRun {
    return new JobRun(this.#rotate(), this.#context.driver)
  }

  /** Whether the active memtable's content lies in more than one log of this life, or in one that can take no seal: a failed write ended it early. */
  get spansLogs(): boolean {
    const hasFailedLog = this.#logs.hasBegun && !this.#logs.isReady
    return this.#tree.active.entries > 0 && (hasFailedLog || this.#logs.ofThisLifeFrom(this.#activeFirstLog) > 1)
  }

  /** Makes the store ready to be written, as the first write after `resume` would. */
  prepare(): JobRun {
    return new JobRun(this.#makeRoom(0), this.#context.driver)
  }

  stop(): void {
    this.#syncTimer.stop()
  }

  #hasRoom(bytes: number): boolean {
    const { active } = this.#tree
    if (active.entries === 0) return true
    // Many short lives leave many logs: a flush does away with them.
    if (this.#logs.numbers.length > LOGS_MAX && this.#tree.immutable === undefined) return false
    return active.entryBytes + bytes <= this.#context.options.memtableBytes && this.#logs.fits(bytes)
  }

  *#makeRoom(bytes: number): Job<void> {
    try {
      yield* this.#readyLog()
      yield* this.#easePressure(bytes)
      if (!this.#hasRoom(bytes)) yield* this.#rotate()
      this.#hasPaid = true
    } catch (error) {
      throw this.#noteFailure(error)
    }
  }

  *#readyLog(): Job<void> {
    if (!this.#logs.hasBegun) {
      const isEmpty = this.#tree.active.entries === 0
      const number = yield* this.#logs.begin(isEmpty)
      if (isEmpty) this.#activeFirstLog = number
    } else if (!this.#logs.isReady) {
      yield* this.#logs.advance()
    }
  }

  *#rotate(): Job<void> {
    if (this.#tree.active.entries === 0) return
    try {
      yield* this.#readyLog()
      if (this.#tree.immutable !== undefined) {
        yield this.#stalls.measured(
          this.#background.until(() => this.#tree.immutable === undefined),
          'memtables-full',
        )
      }
      const number = yield* this.#logs.advance()
      this.#tree.rotate()
      this.#activeFirstLog = number
      this.#onRotate(number)
    } catch (error) {
      throw this.#noteFailure(error)
    }
  }

  /** Slow-down comes before the stop: writers pay for a growing share of the work that they cause. */
  *#easePressure(bytes: number): Job<void> {
    const { pressure } = this.#background
    if (pressure.kind === 'stop') {
      const isOver = (): boolean => this.#background.pressure.kind !== 'stop'
      yield this.#stalls.measured(this.#background.until(isOver), 'compaction-behind')
    } else if (pressure.kind === 'slow') {
      this.#owedBytes += bytes * pressure.share
      for (; this.#owedBytes >= BYTES_PER_SLICE; this.#owedBytes -= BYTES_PER_SLICE) {
        yield this.#stalls.measured(this.#background.slice, 'compaction-share')
      }
    }
  }

  *#repair(cause: unknown): Job<VarveError> {
    try {
      yield* this.#logs.repair()
    } catch (error) {
      throw this.#context.health.poison(error).withOutcome('unknown')
    }
    const error = asVarveError(cause)
    this.#context.observer.error('write-refused', error)
    this.#noteFailure(error)
    return error.withOutcome('not-applied')
  }

  #noteFailure(error: unknown): unknown {
    if (!(error instanceof VarveError)) return this.#context.health.poison(error)
    if (error.code === 'POISONED') return this.#context.health.poison(error)
    if (error.code === 'NO_SPACE') this.#context.health.suspend(error)
    return error
  }
}

/**
 * Inserts the operations of a group. A function of its own: V8 compiles what runs a loop while it runs, and would leave that code, at each group, at
 * a check behind the loop that was never true before.
 */
function insertAll(memtable: Memtable, frame: Uint8Array, start: number, end: number, firstSequence: number): void {
  const operations = new OperationReader(frame, start, end)
  let sequence = firstSequence
  while (operations.next()) {
    const { kind, keyStart, keyEnd, valueStart, valueEnd } = operations
    memtable.insert(sequence++, kind, frame, keyStart, keyEnd, frame, valueStart, valueEnd)
  }
}

function asVarveError(cause: unknown): VarveError {
  if (cause instanceof VarveError) return cause
  const message = `a write to the log failed: ${cause instanceof Error ? cause.message : String(cause)}`
  return new VarveError('IO', message, { cause })
}
