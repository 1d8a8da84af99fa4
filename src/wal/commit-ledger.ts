import type { CommitBacklog } from './commit-backlog.ts'
import type { CommitEnvironment } from './commit-environment.ts'
import type { CommitGroup, Waiter } from './commit-group.ts'
import { DrainRate } from './drain-rate.ts'

/** Which sequences are given out and which are published; and who is told. */
export class CommitLedger {
  readonly rate: DrainRate = new DrainRate()
  readonly #environment: CommitEnvironment
  readonly #backlog: CommitBacklog
  #assigned: number
  #published: number

  constructor(environment: CommitEnvironment, backlog: CommitBacklog, lastSequence: number) {
    this.#environment = environment
    this.#backlog = backlog
    this.#assigned = lastSequence
    this.#published = lastSequence
  }

  /** The last sequence given out: to what is in the log, or in the memtable ahead of it. */
  get assigned(): number {
    return this.#assigned
  }

  /** The last sequence that reads may see. */
  get published(): number {
    return this.#published
  }

  /** Gives out sequences, and returns the first. */
  takeSequences(operations: number): number {
    const first = this.#assigned + 1
    this.#assigned += operations
    return first
  }

  /** Makes everything up to `sequence` visible. */
  publish(sequence: number): void {
    if (sequence <= this.#published) return
    this.#published = sequence
    this.#environment.publish(sequence)
  }

  /** Publishes a group, then resolves its writers in call order. */
  settle(group: CommitGroup): void {
    this.publish(group.lastSequence)
    this.rate.settled(group.bytes, this.#environment.runtime.monotonic())
    if (group.kind === 'applied') this.#backlog.pendingBytes -= group.bytes
    this.#resolve(group, group.waiters)
    group.waiters.length = 0
    this.#backlog.recycle(group)
  }

  /** Settles the writes of a group before the first that needs the sync: they have what they asked for. */
  settleUntilPower(group: CommitGroup): void {
    let count = 0
    while (!group.waiters[count]!.isPower) count++
    if (count === 0) return
    const done = group.waiters.splice(0, count)
    this.publish(group.firstSequence + done[count - 1]!.operations - 1)
    this.#resolve(group, done)
  }

  #resolve(group: CommitGroup, waiters: readonly Waiter[]): void {
    const before = group.firstSequence - 1
    for (const waiter of waiters) {
      this.#backlog.pendingBytes -= waiter.bytes
      waiter.resolve(before + waiter.operations)
    }
  }
}
