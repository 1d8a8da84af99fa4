import { readBack } from '../compaction/job/read-back.ts'
import { VarveError } from '../errors.ts'
import { type Job, SLICE } from '../fs/job.ts'
import { JobRun } from '../fs/job-run.ts'
import type { VerifyReport } from '../kv-store/kv-store.ts'
import { manifestName, tableName, walName } from '../manifest/file-names.ts'
import type { TableEntry } from '../manifest/table-entry.ts'
import { Version } from '../manifest/version.ts'
import { orphansOf } from './orphans.ts'
import type { StoreCore } from './store-core.ts'
import { SLICE_BYTES } from './table-work.ts'
import { LogVerification } from './verify-logs.ts'
import { verifyManifest } from './verify-manifest.ts'

/** Reads every file of the store from the disk. Resolves with the report when all is well, else rejects with CORRUPTION, the report on the error. */
export async function verifyStore(core: StoreCore): Promise<VerifyReport> {
  const pinned = core.tree.versions.pin()
  const report: VerifyReport = { files: 0, bytes: 0, entries: 0, orphans: [], problems: [] }
  try {
    await new JobRun(verifyFiles(core, [...pinned.version.tables()], report), core.context.driver).finish()
  } finally {
    pinned.release()
  }
  const { problems } = report
  if (problems.length === 0) return report
  const [first] = problems
  throw new VarveError(
    'CORRUPTION',
    `${problems.length === 1 ? 'a problem was' : `${problems.length} problems were`} found: ${first!.what}`,
    {
      file: first!.file,
      offset: first!.offset,
      report,
    },
  )
}

function* verifyFiles(core: StoreCore, tables: readonly TableEntry[], report: VerifyReport): Job<void> {
  const { directory } = core.context
  checkStructure(tables, `${directory}/${manifestName(core.manifest.fileNumber)}`, report)
  for (const table of tables) {
    const path = `${directory}/${tableName(table.number)}`
    yield* checked(report, path, table.bytes, readBack(core.context, table, SLICE_BYTES))
    report.entries += table.entries
  }
  const logs = new LogVerification(core)
  for (const number of core.logs.numbers) {
    // A flush that ended meanwhile has removed it.
    if (!core.logs.numbers.includes(number)) continue
    const path = `${directory}/${walName(number)}`
    yield* checked(report, path, sizeOf(core, path), logs.verify(number))
  }
  // What is on its way would be in the file, and not yet in memory.
  while (core.manifest.isBusy && core.context.health.poisoned === undefined) yield SLICE
  const manifest = `${directory}/${manifestName(core.manifest.fileNumber)}`
  yield* checked(report, manifest, sizeOf(core, manifest), verifyManifest(core, manifest))
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

/** Runs one check and notes its problem. Other errors than damage, such as IO, end the verification. */
function* checked(report: VerifyReport, file: string, bytes: number, check: Job<void>): Job<void> {
  report.files++
  report.bytes += bytes
  try {
    yield* check
  } catch (error) {
    if (!(error instanceof VarveError)) throw error
    if (error.code !== 'CORRUPTION' && error.code !== 'NOT_FOUND' && error.code !== 'UNSUPPORTED_FORMAT') throw error
    report.problems.push({ file: error.file ?? file, offset: error.offset, what: error.message })
  }
}

function sizeOf(core: StoreCore, path: string): number {
  return core.context.fileSystem.status(path)?.size ?? 0
}
