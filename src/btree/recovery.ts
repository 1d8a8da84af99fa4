import { corruption, VarveError } from '../errors.ts'
import type { CountingFileSystem } from '../fs/counting-file-system.ts'
import type { Job } from '../fs/job.ts'
import type { RecoveryReport } from '../kv-store/recovery-report.ts'
import type { Health } from '../store/health.ts'
import { createContext } from '../store/store-context.ts'
import { DATABASE_ID_BYTES } from '../wal/format.ts'
import type { BTreeContext } from './btree-context.ts'
import { emptyPagerCounts, type PagerCounts } from './btree-counts.ts'
import { readCheckpoint } from './checkpoint-file.ts'
import { type CheckpointParts, finishCheckpoint, startAt } from './checkpoint-job.ts'
import type { CheckpointRecord } from './checkpoint-record.ts'
import { CheckpointState } from './checkpoint-state.ts'
import { DoubleWriteFile, savedPages } from './double-write.ts'
import { CHECKPOINT, logName, logNumbers, NEXT_CHECKPOINT, PAGES } from './file-names.ts'
import { copyLog } from './log-copy.ts'
import { type RecoveredLogs, recoverLogs } from './log-recovery.ts'
import { type CheckedBTreeOptions, DEFAULT_PAGE_BYTES, DEFAULT_PROTECTION } from './options.ts'
import { pageId } from './page/format.ts'
import { PageCache } from './page-cache.ts'
import { PageFile } from './page-file.ts'
import { FixedPlaces, ShadowPlaces } from './page-places.ts'
import { PageSpace } from './page-space.ts'
import { PageWriter } from './page-writer.ts'
import { Pager } from './pager.ts'
import { Redo } from './redo.ts'
import { TreeLogs } from './tree-logs.ts'

/** What opening has found or made, for the store to live on. */
export interface RecoveredTree extends CheckpointParts {
  readonly context: BTreeContext
  readonly doubleWrite: DoubleWriteFile | undefined
  readonly report: RecoveryReport
}

/** Makes a store in a directory that holds none: it is there once its first checkpoint is. `fill` makes the first pages. */
export function* createStore(
  fileSystem: CountingFileSystem,
  directory: string,
  names: readonly string[],
  options: CheckedBTreeOptions,
  health: Health,
  fill: (pager: Pager) => void,
): Job<RecoveredTree> {
  const record: CheckpointRecord = {
    databaseId: options.runtime.random(new Uint8Array(DATABASE_ID_BYTES)),
    pageBytes: options.pageBytes ?? DEFAULT_PAGE_BYTES,
    protection: options.tornPageProtection ?? DEFAULT_PROTECTION,
    epoch: 0,
    firstLog: 0,
    sequence: 0,
    timeMs: 0,
    space: { pageCount: 0, free: [] },
    places: undefined,
  }
  const filesRemoved = removeAll(fileSystem, directory, names)
  const context = createContext('btree', directory, record.databaseId, fileSystem, options, health)
  const tree = assemble(context, record, 'create', { sequence: 0, timeMs: 0, numbers: [], nextNumber: 1 })
  try {
    tree.pager.begin(0, 1)
    fill(tree.pager)
    tree.pager.commit()
    tree.pager.versions.publish(0)
    Object.assign(tree.pager.counts, emptyPagerCounts())
    // Without this the first checkpoint could be there without the file that it is about.
    yield { kind: 'sync-directory', directory }
    yield* finishCheckpoint(tree, startAt(tree, 0))
  } catch (error) {
    closeFiles(tree)
    throw error
  }
  const report = { ...emptyReport(context, record), created: true, clean: true, filesRemoved }
  return { ...tree, context, report }
}

/**
 * Opens the store of a directory. Nothing is written for one whose last life ended well, nor where `readOnly`.
 * Otherwise what the logs hold is redone and made durable by a checkpoint before anything else is written.
 */
export function* loadStore(
  fileSystem: CountingFileSystem,
  directory: string,
  names: readonly string[],
  options: CheckedBTreeOptions,
  health: Health,
): Job<RecoveredTree> {
  const record = readCheckpoint(fileSystem, directory)
  checkOptionsOf(record, options, directory)
  if (!names.includes(PAGES)) throw corruption('the file of pages is missing', `${directory}/${PAGES}`)
  const context = createContext('btree', directory, record.databaseId, fileSystem, options, health)
  const logs = recoverLogs(fileSystem, directory, names, record)
  const known = logNumbers(names)
  const tree = assemble(context, record, options.readOnly ? 'read' : 'write', {
    sequence: logs.lastSequence,
    timeMs: logs.groups.at(-1)?.timeMs ?? record.timeMs,
    numbers: known,
    nextNumber: (known.at(-1) ?? record.firstLog) + 1,
  })
  try {
    const report = reportOf(context, record, logs)
    if (report.droppedReason !== undefined) {
      context.logger.warn(`opening ${directory} dropped ${report.droppedBytes} bytes: ${report.droppedReason}`)
    }
    if (record.firstLog !== 0) yield* recover(context, tree, logs)
    Object.assign(report, { filesRemoved: known.filter((number) => !tree.logs.numbers.includes(number)).map(logName) })
    return { ...tree, context, report }
  } catch (error) {
    closeFiles(tree)
    throw error
  }
}

