import type { ByteWriter } from '../bytes/writer.ts'
import { VarveError } from '../errors.ts'
import type { Job } from '../fs/job.ts'
import type { JobRun } from '../fs/job-run.ts'
import type { Durability } from '../kv-store/kv-store.ts'
import type { Stopwatch } from '../observe/latency-sampler.ts'
import { CommitBacklog, type CommitCounts } from './commit-backlog.ts'
import type { CommitEnvironment, CommitLimits } from './commit-environment.ts'
import { CommitTask } from './commit-group.ts'
import { CommitLedger } from './commit-ledger.ts'
import { CommitPacer } from './commit-pacer.ts'
import { CommitPipeline } from './commit-pipeline.ts'

/** What settles the promise that was made last. A function for each promise, to catch this, would cost as much as the rest of a put. */
const settlers: { resolve: (sequence: number) => void; reject: (error: unknown) => void } = {
  resolve() {},
  reject() {},
}

function keepSettlers(resolve: (sequence: number) => void, reject: (error: unknown) => void): void {
  settlers.resolve = resolve
  settlers.reject = reject
}

/**
 * Group commit. Writes queue up in call order; whatever arrives while a group is written and synced forms the next one, with one write and at most one
 * sync. Synchronous callers do the same work in place, what was queued before included.
 *
 * A batch is submitted in two steps, so that it is encoded right where it will be written from: `begin`, encode, `end`.
 */
export class CommitQueue {
  readonly #environment: CommitEnvironment
  readonly #limits: CommitLimits
  readonly #backlog: CommitBacklog
  readonly #ledger: CommitLedger
  readonly #pipeline: CommitPipeline
  readonly #pacer: CommitPacer
  /** Of the batch being encoded. */
  #durability: Durability = 'power'
  #isAhead = false

