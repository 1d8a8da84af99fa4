import type { ByteWriter } from '../bytes/writer.ts'
import { VarveError } from '../errors.ts'
import type { JobRun } from '../fs/job-run.ts'
import type { Durability } from '../kv-store/kv-store.ts'
import { CommitBacklog } from './commit-backlog.ts'
import type { CommitEnvironment, CommitLimits } from './commit-environment.ts'
import { type CommitGroup, CommitTask, GROUP_HEADROOM } from './commit-group.ts'
import { CommitPacer } from './commit-pacer.ts'
import { DrainRate } from './drain-rate.ts'

type Work =
  | { readonly kind: 'room'; readonly run: JobRun }
  | { readonly kind: 'task'; readonly run: JobRun; readonly task: CommitTask }
  | { readonly kind: 'repair'; readonly run: JobRun<VarveError> }

/** What the queue is waiting for, until it is over or a synchronous caller has done it in place. */
type Busy = Work | { readonly kind: 'sync'; readonly group: CommitGroup }

/** A sync slower than this sends the next ones to the thread pool: the main thread is not held for longer. */
const IN_PLACE_SYNC_MS_MAX = 1

/**
 * Group commit. Writes queue up in call order; whatever arrives while a group is written and synced forms the next one. One write and at most one
 * sync per group, one stage after another: write, apply, sync, publish. Synchronous callers run the same stages in place, and may take over a
 * stage that is on its way.
 *
 * A batch is submitted in two steps, so that it is encoded right where it will be written from: `begin`, encode, `end`.
 */
export class CommitQueue {
  readonly #environment: CommitEnvironment
  readonly #limits: CommitLimits
  readonly #backlog: CommitBacklog
  readonly #pacer: CommitPacer
  readonly #rate = new DrainRate()
  #busy: Busy | undefined
  #published: number
  #lastSyncMs = 0
  #durability: Durability = 'power'
  #isAhead = false

  constructor(environment: CommitEnvironment, limits: CommitLimits, lastSequence: number) {
    this.#environment = environment
    this.#limits = limits
    this.#backlog = new CommitBacklog(limits.maxGroupBytes, lastSequence)
    this.#pacer = new CommitPacer(environment.runtime, limits.lingerMs, () => this.#pump())
    this.#published = lastSequence
  }

  get published(): number {
    return this.#published
  }

  get pendingBytes(): number {
    return this.#backlog.pendingBytes
  }

  /** Whether everything submitted is published and in the log. */
  get isIdle(): boolean {
    return this.#busy === undefined && this.#backlog.isEmpty
  }

