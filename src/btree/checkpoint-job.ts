import type { Job } from '../fs/job.ts'
import type { CheckpointTrigger } from './btree-counts.ts'
import type { CheckpointState } from './checkpoint-state.ts'
import type { Frame } from './page-cache.ts'
import type { PageFile } from './page-file.ts'
import type { SpaceState } from './page-space.ts'
import type { PageWriter } from './page-writer.ts'
import type { Pager } from './pager.ts'
import type { TreeLogs } from './tree-logs.ts'

/** What a checkpoint works on. */
export interface CheckpointParts {
  readonly pager: Pager
  readonly pages: PageFile
  readonly writer: PageWriter
  readonly logs: TreeLogs
  readonly state: CheckpointState
}

/** Where redo will begin once the checkpoint is durable, and what has to be on disk before. */
export interface CheckpointStart {
  readonly firstLog: number
  readonly sequence: number
  readonly timeMs: number
  readonly space: SpaceState
  readonly dirty: readonly Frame[]
}

/**
 * Begins a checkpoint: what is changed from here on goes to a new log. REQUIRES that no group is on its way to the log.
 * A page that is freed later is still written as it is now or was last: redo begins with changes that it got since.
 */
export function* beginCheckpoint(parts: CheckpointParts, trigger: CheckpointTrigger): Job<CheckpointStart> {
  const { pager, logs, state } = parts
  const firstLog = yield* logs.advance()
  const { counts } = pager
  counts.checkpoints[trigger]++
  counts.lastCheckpointRows = logs.lastSequence - state.record.sequence
  counts.lastCheckpointPages = pager.space.pageCount - pager.space.freeCount
  logs.resetBytes()
  pager.redoSequence = logs.lastSequence
  return startAt(parts, firstLog)
}

/** What a checkpoint that begins now has to write; 0 as `firstLog`: nothing will be redone. */
export function startAt({ pager, logs }: CheckpointParts, firstLog: number): CheckpointStart {
  return {
    firstLog,
    sequence: logs.lastSequence,
    timeMs: logs.lastTimeMs,
    space: pager.space.state,
    dirty: pager.cache.dirtyFrames(),
  }
}

/** Carries a checkpoint through, in slices between which the store goes on. */
export function* finishCheckpoint(parts: CheckpointParts, start: CheckpointStart): Job<void> {
  const { pager, pages, writer, logs, state } = parts
  // One that is clean was written by an earlier attempt; it may be another frame's by now.
  yield* writer.write(
    start.dirty.filter((frame) => frame.isDirty),
    'checkpoint',
  )
  const free = new Set(start.space.free)
  const freeNow = new Set(pager.space.state.free)
  const places = pages.places.snapshot((id) => free.has(id) && freeNow.has(id))
  // Without this the checkpoint could name pages that are still in memory only, when their log records are gone.
  yield { kind: 'wait', on: pages.sync }
  const { sequence, timeMs, space } = start
  // Only when this is durable may the logs go: redo would begin with them.
  yield* state.install({ firstLog: start.firstLog, sequence, timeMs, space, places })
  pages.places.installed()
  logs.removeBefore(start.firstLog === 0 ? Number.POSITIVE_INFINITY : start.firstLog)
}
