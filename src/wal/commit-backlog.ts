import { ByteWriter } from '../bytes/writer.ts'
import type { VarveError } from '../errors.ts'
import { CommitGroup, type CommitTask, Waiter } from './commit-group.ts'

/** Buffers up to this size are kept for the next group. */
const KEPT_BUFFER_BYTES_MAX = 4 << 20

/** Since opening. */
export interface CommitCounts {
  /** Groups that were committed. */
  groups: number
  failedWrites: number
  overloadedWrites: number
}

/** What waits to be written, in call order, cut into groups. */
export class CommitBacklog {
  readonly #maxGroupBytes: number
  readonly #entries: (CommitGroup | CommitTask)[] = []
  /** The group in which a batch is being encoded, and where that begins. */
  #open: CommitGroup | undefined
  #openStart = 0
  #spare: ByteWriter | undefined
  readonly counts: CommitCounts = { groups: 0, failedWrites: 0, overloadedWrites: 0 }
  /** Bytes of operations whose callers wait, and of those that are resolved but not yet in the log. */
  pendingBytes = 0

  constructor(maxGroupBytes: number) {
    this.#maxGroupBytes = maxGroupBytes
  }

  get head(): CommitGroup | CommitTask | undefined {
    return this.#entries[0]
  }

  get isEmpty(): boolean {
    return this.#entries.length === 0
  }

  /** Whether all that waits is in the memtable already. */
  get isApplied(): boolean {
    const last = this.#entries[this.#entries.length - 1]
    return last === undefined || last.kind === 'applied'
  }

  shift(): void {
    this.#entries.shift()
  }

  addTask(task: CommitTask): void {
    this.#entries.push(task)
  }

  /** Where a batch of so many bytes at most is to be encoded. `join` or `joinApplied` must follow at once. */
  begin(kind: 'group' | 'applied', bytes: number): ByteWriter {
    const group = this.#groupFor(kind, bytes)
    // Made before anything is written: an allocation that failed half-way would leave part of a batch in the group.
    group.writer.reserve(bytes)
    this.#open = group
    this.#openStart = group.writer.length
    return group.writer
  }

  /** Ends the batch: its caller waits from now on. */
  join(
    operations: number,
    isPower: boolean,
    resolve: (sequence: number) => void,
    reject: (error: unknown) => void,
  ): void {
    const group = this.#open!
    const size = this.#count(group, operations)
    if (isPower) group.needsSync = true
    group.waiters.push(new Waiter(isPower, group.operations, size, resolve, reject))
  }

  /** Ends a batch with these sequences, whose caller does not wait; returns where it lies. */
  joinApplied(operations: number, firstSequence: number): { buffer: Uint8Array; start: number; end: number } {
    const group = this.#open!
    if (group.operations === 0) group.firstSequence = firstSequence
    this.#count(group, operations)
    return { buffer: group.writer.buffer, start: this.#openStart, end: group.writer.length }
  }

  /** Gives a written group's buffer back. */
  recycle(group: CommitGroup): void {
    if (group.bytes > 0) this.counts.groups++
    if (this.#spare === undefined && group.writer.buffer.length <= KEPT_BUFFER_BYTES_MAX) this.#spare = group.writer
  }

  /** For a store that is idle: keeps nothing. */
  releaseMemory(): void {
    this.#spare = undefined
  }

  /** Rejects all that waits. Writes that were resolved ahead of the log keep their place, unless the queue is `dead`. */
  rejectAll(error: VarveError, dead: boolean): void {
    const refused = error.outcome === undefined ? error.withOutcome('not-applied') : error
    for (const entry of this.#entries.splice(0)) {
      if (entry.kind === 'task') entry.reject(error)
      else if (entry.kind === 'group') this.rejectGroup(entry, refused)
      else if (!dead) this.#entries.push(entry)
    }
  }

  rejectGroup(group: CommitGroup, error: VarveError): void {
    this.counts.failedWrites += group.waiters.length
    for (const waiter of group.waiters) {
      this.pendingBytes -= waiter.bytes
      waiter.reject(error)
    }
    group.waiters.length = 0
  }

  #groupFor(kind: 'group' | 'applied', bytes: number): CommitGroup {
    const last = this.#entries[this.#entries.length - 1]
    if (last !== undefined && last.kind === kind) {
      if (last.bytes === 0 || last.bytes + bytes <= this.#maxGroupBytes) return last
    }
    const group = new CommitGroup(kind, this.#spare ?? new ByteWriter(1024))
    this.#spare = undefined
    this.#entries.push(group)
    return group
  }

  #count(group: CommitGroup, operations: number): number {
    const size = group.writer.length - this.#openStart
    group.operations += operations
    this.pendingBytes += size
    this.#open = undefined
    return size
  }
}
