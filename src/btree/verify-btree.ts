import { VarveError } from '../errors.ts'
import { type Job, SLICE } from '../fs/job.ts'
import { JobRun } from '../fs/job-run.ts'
import type { VerifyReport } from '../kv-store/kv-store.ts'
import { LogReader } from '../wal/log-reader.ts'
import { type BTreeCore, ROOT } from './btree-core.ts'
import { readCheckpoint } from './checkpoint-file.ts'
import { CHECKPOINT, logName } from './file-names.ts'
import { checkHeap } from './heap/heap-check.ts'
import { lastHeapPage } from './heap/heap-table.ts'
import { checkTree } from './tree/tree-check.ts'

const PAGES_PER_SLICE = 64

/**
 * Reads every page from the disk that has its newest bytes there, every log, and the checkpoint, and walks the tree.
 * Resolves with the report when all is well, else rejects with CORRUPTION, the report on the error.
 */
export async function verifyBTree(core: BTreeCore): Promise<VerifyReport> {
  const report: VerifyReport = { files: 0, bytes: 0, entries: 0, orphans: [], problems: [] }
  const job = (): JobRun => new JobRun(verifyFiles(core, report), core.context.driver)
  // In its place in the commit path, so that nothing changes meanwhile; a store that may not write has nothing on its way.
  if (core.context.health.backgroundRefusal() === undefined) await core.queue.run(job)
  else await job().finish()
  const { problems } = report
  const [first] = problems
  if (first === undefined) return report
  const what = problems.length === 1 ? 'a problem was' : `${problems.length} problems were`
  const { file, offset } = first
  throw new VarveError('CORRUPTION', `${what} found: ${first.what}`, { file, offset, report })
}

function* verifyFiles(core: BTreeCore, report: VerifyReport): Job<void> {
  const { directory, fileSystem } = core.context
  const { pages, pager, logs } = core.parts
  yield* checked(report, pages.path, verifyPages(core, report))
  for (const number of [...logs.numbers]) {
    const path = `${directory}/${logName(number)}`
    if (fileSystem.status(path) !== undefined) yield* checked(report, path, verifyLog(core, number, report))
  }
  const checkpoint = `${directory}/${CHECKPOINT}`
  yield* checked(report, checkpoint, verifyCheckpoint(core, report))
  yield* checked(report, pages.path, verifyTree(core, report))
  report.files += pager.pageBytes > 0 ? 2 : 0
}

function* verifyPages(core: BTreeCore, report: VerifyReport): Job<void> {
  const { pages, pager } = core.parts
  const free = new Set(pager.space.state.free)
  for (let id = 0; id < pager.space.pageCount; id++) {
    if (id % PAGES_PER_SLICE === 0) yield SLICE
    if (free.has(id) || pager.cache.peek(id)?.isDirty === true) continue
    pages.read(id)
    report.bytes += pager.pageBytes
  }
}

function* verifyLog(core: BTreeCore, number: number, report: VerifyReport): Job<void> {
  const { directory, fileSystem } = core.context
  // Before it is read: promises are appended meanwhile.
  const expected = core.parts.logs.lengthOf(number)
  const reader = LogReader.open(fileSystem, `${directory}/${logName(number)}`)
  report.files++
  report.bytes += reader.bytes.length
  while (reader.next() !== undefined);
  yield SLICE
  if (expected !== undefined && reader.position < expected) {
    throw new VarveError('CORRUPTION', `a record of the log is damaged at byte ${reader.position}`, {
      file: reader.path,
      offset: reader.position,
    })
  }
}

function* verifyCheckpoint(core: BTreeCore, report: VerifyReport): Job<void> {
  const { directory, fileSystem } = core.context
  readCheckpoint(fileSystem, directory)
  report.bytes += fileSystem.status(`${directory}/${CHECKPOINT}`)?.size ?? 0
  yield SLICE
}

function* verifyTree(core: BTreeCore, report: VerifyReport): Job<void> {
  yield SLICE
  const view = core.parts.pager.view(core.writes.published)
  report.entries = checkTree(view, ROOT).entries
  if (lastHeapPage(view) === 0) return
  yield SLICE
  checkHeap(view, ROOT)
}

/** Runs one check and notes its problem. Other errors than damage, such as IO, end the verification. */
function* checked(report: VerifyReport, file: string, check: Job<void>): Job<void> {
  try {
    yield* check
  } catch (error) {
    const codes = ['CORRUPTION', 'NOT_FOUND', 'UNSUPPORTED_FORMAT']
    if (!(error instanceof VarveError) || !codes.includes(error.code)) throw error
    report.problems.push({ file: error.file ?? file, offset: error.offset, what: error.message })
  }
}
