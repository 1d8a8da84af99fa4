import { VarveError } from '../errors.ts'
import type { CountingFileSystem } from '../fs/counting-file-system.ts'
import type { Job } from '../fs/job.ts'
import type { RecoveryReport } from '../kv-store/recovery-report.ts'
import { checkFeatures } from '../manifest/features.ts'
import { manifestName, walName } from '../manifest/file-names.ts'
import { ManifestLog } from '../manifest/manifest-log.ts'
import { type LoadedManifest, loadManifest } from '../manifest/manifest-reader.ts'
import { ManifestState } from '../manifest/manifest-state.ts'
import { Memtable } from '../memtable/memtable.ts'
import { MemtableMemory } from '../memtable/memtable-memory.ts'
import type { Health } from '../store/health.ts'
import { createContext } from '../store/store-context.ts'
import { DATABASE_ID_BYTES } from '../wal/format.ts'
import type { StoreContext } from './context.ts'
import { type RecoveredLogs, recoverClean, recoverUnclean } from './log-recovery.ts'
import { LogReplay } from './log-replay.ts'
import { NUMBERS_RESERVED } from './manifest-keeper.ts'
import type { CheckedOpenOptions } from './options.ts'
import { quarantine } from './quarantine.ts'
import { ReplayedContent } from './replayed-content.ts'
import { checkTables, greatestNumber, removeLeftovers } from './store-files.ts'
import { usesThreads } from './table-builder.ts'
import { DEFAULT_KEYSPACE } from './table-work.ts'

/** What opening has found or made, for the store to live on. */
export interface RecoveredStore {
  readonly context: StoreContext
  readonly manifest: ManifestLog
  /** File numbers from here on are unused. */
  readonly nextNumber: number
  /** Content that is in no table yet; replay would rebuild it from `logs`. */
  readonly memtable: Memtable
  /** Where it lies, and those after it are to lie. */
  readonly memory: MemtableMemory
  readonly logs: readonly number[]
  readonly lastSequence: number
  readonly report: RecoveryReport
}

/** Makes a store in a directory that holds none. It is there once CURRENT names its manifest. */
export function* createStore(
  fileSystem: CountingFileSystem,
  directory: string,
  names: readonly string[],
  options: CheckedOpenOptions,
  health: Health,
): Job<RecoveredStore> {
  const databaseId = options.runtime.random(new Uint8Array(DATABASE_ID_BYTES))
  const context = createContext('lsm', directory, databaseId, fileSystem, options, health)
  const number = greatestNumber(names) + 1
  const strategy = options.compaction.name
  const state = ManifestState.empty.apply({
    features: { read: [], write: [], ignore: [] },
    keyspaces: [{ id: DEFAULT_KEYSPACE, name: 'default', comparator: 'bytes', mergeOperator: '', codec: '', strategy }],
    clean: { number: 0, length: 0, lastSequence: 0 },
    reservedThrough: number + NUMBERS_RESERVED,
  })
  const manifest = yield* ManifestLog.createFresh(context, number, state)
  const filesRemoved = removeLeftovers(fileSystem, directory, names, state, number)
  const report = { ...emptyReport(context), created: true, clean: true, filesRemoved }
  const memory = memoryFor(options)
  const nextNumber = number + 1
  return { context, manifest, nextNumber, memtable: new Memtable(memory), memory, logs: [], lastSequence: 0, report }
}

/**
 * Opens the store of a directory. Nothing is written for one whose last life ended well, nor where `readOnly`. Otherwise what the logs hold goes to
 * tables, is synced and installed by a fresh manifest before anything else is written or removed: pages that a failed sync has marked clean may
 * be read back here and yet not be on the disk.
 */
