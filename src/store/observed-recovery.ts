import type { RecoveryReport } from '../kv-store/recovery-report.ts'
import { Activity } from '../observe/activity.ts'
import type { RecoveryResult, StoreEvent } from '../observe/store-events.ts'
import type { Runtime } from '../runtime.ts'

/** Tells of a recovery, which comes before there is a store that could. */
export async function observedRecovery<Recovered extends { readonly report: RecoveryReport }>(
  store: StoreEvent,
  { runtime, readOnly }: { readonly runtime: Runtime; readonly readOnly: boolean },
  recover: () => Promise<Recovered>,
): Promise<Recovered> {
  const owner = { store, clock: runtime }
  const recovery = new Activity<RecoveryResult>('varve:recovery', owner, 0, undefined, () => ({ readOnly }))
  try {
    const recovered = await recover()
    recovery.done(() => resultOf(recovered.report))
    return recovered
  } catch (error) {
    recovery.failed(error)
    throw error
  }
}

function resultOf(report: RecoveryReport): RecoveryResult {
  const { created, clean, epoch, groupsReplayed, operationsReplayed, droppedBytes, droppedReason, tablesFlushed } =
    report
  return { created, clean, epoch, groupsReplayed, operationsReplayed, droppedBytes, droppedReason, tablesFlushed }
}
