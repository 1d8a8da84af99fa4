import { VarveError } from '../errors.ts'
import type { Bounds } from '../kv-store/scan-cursor.ts'
import type { StoreCore } from './store-core.ts'

/** Flushes, then merges all that the range touches into the deepest level. */
export async function compactRange(core: StoreCore, bounds: Bounds, signal: AbortSignal | undefined): Promise<void> {
  checkAborted(signal)
  await core.flush()
  checkAborted(signal)
  const request = core.work.requestRange(bounds.lower, bounds.upper)
  core.background.wake()
  // The space is free again, too, when it resolves.
  const done = core.background.keepAliveFor(request.done).then(() => core.context.removal.settle())
  if (signal === undefined) return done
  const abort = (): void => {
    core.work.requests.cancel(request, abortedBy(signal))
    if (request.isRunning) core.background.abandonMerge()
    core.background.wake()
  }
  signal.addEventListener('abort', abort, { once: true })
  try {
    await done
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

function checkAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw abortedBy(signal)
}

function abortedBy(signal: AbortSignal): VarveError {
  return new VarveError('ABORTED', 'the signal ended the compaction; what it had finished stays', {
    cause: signal.reason,
  })
}
