import { VarveError } from '../errors.ts'
import { absolutePath, isWithin } from '../fs/absolute-path.ts'
import type { DirectoryLock, FileSystem } from '../fs/file-system.ts'
import type { Job } from '../fs/job.ts'
import { JobRun } from '../fs/job-run.ts'
import { lockedError } from '../fs/lock-file.ts'
import { syncParents } from '../fs/sync-parents.ts'
import { parseFileName } from '../manifest/file-names.ts'
import { findAuthority } from './authority.ts'
import { Findings } from './findings.ts'
import { LogCandidates } from './log-candidates.ts'
import { LogSalvage } from './log-salvage.ts'
import { installRuns } from './new-store.ts'
import { type CheckedRepairOptions, checkRepairOptions, type RepairOptions } from './repair-options.ts'
import { type RepairReport, summarize } from './repair-report.ts'
import { SalvagedRuns } from './salvaged-runs.ts'
import { TableCandidates } from './table-candidates.ts'
import { salvageTable } from './table-salvage.ts'

/**
 * Builds a new, complete store in `target` from whatever can be proven of the damaged one in `directory`, which is only
 * read: not even a lock is written there. Of each key the newest version that was found counts. Resolves with a report
 * of what was used and what could not be read. Rejects with LOCKED while a writer holds either, EXISTS where `target`
 * is not empty, NOT_FOUND, INVALID_ARGUMENT, UNSUPPORTED_FORMAT for a store of a newer version, for LevelDB's files and
 * for files of which none is proven to be a store's, ABORTED, NO_SPACE, POISONED or IO; then nothing is left in `target`.
 */
export async function repair(
  directory: string | URL,
  target: string | URL,
  options?: RepairOptions,
): Promise<RepairReport> {
  const checked = checkRepairOptions(options)
  const from = absolutePath(directory)
  const to = absolutePath(target, 'target')
  const { fileSystem, runtime } = checked
  const sinceMs = runtime.monotonic()
  checkPlaces(fileSystem, from, to)
  checkAborted(checked)
  await checkNotHeld(fileSystem, from)
  const made = fileSystem.makeDirectory(to)
  let lock: DirectoryLock | undefined
  let isDone = false
  try {
    lock = await fileSystem.lock(to)
    const findings = new Findings(checked.logger)
    const { memtableBytes, tableBytes, blockBytes, filterBitsPerKey, compression } = checked
    const tables = { blockBytes, filterBitsPerKey, compression }
    const runs = new SalvagedRuns({ fileSystem, directory: to, runtime }, { memtableBytes, tableBytes, tables })
    const { isSound, leastSequence } = await run(checked, collect(checked, from, runs, findings))
    // A writer that came meanwhile has changed what was read.
    await checkNotHeld(fileSystem, from)
    await syncParents(fileSystem, to, made)
    const lastSequence = Math.max(leastSequence, findings.lastSequence)
    const version = await run(checked, installRuns({ fileSystem, directory: to, runtime }, runs, lastSequence))
    isDone = true
    const { sources, unreadable, unreadableBytes, entriesRead, firstSequence } = findings
    const report = {
      complete: isSound && !findings.hasLost,
      mayResurrectDeleted: !isSound || findings.hasLost,
      isManifestSound: isSound,
      sources,
      unreadable,
      unreadableBytes,
      entriesRead,
      ...version,
      firstSequence,
      lastSequence: findings.lastSequence,
      milliseconds: runtime.monotonic() - sinceMs,
    }
    return { ...report, summary: summarize(report) }
  } finally {
    if (!isDone) removeTraces(fileSystem, to, made)
    lock?.release()
  }
}