  /** Where a batch of about so many bytes is to be encoded; throws what refuses it. `end` must follow at once. */
  begin(bytes: number, durability: Durability): ByteWriter {
    this.#checkRefusal()
    const { pendingBytes } = this.#backlog
    // One write above the bound is taken when nothing else waits.
    if (pendingBytes > 0 && pendingBytes + bytes > this.#limits.maxPendingBytes) throw this.#overloaded()
    this.#durability = durability
    this.#isAhead = durability === 'none' && this.#isQuiet && this.#environment.canApplyAhead(bytes)
    return this.#backlog.begin(this.#isAhead ? 'applied' : 'group', bytes)
  }

  /** Resolves with the batch's last sequence once it has its durability. A batch of nothing: once all before it has. */
  end(operations: number): Promise<number> {
    if (this.#isAhead) return this.#applyAhead(operations)
    return new Promise((resolve, reject) => {
      this.#backlog.join(operations, this.#durability === 'power', resolve, reject)
      this.#schedule()
    })
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
    while (!settled) this.#stepInPlace()
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

  /** Goes on, after what stopped the queue was mended. */
  wake(): void {
    if (!this.#backlog.isEmpty) this.#schedule()
  }

  /** Rejects all that waits: what is on its way with outcome 'unknown', what is queued with 'not-applied'. */
  failAll(error: VarveError): void {
    const busy = this.#busy
    this.#busy = undefined
    if (busy?.kind === 'sync') this.#backlog.rejectGroup(busy.group, error.withOutcome('unknown'))
    if (busy?.kind === 'task') busy.task.reject(error)
    this.#backlog.rejectAll(error, true, this.#published)
  }

  releaseMemory(): void {
    this.#backlog.releaseMemory()
  }

  /** Everything is published: a 'none' write may overtake the log. */
  get #isQuiet(): boolean {
    return this.#busy === undefined && this.#backlog.isApplied
  }

  #checkRefusal(): void {
    const refusal = this.#environment.refusal()
    if (refusal !== undefined) throw refusal.withOutcome('not-applied')
  }

  #overloaded(): VarveError {
    const { pendingBytes } = this.#backlog
    const retryAfterMs = this.#rate.millisecondsFor(pendingBytes)
    return new VarveError(
      'OVERLOADED',
      `${pendingBytes} bytes wait to be written and maxPendingBytes is ${this.#limits.maxPendingBytes}: ` +
        `await some of the writes, or retry in ${retryAfterMs} ms`,
      { retryAfterMs, outcome: 'not-applied' },
    )
  }

  #applyAhead(operations: number): Promise<number> {
    const { buffer, start, end, firstSequence } = this.#backlog.joinApplied(operations)
    try {
      this.#environment.apply(buffer, start, end, firstSequence)
    } catch (cause) {
      return Promise.reject(this.#environment.poison(cause))
    }
    this.#publish(this.#backlog.assigned)
    this.#schedule()
    return Promise.resolve(this.#backlog.assigned)
  }

  #schedule(): void {
    if (this.#busy === undefined) this.#pacer.schedule(this.#backlog.pendingBytes >= this.#limits.maxGroupBytes)
  }

  #pump(): void {
    if (this.#busy !== undefined) return
    this.#step(false)
    this.#goOn()
  }

  #goOn(): void {
    if (this.#busy !== undefined) return
    // 'none' writes that were resolved keep their place while no writes are taken; `wake` comes for them.
    if (!this.#backlog.isEmpty && this.#environment.stoppage() === undefined) this.#schedule()
    else if (this.isIdle) this.#environment.idle()
  }

  /** Takes the head of the queue as far as it goes without waiting; in place, it waits too. */
  #step(inPlace: boolean): void {
    const { head } = this.#backlog
    if (head === undefined) return
    const stoppage = this.#environment.stoppage()
    if (stoppage !== undefined) return this.#backlog.rejectAll(stoppage, false, this.#published)
    if (head.kind === 'task') {
      this.#backlog.shift()
      return this.#await({ kind: 'task', run: head.start(), task: head }, inPlace)
    }
    const room = this.#environment.makeRoom(head.kind === 'applied' ? 0 : head.bytes)
    if (room !== undefined) return this.#await({ kind: 'room', run: room }, inPlace)
    if (head.bytes > 0) {
      const { buffer, length } = head.writer
      try {
        this.#environment.append(buffer, GROUP_HEADROOM, length, head.firstSequence, head.lastSequence)
      } catch (cause) {
        return this.#await({ kind: 'repair', run: this.#environment.repair(cause) }, inPlace)
      }
    }
    this.#backlog.shift()
    if (this.#apply(head)) this.#makeDurable(head, inPlace)
  }

  #apply(group: CommitGroup): boolean {
    if (group.kind === 'applied' || group.bytes === 0) return true
    try {
      this.#environment.apply(group.writer.buffer, GROUP_HEADROOM, group.writer.length, group.firstSequence)
      return true
    } catch (cause) {
      this.#fail(group, cause)
      return false
    }
  }

  #makeDurable(group: CommitGroup, inPlace: boolean): void {
    if (!group.needsSync) return this.#settle(group)
    this.#settleUntilPower(group)
    const onlyOneWaits = group.waiters.length === 1 && this.#backlog.isEmpty
    if (inPlace || (onlyOneWaits && this.#lastSyncMs < IN_PLACE_SYNC_MS_MAX)) return this.#syncInPlace(group)
    const busy: Busy = { kind: 'sync', group }
    this.#busy = busy
    const { log, runtime } = this.#environment
    const sinceMs = runtime.monotonic()
    log.wait().then(
      () => {
        this.#lastSyncMs = runtime.monotonic() - sinceMs
        if (this.#busy !== busy) return
        this.#busy = undefined
        this.#pacer.noteTurn()
        this.#settle(group)
        this.#goOn()
      },
      // Even where a synchronous caller has synced in place since: the disk has refused something.
      (cause) => this.#fail(group, cause),
    )
  }

  #syncInPlace(group: CommitGroup): void {
    const { log, runtime } = this.#environment
    const sinceMs = runtime.monotonic()
    try {
      log.waitSync()
    } catch (cause) {
      return this.#fail(group, cause)
    }
    this.#lastSyncMs = runtime.monotonic() - sinceMs
    this.#busy = undefined
    this.#settle(group)
  }

  /** A sync or the memtable failed: what this group's writers wrote may or may not be there after the next opening. */
  #fail(group: CommitGroup, cause: unknown): void {
    const error = this.#environment.poison(cause)
    this.#backlog.rejectGroup(group, error.withOutcome('unknown'))
    this.failAll(error)
  }

  #await(work: Work, inPlace: boolean): void {
    this.#busy = work
    if (inPlace) return
    const ended = (): void => {
      if (this.#busy !== work) return
      this.#pacer.noteTurn()
      this.#finish(work)
      this.#goOn()
    }
    const run: JobRun<unknown> = work.run
    run.finish().then(ended, ended)
  }

  #stepInPlace(): void {
    const busy = this.#busy
    if (busy === undefined) return this.#step(true)
    if (busy.kind === 'sync') return this.#syncInPlace(busy.group)
    while (!busy.run.done) busy.run.advanceSync()
    this.#finish(busy)
  }

  #finish(work: Work): void {
    this.#busy = undefined
    try {
      const result = work.run.result
      if (work.kind === 'task') work.task.resolve()
      else if (work.kind === 'repair') this.#backlog.rejectAll(result as VarveError, false, this.#published)
    } catch (error) {
      if (work.kind === 'task') work.task.reject(error)
      else this.#backlog.rejectAll(error as VarveError, work.kind === 'repair', this.#published)
    }
  }

  /** Writes before the first that needs the sync have what they asked for. */
  #settleUntilPower(group: CommitGroup): void {
    let count = 0
    while (!group.waiters[count]!.isPower) count++
    if (count === 0) return
    const done = group.waiters.splice(0, count)
    this.#publish(done[count - 1]!.sequence)
    for (const waiter of done) this.#backlog.pendingBytes -= waiter.bytes
    for (const waiter of done) waiter.resolve(waiter.sequence)
  }

  /** Publishes the group, then resolves its writers in call order. */
  #settle(group: CommitGroup): void {
    this.#publish(group.lastSequence)
    this.#rate.settled(group.bytes, this.#environment.runtime.monotonic())
    if (group.kind === 'applied') this.#backlog.pendingBytes -= group.bytes
    for (const waiter of group.waiters) this.#backlog.pendingBytes -= waiter.bytes
    for (const waiter of group.waiters) waiter.resolve(waiter.sequence)
    group.waiters.length = 0
    this.#backlog.recycle(group)
  }

  #publish(sequence: number): void {
    if (sequence <= this.#published) return
    this.#published = sequence
    this.#environment.publish(sequence)
  }
}
