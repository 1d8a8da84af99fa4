import type { VarveError } from '../errors.ts'
import type { Waitable } from '../fs/job.ts'
import type { JobRun } from '../fs/job-run.ts'
import type { Runtime } from '../runtime.ts'

/** What the commit queue needs of its engine. */
export interface CommitEnvironment {
  readonly runtime: Runtime
  /** A sync of everything appended so far. */
  readonly log: Waitable
  /**
   * Whether a group becomes visible in one step only, because the engine keeps no state in between: then all its writers wait for the sync that
   * one of them asked for. Default: no.
   */
  readonly publishesWholeGroups?: boolean
  /** Why no new write is taken now, or undefined. */
  refusal(): VarveError | undefined
  /** Why nothing may be written now, not even what was taken before, or undefined. */
  stoppage(): VarveError | undefined
  /** Undefined when a group with so many bytes of operations may be appended and applied now, otherwise the work to wait for. */
  makeRoom(bytes: number): JobRun | undefined
  /** Whether a write may be applied to the memtable before it is logged. */
  canApplyAhead(bytes: number): boolean
  /** Writes a group's batches, which lie in `frame` from `start` to `end` with GROUP_HEADROOM before, to the log in one write. */
  append(frame: Uint8Array, start: number, end: number, firstSequence: number, lastSequence: number): void
  /** Enters operations into the memtable, unpublished. */
  apply(frame: Uint8Array, start: number, end: number, firstSequence: number): void
  /** Makes everything up to `sequence` visible. */
  publish(sequence: number): void
  /** After a failed append: cuts the log back. Its result is what the writers are told; when it throws, they are told that. */
  repair(cause: unknown): JobRun<VarveError>
  /** A sync or the memtable failed: nothing more is written in this life. */
  poison(cause: unknown): VarveError
  /** Nothing is queued or on its way any more. */
  idle(): void
}

export interface CommitLimits {
  readonly lingerMs: number
  readonly maxGroupBytes: number
  readonly maxPendingBytes: number
}
