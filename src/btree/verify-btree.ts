import { VarveError } from '../errors.ts'
import { type Job, SLICE } from '../fs/job.ts'
import { JobRun } from '../fs/job-run.ts'
import type { VerifyReport } from '../kv-store/kv-store.ts'
import { Verification } from '../store/verification.ts'
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
  const verification = new Verification()
  const job = (): JobRun => new JobRun(verifyFiles(core, verification), core.context.driver)
  // In its place in the commit path, so that nothing changes meanwhile; a store that may not write has nothing on its way.
  if (core.context.health.backgroundRefusal() === undefined) await core.queue.run(job)
  else await job().finish()
  return verification.finish()
}

function* verifyFiles(core: BTreeCore, verification: Verification): Job<void> {
  const { directory, fileSystem } = core.context
  const { pages, pager, logs } = core.parts
  const { report } = verification
  const notes = new PageNotes(verification, pages.path)
  yield* verifyPages(core, report, notes)
  for (const number of [...logs.numbers]) {
    const path = `${directory}/${logName(number)}`
    if (fileSystem.status(path) !== undefined) yield* verification.checked(path, verifyLog(core, number, report))
  }
  const checkpoint = `${directory}/${CHECKPOINT}`
  yield* verification.checked(checkpoint, verifyCheckpoint(core, report))
  yield* verifyTree(core, report, notes)
  report.files += pager.pageBytes > 0 ? 2 : 0
}

/** Problems of pages, each once: a page that cannot be read is met again by whoever walks the tree. */
class PageNotes {
  readonly #verification: Verification
  readonly #file: string
  /** By offset where there is one. */
  readonly #noted = new Set<number | string>()

  constructor(verification: Verification, file: string) {
    this.#verification = verification
    this.#file = file
  }

  readonly note = (error: unknown): void => {
    const identity = error instanceof VarveError ? (error.offset ?? error.message) : ''
    if (this.#noted.has(identity)) return
    this.#verification.note(error, this.#file)
    this.#noted.add(identity)
  }
}

function* verifyPages(core: BTreeCore, report: VerifyReport, notes: PageNotes): Job<void> {
  const { pages, pager } = core.parts
  const free = new Set(pager.space.state.free)
  for (let id = 0; id < pager.space.pageCount; id++) {
    if (id % PAGES_PER_SLICE === 0) yield SLICE
    if (free.has(id) || pager.cache.peek(id)?.isDirty === true) continue
    try {
      pages.read(id)
    } catch (error) {
      notes.note(error)
    }
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

function* verifyTree(core: BTreeCore, report: VerifyReport, { note }: PageNotes): Job<void> {
  yield SLICE
  const view = core.parts.pager.view(core.writes.published)
  try {
    report.entries = checkTree(view, ROOT, new Set(), note).entries
    if (lastHeapPage(view) === 0) return
    yield SLICE
    checkHeap(view, ROOT)
  } catch (error) {
    note(error)
  }
}