export function* loadStore(
  fileSystem: CountingFileSystem,
  directory: string,
  names: readonly string[],
  options: CheckedOpenOptions,
  health: Health,
): Job<RecoveredStore> {
  const loaded = loadManifest(fileSystem, directory)
  checkFeatures(loaded.state, options.readOnly)
  if (loaded.droppedBytes > 0 && options.recovery === 'absolute') {
    throw new VarveError('CORRUPTION', "the manifest is torn at its end, and recovery is 'absolute'", {
      file: directory,
    })
  }
  checkTables(fileSystem, directory, loaded.state.version)
  const context = createContext('lsm', directory, loaded.header.databaseId, fileSystem, options, health)
  const isClean = loaded.endedClean
  // Only a manifest whose every byte is known durable may be appended to.
  const keeps = options.readOnly || (isClean && loaded.isPromised && loaded.droppedBytes === 0)
  const nextNumber = Math.max(greatestNumber(names), loaded.state.reservedThrough) + 1
  const flushedThrough = loaded.state.flushedThrough.get(DEFAULT_KEYSPACE) ?? 0
  const memory = memoryFor(options)
  const content = new ReplayedContent(context, memory, flushedThrough, nextNumber, !keeps)
  const replay = new LogReplay(fileSystem, directory, context.databaseId, (operations, first, timeMs) =>
    content.add(operations, first, timeMs),
  )
  const logs = replayLogs(content, () =>
    isClean
      ? recoverClean(replay, loaded.state, names, options.recovery)
      : recoverUnclean(replay, loaded.state, names, directory, options.recovery),
  )
  const report = reportOf(context, loaded, isClean, replay, logs)
  warnOfDropped(context, report)
  if (options.readOnly || (keeps && logs.droppedReason === undefined)) {
    const manifest = ManifestLog.reopen(context, loaded)
    const { memtable } = content
    const { numbers, lastSequence } = logs
    return { context, manifest, nextNumber, memtable, memory, logs: numbers, lastSequence, report }
  }
  content.spill()
  // The first write may be long in coming.
  memory.release()
  const number = content.nextNumber
  const state = loaded.state.apply({
    clean: { number: 0, length: 0, lastSequence: logs.lastSequence },
    // Every log that is there has a smaller number: none is needed any more.
    replayFrom: number,
    reservedThrough: number + NUMBERS_RESERVED,
    lastSequence: logs.lastSequence,
    flushedThrough: [{ keyspace: DEFAULT_KEYSPACE, sequence: logs.lastSequence }],
    added: content.tables,
  })
  const manifest = yield* ManifestLog.createFresh(context, number, state)
  report.tablesFlushed = content.tables.length
  const damaged = logs.droppedFrom.map(walName)
  if (loaded.droppedBytes > 0) damaged.push(manifestName(loaded.header.number))
  try {
    report.quarantined = yield* quarantine(context, loaded.state.epoch, damaged)
  } catch (error) {
    // It is at rest, unless its first promise could not be written.
    manifest.close()
    throw error
  }
  const others = names.filter((name) => !damaged.includes(name))
  report.filesRemoved = removeLeftovers(fileSystem, directory, others, state, number)
  const { memtable } = content
  const { lastSequence } = logs
  return { context, manifest, nextNumber: number + 1, memtable, memory, logs: [], lastSequence, report }
}

/** What will never be flushed lies where V8 counts it. */
function memoryFor(options: CheckedOpenOptions): MemtableMemory {
  return new MemtableMemory(!options.readOnly && usesThreads(options))
}

function warnOfDropped({ logger, directory }: StoreContext, report: RecoveryReport): void {
  const { droppedBytes, droppedReason, manifestDroppedBytes } = report
  if (droppedReason !== undefined) logger.warn(`opening ${directory} dropped ${droppedBytes} bytes: ${droppedReason}`)
  if (manifestDroppedBytes > 0)
    logger.warn(`opening ${directory} dropped ${manifestDroppedBytes} bytes of its manifest`)
}

/** What was spilled before the logs turned out to be damaged goes again. */
function replayLogs(content: ReplayedContent, replay: () => RecoveredLogs): RecoveredLogs {
  try {
    return replay()
  } catch (error) {
    content.discard()
    throw error
  }
}

function emptyReport(context: StoreContext): RecoveryReport {
  return {
    created: false,
    clean: false,
    databaseId: Buffer.from(context.databaseId).toString('hex'),
    epoch: 0,
    logs: [],
    groupsReplayed: 0,
    operationsReplayed: 0,
    firstSequence: 0,
    lastSequence: 0,
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

function reportOf(
  context: StoreContext,
  loaded: LoadedManifest,
  clean: boolean,
  replay: LogReplay,
  logs: RecoveredLogs,
): RecoveryReport {
  return {
    ...emptyReport(context),
    clean,
    epoch: loaded.state.epoch,
    logs: logs.numbers,
    groupsReplayed: replay.groups,
    operationsReplayed: replay.operations,
    firstSequence: replay.firstSequence,
    lastSequence: logs.lastSequence,
    droppedBytes: logs.droppedBytes,
    droppedReason: logs.droppedReason,
    manifestDroppedBytes: loaded.droppedBytes,
  }
}