  constructor(environment: CommitEnvironment, limits: CommitLimits, lastSequence: number) {
    this.#environment = environment
    this.#limits = limits
    this.#backlog = new CommitBacklog(limits.maxGroupBytes)
    this.#ledger = new CommitLedger(environment, this.#backlog, lastSequence)
    this.#pacer = new CommitPacer(environment.runtime, limits.lingerMs, () => this.#pump())
    this.#pipeline = new CommitPipeline(environment, this.#backlog, this.#ledger, (hasTurned) => {
      if (hasTurned) this.#pacer.noteTurn()
      this.#goOn()
    })
  }

  get published(): number {
    return this.#ledger.published
  }

  get counts(): Readonly<CommitCounts> {
    return this.#backlog.counts
  }

  get pendingBytes(): number {
    return this.#backlog.pendingBytes
  }

  /** Whether everything submitted is published and in the log. */
  get isIdle(): boolean {
    return !this.#pipeline.isBusy && this.#backlog.isEmpty
  }

  /** Where a batch of so many bytes at most is to be encoded; throws what refuses it. `end` must follow at once. */
  begin(bytes: number, durability: Durability): ByteWriter {
    this.#checkRefusal()
    const { pendingBytes } = this.#backlog
    // One write above the bound is taken when nothing else waits.
    if (pendingBytes > 0 && pendingBytes + bytes > this.#limits.maxPendingBytes) throw this.#overloaded()
    this.#durability = durability
    // When everything is published, a 'none' write may overtake the log.
    const isQuiet = !this.#pipeline.isBusy && this.#backlog.isApplied
    this.#isAhead = durability === 'none' && isQuiet && this.#environment.canApplyAhead(bytes)
    return this.#backlog.begin(this.#isAhead ? 'applied' : 'group', bytes)
  }

  /**
   * Resolves with the batch's last sequence once it has its durability, which stops the watch. A batch of nothing: once
   * all before it has.
   */
  end(operations: number, stopwatch?: Stopwatch): Promise<number> {
    if (this.#isAhead) return this.#applyAhead(operations, stopwatch)
    const promise = new Promise<number>(keepSettlers)
    const resolve = stopwatch === undefined ? settlers.resolve : stopwatch.stopping(settlers.resolve)
    this.#backlog.join(operations, this.#durability === 'power', resolve, settlers.reject)
    this.#schedule()
    return promise
  }

  /** Like `begin`, for `endSync`. */
  beginSync(bytes: number, durability: Durability): ByteWriter {
    this.#checkRefusal()
    this.#durability = durability
    return this.#backlog.begin('group', bytes)
  }

  /** Commits all that was queued, then the batch, and returns its last sequence. */
  endSync(operations: number): number {
    let settled = false
    let sequence = 0
    let failure: { readonly error: unknown } | undefined
    const resolve = (value: number): void => {
      settled = true
      sequence = value
    }
    const reject = (error: unknown): void => {
      settled = true
      failure = { error }
    }
    this.#backlog.join(operations, this.#durability === 'power', resolve, reject)
    while (!settled) this.#pipeline.stepInPlace()
    if (this.isIdle) this.#environment.idle()
    if (failure !== undefined) throw failure.error
    return sequence
  }

  /** Runs a job once everything submitted before is published, and before anything submitted later is begun. */
  run(start: () => JobRun): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#backlog.addTask(new CommitTask(start, resolve, reject))
      this.#schedule()
    })
  }

  /** For a job that `run` has started: commits a batch of its own, 'process'. */
  commit(frame: Uint8Array, start: number, end: number, operations: number): Job<void> {
    return this.#pipeline.commit(frame, start, end, operations)
  }

  /** Goes on, after what stopped the queue was mended. */
  wake(): void {
    if (!this.#backlog.isEmpty) this.#schedule()
  }

  /** Rejects all that waits: what is on its way with outcome 'unknown', what is queued with 'not-applied'. */
  failAll(error: VarveError): void {
    this.#pipeline.failAll(error)
  }

  releaseMemory(): void {
    this.#backlog.releaseMemory()
  }

  #checkRefusal(): void {
    const refusal = this.#environment.refusal()
    if (refusal === undefined) return
    this.#backlog.counts.failedWrites++
    throw refusal.withOutcome('not-applied')
  }

  #overloaded(): VarveError {
    const { pendingBytes, counts } = this.#backlog
    counts.failedWrites++
    counts.overloadedWrites++
    const retryAfterMs = this.#ledger.rate.millisecondsFor(pendingBytes)
    return new VarveError(
      'OVERLOADED',
      `${pendingBytes} bytes wait to be written and maxPendingBytes is ${this.#limits.maxPendingBytes}: ` +
        `await some of the writes, or retry in ${retryAfterMs} ms`,
      { retryAfterMs, outcome: 'not-applied' },
    )
  }

  #applyAhead(operations: number, stopwatch: Stopwatch | undefined): Promise<number> {
    const first = this.#ledger.takeSequences(operations)
    const { buffer, start, end } = this.#backlog.joinApplied(operations, first)
    try {
      this.#environment.apply(buffer, start, end, first)
    } catch (cause) {
      return Promise.reject(this.#environment.poison(cause))
    }
    const last = first + operations - 1
    this.#ledger.publish(last)
    this.#schedule()
    stopwatch?.stop()
    return Promise.resolve(last)
  }

  #schedule(): void {
    if (!this.#pipeline.isBusy) this.#pacer.schedule(this.#backlog.pendingBytes >= this.#limits.maxGroupBytes)
  }

  #pump(): void {
    if (this.#pipeline.isBusy) return
    this.#pipeline.step(false)
    this.#goOn()
  }

  #goOn(): void {
    if (this.#pipeline.isBusy) return
    const stoppage = this.#environment.stoppage()
    // 'none' writes that were resolved keep their place while nothing may be written; `wake` comes for them. Nobody would come for the others.
    if (stoppage !== undefined) this.#backlog.rejectAll(stoppage, false)
    if (this.isIdle) this.#environment.idle()
    else if (stoppage === undefined) this.#schedule()
  }
}
