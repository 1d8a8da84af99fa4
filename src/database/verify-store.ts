import { readBack } from '../compaction/job/read-back.ts'
import { VarveError } from '../errors.ts'
import { type Job, SLICE } from '../fs/job.ts'
import { JobRun } from '../fs/job-run.ts'
import type { VerifyReport } from '../kv-store/kv-store.ts'
import { manifestName, tableName, walName } from '../manifest/file-names.ts'
import { readCurrent, readManifest } from '../manifest/manifest-reader.ts'
import type { TableEntry } from '../manifest/table-entry.ts'
import { Version } from '../manifest/version.ts'
import { Verification } from '../store/verification.ts'
import { orphansOf } from './orphans.ts'
import type { StoreCore } from './store-core.ts'
import { SLICE_BYTES } from './table-work.ts'
import { LogVerification } from './verify-logs.ts'
import { verifyManifest } from './verify-manifest.ts'

/** Reads every file of the store from the disk. Resolves with the report when all is well, else rejects with CORRUPTION, the report on the error. */
export async function verifyStore(core: StoreCore): Promise<VerifyReport> {
  const pinned = core.tree.versions.pin()
  const verification = new Verification()
  try {
    await new JobRun(verifyFiles(core, [...pinned.version.tables()], verification), core.context.driver).finish()
  } finally {
    pinned.release()
  }
  if (verification.report.problems.length > 0 && hasGoneOn(core)) throw overtaken(core.context.directory)
  return verification.finish()
}

/** Whether a writer has gone on with a store that was opened for reading only: the files of what is read may be gone by now, with good reason. */
function hasGoneOn({ context, manifest }: StoreCore): boolean {
  const { fileSystem, directory, options } = context
  if (!options.readOnly) return false
  try {
    const { state } = readManifest(fileSystem, directory, readCurrent(fileSystem, directory))
    return state.reservedThrough > manifest.state.reservedThrough
  } catch {
    return false
  }
}

function overtaken(directory: string): VarveError {
  const what = 'a writer has changed this store since it was opened for reading: open it again, and verify that'
  return new VarveError('CONFLICT', what, { file: directory })
}

function* verifyFiles(core: StoreCore, tables: readonly TableEntry[], verification: Verification): Job<void> {
  const { directory } = core.context
  const { report } = verification
  checkStructure(tables, `${directory}/${manifestName(core.manifest.fileNumber)}`, report)
  for (const table of tables) {
    const path = `${directory}/${tableName(table.number)}`
    const onDamage = (error: VarveError): void => verification.note(error, path)
    yield* checked(verification, path, table.bytes, readBack(core.context, table, SLICE_BYTES, onDamage))
    report.entries += table.entries
  }
  const logs = new LogVerification(core)
  for (const number of core.logs.numbers) {
    // A flush that ended meanwhile has removed it.
    if (!core.logs.numbers.includes(number)) continue
    const path = `${directory}/${walName(number)}`
    yield* checked(verification, path, sizeOf(core, path), logs.verify(number))
  }
  // What is on its way would be in the file, and not yet in memory.
  while (core.manifest.isBusy && core.context.health.poisoned === undefined) yield SLICE
  const manifest = `${directory}/${manifestName(core.manifest.fileNumber)}`
  yield* checked(verification, manifest, sizeOf(core, manifest), verifyManifest(core, manifest))
  report.orphans = orphansOf(core)
}

/** Tables of a run do not overlap, and none is there twice: every reader relies upon that. */
function checkStructure(tables: readonly TableEntry[], file: string, report: VerifyReport): void {
  try {
    Version.of(tables)
  } catch (error) {
    report.problems.push({ file, what: (error as Error).message })
  }
}

/** Runs one check of a file that is read whole. */
function* checked(verification: Verification, file: string, bytes: number, check: Job<void>): Job<void> {
  verification.report.files++
  verification.report.bytes += bytes
  yield* verification.checked(file, check)
}

function sizeOf(core: StoreCore, path: string): number {
  return core.context.fileSystem.status(path)?.size ?? 0
}
