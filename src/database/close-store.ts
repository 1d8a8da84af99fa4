import { VarveError } from '../errors.ts'
import type { Job } from '../fs/job.ts'
import { JobRun } from '../fs/job-run.ts'
import type { StoreCore } from './store-core.ts'

/**
 * Carries out what was called before the close, makes it durable, seals the log, tells the manifest that the life ended well, and frees everything. A
 * poisoned store writes nothing, frees everything and rejects with POISONED.
 */
export async function closeStore(core: StoreCore): Promise<void> {
  const { health, driver } = core.context
  try {
    if (!core.queue.isIdle && health.backgroundRefusal() === undefined)
      await core.queue.run(() => new JobRun(nothing(), driver))
    await core.background.close()
    core.work.rejectRequests(new VarveError('ABORTED', 'the store was closed'))
    core.writes.stop()
    if (health.poisoned !== undefined) throw health.poisoned
    if (core.logs.hasBegun) await new JobRun(endLife(core), driver).finish()
  } finally {
    core.queue.failAll(new VarveError('CLOSED', 'the store was closed before this write could be made'))
    core.logs.close()
    core.manifest.close()
    core.tables.close()
  }
}

function* endLife(core: StoreCore): Job<void> {
  if (core.queue.isIdle || core.context.health.suspended === undefined) return yield* core.logs.seal()
  // Writes of durability 'none' wait for space that did not come: the next opening finds a life without an end, and reports what it drops.
  throw core.context.health.suspended
}

/** Takes its place in the queue: when it ends, so has everything before it. */
function* nothing(): Job<void> {}