/** Redoes the logs of a life that was cut short, and makes what came of it durable. */
function* recover(context: BTreeContext, tree: Assembled, logs: RecoveredLogs): Job<void> {
  const { pager, pages, state } = tree
  const { fileSystem, directory, options } = context
  const saved = state.record.protection === 'double-write' ? savedPages(fileSystem, directory, pages) : []
  if (saved.length > 0 && !options.readOnly) {
    for (const page of saved) pages.write(page, [pageId(page)], pageId(page))
    // Without this the checkpoint below could overwrite the copies of pages that are still torn in their places.
    yield { kind: 'wait', on: pages.sync }
  }
  const redo = new Redo(pages, pager.cache, pager.space)
  if (options.readOnly) redo.preload(saved)
  for (const { bytes, stepsStart, end, lastSequence, path } of logs.groups) {
    redo.apply(bytes, stepsStart, end, lastSequence, path)
  }
  if (options.readOnly) return
  const isInPlace = state.record.protection !== 'copy-on-write'
  if (isInPlace && logs.groups.length > 0) yield* copyLog(context, tree, logs.groups)
  pager.counts.checkpoints.recovery++
  yield* finishCheckpoint(tree, startAt(tree, 0))
}

type Assembled = CheckpointParts & { readonly doubleWrite: DoubleWriteFile | undefined }

interface LogState {
  readonly sequence: number
  readonly timeMs: number
  readonly numbers: readonly number[]
  readonly nextNumber: number
}

function assemble(
  context: BTreeContext,
  record: CheckpointRecord,
  mode: 'create' | 'read' | 'write',
  { sequence, timeMs, numbers, nextNumber }: LogState,
): Assembled {
  const { fileSystem, directory, databaseId, options } = context
  const { pageBytes, protection } = record
  const places = protection === 'copy-on-write' ? new ShadowPlaces(record.places ?? []) : new FixedPlaces()
  const pages = new PageFile(fileSystem, directory, mode, pageBytes, databaseId, places)
  const counts: PagerCounts = emptyPagerCounts()
  const cache = new PageCache(Math.max(8, Math.floor(options.cacheBytes / pageBytes)))
  const space = new PageSpace(record.space)
  const pager = new Pager(pages, cache, space, counts, protection === 'full-page-images', sequence)
  const logs = new TreeLogs(context, counts, numbers, nextNumber, sequence, timeMs)
  const copies = protection === 'double-write' && mode !== 'read'
  const doubleWrite = copies ? openCopies(fileSystem, directory, pages) : undefined
  const writer = new PageWriter(pages, cache, logs, doubleWrite, counts)
  const state = new CheckpointState(context, counts, record)
  return { pager, pages, writer, logs, state, doubleWrite }
}

function openCopies(fileSystem: CountingFileSystem, directory: string, pages: PageFile): DoubleWriteFile {
  try {
    return new DoubleWriteFile(fileSystem, directory, pages)
  } catch (error) {
    pages.close()
    throw error
  }
}

export function closeFiles({ pages, logs, doubleWrite }: Assembled): void {
  logs.close()
  pages.close()
  doubleWrite?.close()
}

/** What was fixed when the store was made cannot be chosen again; what was not given is what it is. */
function checkOptionsOf(record: CheckpointRecord, options: CheckedBTreeOptions, directory: string): void {
  const { pageBytes, tornPageProtection } = options
  const given = [pageBytes ?? record.pageBytes, tornPageProtection ?? record.protection]
  if (given[0] === record.pageBytes && given[1] === record.protection) return
  const message =
    `the store was made with pageBytes ${record.pageBytes} and tornPageProtection '${record.protection}': ` +
    'open it with these, or leave them out'
  throw new VarveError('INVALID_ARGUMENT', message, { file: directory })
}

/** What a creation that was cut short left behind. */
function removeAll(fileSystem: CountingFileSystem, directory: string, names: readonly string[]): string[] {
  const removed = names.filter((name) => name === PAGES || name === NEXT_CHECKPOINT)
  for (const name of removed) fileSystem.unlinkSync(`${directory}/${name}`)
  return removed
}

function emptyReport(context: BTreeContext, record: CheckpointRecord): RecoveryReport {
  return {
    created: false,
    clean: false,
    databaseId: Buffer.from(context.databaseId).toString('hex'),
    epoch: record.epoch,
    logs: [],
    groupsReplayed: 0,
    operationsReplayed: 0,
    firstSequence: 0,
    lastSequence: record.sequence,
    droppedBytes: 0,
    droppedReason: undefined,
    manifestDroppedBytes: 0,
    tablesFlushed: 0,
    quarantined: [],
    filesRemoved: [],
    downgrades: [...context.fileSystem.downgrades],
    milliseconds: 0,
  }
}

function reportOf(context: BTreeContext, record: CheckpointRecord, logs: RecoveredLogs): RecoveryReport {
  return {
    ...emptyReport(context, record),
    clean: record.firstLog === 0,
    logs: [...logs.numbers],
    groupsReplayed: logs.groups.length,
    operationsReplayed: logs.lastSequence - record.sequence,
    firstSequence: logs.groups[0]?.firstSequence ?? 0,
    lastSequence: logs.lastSequence,
    droppedBytes: logs.droppedBytes,
    droppedReason: logs.droppedReason,
  }
}

/** Whether the directory holds a B-tree. */
export function holdsTree(names: readonly string[]): boolean {
  return names.includes(CHECKPOINT)
}