/** Reads everything that counts into `runs`. */
function* collect(
  options: CheckedRepairOptions,
  directory: string,
  runs: SalvagedRuns,
  findings: Findings,
): Job<{ isSound: boolean; leastSequence: number }> {
  const { fileSystem } = options
  const names = fileSystem.list(directory).sort()
  const authority = findAuthority(fileSystem, directory, names, findings)
  const { state, hints } = authority
  const tables = new TableCandidates(fileSystem, directory, names, authority)
  const logs = new LogCandidates(fileSystem, directory, names, authority)
  const isCurrentProven = findings.sources.some(({ kind, used }) => kind === 'current' && used === 'whole')
  if (!isCurrentProven && !tables.areProven && !logs.areProven) throw notOurs(directory)
  const isSound = state !== undefined && !tables.contradictManifest && !logs.contradictManifest
  let hasAllTables = true
  for (const table of isSound ? tables.named(findings) : tables.all()) {
    checkAborted(options)
    hasAllTables = (yield* salvageTable(fileSystem, directory, table, runs, findings)) && hasAllTables
  }
  if (findings.hasLost) hasAllTables = false
  const flushedThrough = isSound && hasAllTables ? (state.flushedThrough.get(0) ?? 0) : 0
  const salvage = new LogSalvage(fileSystem, directory, runs, findings, flushedThrough)
  for (const log of isSound ? logs.named(findings) : logs.all(findings)) {
    checkAborted(options)
    yield* salvage.take(log, isSound ? state.replayFrom : 0)
  }
  const leastSequence = Math.max(hints.lastSequence, state?.lastSequence ?? 0, state?.clean?.lastSequence ?? 0)
  return { isSound, leastSequence }
}

function run<T>({ fileSystem, runtime }: CheckedRepairOptions, job: Job<T>): Promise<T> {
  return new JobRun(job, { fileSystem, runtime }).finish()
}

function checkPlaces(fileSystem: FileSystem, from: string, to: string): void {
  const status = fileSystem.status(from)
  if (status === undefined) {
    throw new VarveError('NOT_FOUND', `there is nothing at ${from}: check the path of the damaged store`, {
      file: from,
    })
  }
  if (status.kind !== 'directory') throw notADirectory(from)
  if (isWithin(to, from)) {
    const advice = 'nothing is ever written there; choose a directory outside of it'
    throw new VarveError('INVALID_ARGUMENT', `${to} lies within the damaged store: ${advice}`, { file: to })
  }
  if (!fileSystem.list(from).some((name) => parseFileName(name) !== undefined)) {
    throw new VarveError('NOT_FOUND', `no file in ${from} is a store's: check the path`, { file: from })
  }
  const there = fileSystem.status(to)
  if (there !== undefined && there.kind !== 'directory') throw notADirectory(to)
  if (there !== undefined && fileSystem.list(to).length > 0) {
    throw new VarveError('EXISTS', `${to} is not empty: repair builds a new store, in a directory of its own`, {
      file: to,
    })
  }
}

/** Names alone prove nothing: LevelDB has files of such names, too. */
function notOurs(path: string): VarveError {
  const message = `no file in ${path} can be proven to be a varve store's: nothing was written`
  return new VarveError('UNSUPPORTED_FORMAT', message, { file: path })
}

function notADirectory(path: string): VarveError {
  return new VarveError('INVALID_ARGUMENT', `${path} is not a directory: a store needs one of its own`, { file: path })
}

async function checkNotHeld(fileSystem: FileSystem, path: string): Promise<void> {
  const holder = await fileSystem.lockHolder(path)
  if (holder !== undefined) throw lockedError(path, holder)
}

function checkAborted({ signal }: CheckedRepairOptions): void {
  if (signal?.aborted) throw new VarveError('ABORTED', 'the signal ended the repair', { cause: signal.reason })
}

/**
 * Removes what a repair that failed has made, so that the next one may use the same target. What cannot be removed is
 * left.
 */
function removeTraces(fileSystem: FileSystem, directory: string, made: readonly string[]): void {
  try {
    for (const name of fileSystem.list(directory)) {
      if (parseFileName(name) !== undefined) fileSystem.unlinkSync(`${directory}/${name}`)
    }
    for (const each of [...made].reverse()) fileSystem.removeDirectory(each)
  } catch {
    // A target that is not empty is refused by the next repair, which says so.
  }
}
