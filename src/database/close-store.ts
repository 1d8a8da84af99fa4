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
  let failure: { readonly error: unknown } | undefined
  try {
    try {
      if (health.backgroundRefusal() === undefined) await settle(core)
    } catch (error) {
      failure = { error }
    }
    await core.background.close()
    await core.manifest.settle()
    core.work.requests.cancelAll(new VarveError('ABORTED', 'the store was closed'))
    core.writes.stop()
    core.work.stop()
    if (health.poisoned !== undefined) throw health.poisoned
    if (core.logs.hasBegun) await new JobRun(endLife(core, failure?.error), driver).finish()
  } finally {
    core.queue.failAll(new VarveError('CLOSED', 'the store was closed before this write could be made'))
    await core.logs.close()
    core.manifest.close()
    core.tables.close()
    core.tree.close()
    // The next opener takes what it finds for left over.
    await core.context.removal.settle()
  }
}

/** Carries out what was called, until all content that is in no table lies in one log: the manifest names that one. */
async function settle(core: StoreCore): Promise<void> {
  if (!core.queue.isIdle) await core.queue.run(() => new JobRun(nothing(), core.context.driver))
  if (core.tree.immutable !== undefined || core.writes.spansLogs) await core.flush()
}

/** Takes its place in the queue: when it ends, so has everything before it. */
function* nothing(): Job<void> {}

function* endLife(core: StoreCore, failure: unknown): Job<void> {
  const error = failure ?? core.context.health.suspended
  if (error === undefined) return yield* core.logs.seal()
  // What is in the logs stays there, for an opening that finds a life without an end. Writes of durability 'none' may still have been queued.
  yield { kind: 'wait', on: core.logs.all }
  throw error
}
