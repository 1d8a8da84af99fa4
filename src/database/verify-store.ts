import { readBack } from '../compaction/job/read-back.ts'
import { VarveError } from '../errors.ts'
import type { Job } from '../fs/job.ts'
import { JobRun } from '../fs/job-run.ts'
import type { VerifyReport } from '../kv-store/kv-store.ts'
import { manifestName, tableName, walName } from '../manifest/file-names.ts'
import { loadManifest } from '../manifest/manifest-reader.ts'
import type { TableEntry } from '../manifest/table-entry.ts'
import { LogReader } from '../wal/log-reader.ts'
import type { StoreCore } from './store-core.ts'
import { SLICE_BYTES } from './table-work.ts'

/** Reads every file of the store from the disk. Resolves with the report when all is well, else rejects with CORRUPTION, the report on the error. */
export async function verifyStore(core: StoreCore): Promise<VerifyReport> {
  const pinned = core.tree.versions.pin()
  const report: VerifyReport = { files: 0, bytes: 0, entries: 0, problems: [] }
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
  for (const table of tables) {
    const path = `${directory}/${tableName(table.number)}`
    yield* checked(report, path, table.bytes, readBack(core.context, table, SLICE_BYTES))
    report.entries += table.entries
  }
  for (const number of core.logs.numbers) {
    const path = `${directory}/${walName(number)}`
    yield* checked(report, path, sizeOf(core, path), verifyLog(core, path, core.logs.tornFrom(number)))
  }
  const manifest = `${directory}/${manifestName(core.manifest.fileNumber)}`
  yield* checked(report, manifest, sizeOf(core, manifest), verifyManifest(core, manifest))
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

/** `tornFrom`: what a failed append of this life has left is known, and goes before anything else is written. */
function* verifyLog(core: StoreCore, path: string, tornFrom: number | undefined): Job<void> {
  const reader = LogReader.open(core.context.fileSystem, path)
  while (reader.next() !== undefined);
  if (!reader.atEnd && reader.position !== tornFrom && !isReportedTail(core, reader)) {
    throw new VarveError('CORRUPTION', 'a record of the log is damaged', { file: path, offset: reader.position })
  }
  yield { kind: 'slice' }
}

function* verifyManifest(core: StoreCore, path: string): Job<void> {
  const { droppedBytes, length } = loadManifest(core.context.fileSystem, core.context.directory)
  if (droppedBytes > core.report.manifestDroppedBytes && length !== core.manifest.tornFrom) {
    throw new VarveError('CORRUPTION', 'a record of the manifest is damaged', { file: path, offset: length })
  }
  yield { kind: 'slice' }
}

/** Opening without the right to write leaves a torn tail where it is, and has reported it. */
function isReportedTail(core: StoreCore, reader: LogReader): boolean {
  return core.report.droppedBytes > 0 && core.context.options.readOnly && reader.proofOfLoss() === undefined
}

function sizeOf(core: StoreCore, path: string): number {
  return core.context.fileSystem.status(path)?.size ?? 0
}
