import type { MemoryDirectory } from '../fs/memory-directory.ts'
import { simulatedError } from '../fs/system-error.ts'
import type { PageFate } from './disk-profile.ts'
import type { Fault } from './fault-plan.ts'

/** Syncs the names of a directory, or fails to; the error may be that of an earlier sync. */
export function syncNames(
  directory: MemoryDirectory,
  path: string,
  fault: Fault | undefined,
  fateOf: (fault: Fault) => PageFate,
): void {
  let error = directory.lateError
  directory.lateError = undefined
  if (fault === undefined || 'shortBytes' in fault) directory.sync()
  else {
    const fate = fateOf(fault)
    if (fate === 'reverted') directory.revert()
    else if (fate !== 'kept') directory.abandon()
    if (fate === 'late') directory.lateError = fault.error
    else error ??= fault.error
  }
  if (error !== undefined) throw simulatedError('sync directory', path, error)
}
