import type { VarveError } from '../errors.ts'
import type { Job } from '../fs/job.ts'
import type { JobRun } from '../fs/job-run.ts'
import type { CommitBacklog } from './commit-backlog.ts'
import type { CommitEnvironment } from './commit-environment.ts'
import { type CommitGroup, type CommitTask, GROUP_HEADROOM } from './commit-group.ts'
import type { CommitLedger } from './commit-ledger.ts'

type Work =
  | { readonly kind: 'room'; readonly run: JobRun }
  | { readonly kind: 'task'; readonly run: JobRun; readonly task: CommitTask }
  | { readonly kind: 'repair'; readonly run: JobRun<VarveError> }

/** What is waited for, until it is over or a synchronous caller has done it in place. */
type Busy = Work | { readonly kind: 'sync'; readonly group: CommitGroup }

/** A sync slower than this sends the next ones to the thread pool: the main thread is not held for longer. */
const IN_PLACE_SYNC_MS_MAX = 1

/**
 * Takes group after group through the stages of a commit, one at a time: room, write, apply, sync, publish. Every stage can be waited for, or done in
 * place by a caller that stands still, even half-way through.
 */
export class CommitPipeline {
  readonly #environment: CommitEnvironment
  readonly #backlog: CommitBacklog
  readonly #ledger: CommitLedger
  /** Something that was waited for is over; the queue may go on. `hasTurned`: the event loop surely had a turn meanwhile. */
  readonly #onReady: (hasTurned: boolean) => void
  #busy: Busy | undefined
  #lastSyncMs = 0

  constructor(
    environment: CommitEnvironment,
    backlog: CommitBacklog,
    ledger: CommitLedger,
    onReady: (hasTurned: boolean) => void,
  ) {
    this.#environment = environment
    this.#backlog = backlog
    this.#ledger = ledger
    this.#onReady = onReady
  }

  get isBusy(): boolean {
    return this.#busy !== undefined
  }

  /** Takes the head of the queue as far as it goes without waiting; in place, it waits too. REQUIRES that it is not busy. */
  step(inPlace: boolean): void {
    const { head } = this.#backlog
    if (head === undefined) return
    const stoppage = this.#environment.stoppage()
    if (stoppage !== undefined) return this.#backlog.rejectAll(stoppage, false)
    if (head.kind === 'task') {
      this.#backlog.shift()
      return this.#await({ kind: 'task', run: head.start(), task: head }, inPlace)
    }
    const room = this.#environment.makeRoom(head.kind === 'applied' ? 0 : head.bytes)
    if (room !== undefined) return this.#await({ kind: 'room', run: room }, inPlace)
    try {
      if (head.bytes > 0) this.#append(head)
    } catch (cause) {
      return this.#await({ kind: 'repair', run: this.#environment.repair(cause) }, inPlace)
    }
    this.#backlog.shift()
    if (this.#apply(head)) this.#makeDurable(head, inPlace)
  }

  /** Does in place what is waited for, or else the next step. */
  stepInPlace(): void {
    const busy = this.#busy
    if (busy === undefined) return this.step(true)
    if (busy.kind === 'sync') return this.#syncInPlace(busy.group)
    while (!busy.run.done) busy.run.advanceSync()
    this.#finish(busy)
  }

  /** For a task, which has the queue to itself: commits a batch of its own without a sync. */
  *commit(frame: Uint8Array, start: number, end: number, operations: number): Job<void> {
    let room = this.#environment.makeRoom(end - start)
    while (room !== undefined) {
      yield { kind: 'wait', on: room }
      room = this.#environment.makeRoom(end - start)
    }
    const first = this.#ledger.assigned + 1
    try {
      this.#environment.append(frame, start, end, first, this.#ledger.assigned + operations)
    } catch (cause) {
      const repair = this.#environment.repair(cause)
      yield { kind: 'wait', on: repair }
      throw repair.result
    }
    this.#ledger.takeSequences(operations)
    try {
      this.#environment.apply(frame, start, end, first)
    } catch (cause) {
      throw this.#environment.poison(cause)
    }
    this.#ledger.publish(this.#ledger.assigned)
  }

  /** Rejects all that waits: what is on its way with outcome 'unknown', what is queued with 'not-applied'. */
  failAll(error: VarveError): void {
    const busy = this.#busy
    this.#busy = undefined
    if (busy?.kind === 'sync') this.#backlog.rejectGroup(busy.group, error.withOutcome('unknown'))
    if (busy?.kind === 'task') busy.task.reject(error)
    this.#backlog.rejectAll(error, true)
  }

  #append(group: CommitGroup): void {
    const first = group.kind === 'applied' ? group.firstSequence : this.#ledger.assigned + 1
    const last = first + group.operations - 1
    this.#environment.append(group.writer.buffer, GROUP_HEADROOM, group.writer.length, first, last)
    if (group.kind === 'group') group.firstSequence = this.#ledger.takeSequences(group.operations)
  }

  #apply(group: CommitGroup): boolean {
    // A group of nothing only waits for those before it.
    if (group.bytes === 0) group.firstSequence = this.#ledger.assigned + 1
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
    if (!group.needsSync) return this.#ledger.settle(group)
    if (this.#environment.publishesWholeGroups !== true) this.#ledger.settleUntilPower(group)
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
        this.#ledger.settle(group)
        this.#onReady(true)
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
    this.#ledger.settle(group)
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
      this.#finish(work)
      // A job may end within microtasks.
      this.#onReady(false)
    }
    const run: JobRun<unknown> = work.run
    run.finish().then(ended, ended)
  }

  #finish(work: Work): void {
    this.#busy = undefined
    try {
      const result = work.run.result
      if (work.kind === 'task') work.task.resolve()
      else if (work.kind === 'repair') this.#backlog.rejectAll(result as VarveError, false)
    } catch (error) {
      if (work.kind === 'task') work.task.reject(error)
      else if (work.kind === 'room') this.#backlog.rejectAll(error as VarveError, false)
      else this.#giveUp(error as VarveError)
    }
  }

  /** The log could not be repaired: part of the first group may be in it, and nothing of the others. */
  #giveUp(error: VarveError): void {
    const { head } = this.#backlog
    if (head?.kind === 'group') this.#backlog.rejectGroup(head, error.withOutcome('unknown'))
    this.#backlog.rejectAll(error.withOutcome('not-applied'), true)
  }
}
