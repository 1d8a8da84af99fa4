import { VarveError } from '../errors.ts'
import type { Job } from '../fs/job.ts'
import { JobRun } from '../fs/job-run.ts'
import type { BTreeCore } from './btree-core.ts'
import { finishCheckpoint, startAt } from './checkpoint-job.ts'
import { closeFiles } from './recovery.ts'

/**
 * Carries out what was called before the close, brings it into the pages, says so in a last checkpoint that needs no
 * log, and frees everything. A poisoned store writes nothing, frees everything and rejects with POISONED.
 */
export async function closeBTree(core: BTreeCore): Promise<void> {
  const { health, driver } = core.context
  try {
    core.checkpointer.stop()
    const job = (): JobRun => new JobRun(endLife(core), driver)
    // In the queue, behind everything that was called before, and beside nothing else that writes.
    if (health.backgroundRefusal() === undefined) await core.queue.run(job)
    else if (health.poisoned === undefined) await job().finish()
    if (health.poisoned !== undefined) throw health.poisoned
  } finally {
    core.writes.stop()
    core.checkpointer.abandon()
    core.queue.failAll(new VarveError('CLOSED', 'the store was closed before this write could be made'))
    closeFiles(core.parts)
    // The next opener takes what it finds for left over.
    await core.context.removal.settle()
  }
}

function* endLife(core: BTreeCore): Job<void> {
  const { health } = core.context
  const { suspended } = health
  core.writes.stop()
  if (!core.parts.logs.hasBegun) return
  try {
    if (suspended === undefined) {
      yield* core.checkpointer.settle()
      core.parts.pager.counts.checkpoints.close++
      return yield* finishCheckpoint(core.parts, startAt(core.parts, 0))
    }
  } catch (error) {
    if (error instanceof VarveError && error.code === 'POISONED') throw error
    // What is in the logs stays there, for an opening that finds a life without an end.
    yield { kind: 'wait', on: core.parts.logs }
    throw error
  }
  yield { kind: 'wait', on: core.parts.logs }
  throw suspended
}
