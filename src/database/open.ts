import { DAMAGE_ADVICE, VarveError } from '../errors.ts'
import { absolutePath } from '../fs/absolute-path.ts'
import { CountingFileSystem } from '../fs/counting-file-system.ts'
import type { DirectoryLock, FileSystem } from '../fs/file-system.ts'
import { JobRun } from '../fs/job-run.ts'
import { nodeFileSystem } from '../fs/node-file-system.ts'
import { syncParents } from '../fs/sync-parents.ts'
import type { Encoding, KeyValueStore } from '../kv-store/kv-store.ts'
import { CURRENT, LOCK } from '../manifest/file-names.ts'
import { readCurrent } from '../manifest/manifest-reader.ts'
import { Health } from '../store/health.ts'
import { observedRecovery } from '../store/observed-recovery.ts'
import { LsmStore } from './lsm-store.ts'
import { type CheckedOpenOptions, checkOpenOptions, type OpenOptions } from './options.ts'
import { removeLost } from './quarantine.ts'
import { createStore, loadStore, type RecoveredStore } from './recovery.ts'
import { holdsStore, removableNames } from './store-files.ts'

/**
 * Opens the store in `directory` (a path, or a file: URL), or makes one there. One writer at a time: LOCKED names the one who holds it. Rejects with INVALID_ARGUMENT,
 * NOT_FOUND, EXISTS, LOCKED, CORRUPTION, UNSUPPORTED_FORMAT, NO_SPACE, IO or ABORTED; then nothing is left open, and of a store that was there nothing is
 * changed.
 */
export async function open<E extends Encoding = 'bytes'>(
  directory: string | URL,
  options?: OpenOptions<E>,
): Promise<KeyValueStore<NoInfer<E>>> {
  try {
    return await openStore(directory, options)
  } catch (error) {
    throw withAdvice(error)
  }
}

/** What to do where opening fails is the same whatever is damaged, and whatever could not be written. */
function withAdvice(error: unknown): unknown {
  if (!(error instanceof VarveError)) return error
  const { code, message, file, offset, report, cause } = error
  if (code === 'CORRUPTION')
    return new VarveError(code, `${message}: ${DAMAGE_ADVICE}`, { file, offset, report, cause })
  if (code !== 'NO_SPACE') return error
  return new VarveError(code, `${message} Then open it again; with readOnly it can be read meanwhile.`, { file, cause })
}

async function openStore<E extends Encoding = 'bytes'>(
  directory: string | URL,
  options?: OpenOptions<E>,
): Promise<KeyValueStore<E>> {
  const checked = checkOpenOptions(options)
  const path = absolutePath(directory)
  const fileSystem = new CountingFileSystem(checked.fileSystem ?? nodeFileSystem, checked.runtime)
  const sinceMs = checked.runtime.monotonic()
  checkAborted(checked)
  const names = namesIn(fileSystem, path, checked)
  const made = names === undefined ? fileSystem.makeDirectory(path) : []
  if (names !== undefined) checkExistence(fileSystem, path, names, checked)
  const lock = checked.readOnly ? await checkNotHeld(fileSystem, path) : await fileSystem.lock(path)
  const health = new Health()
  if (checked.readOnly) health.makeReadOnly()
  let store: LsmStore<E> | undefined
  try {
    checkAborted(checked)
    const recovered = await observedRecovery({ directory: path, engine: 'lsm' }, checked, () =>
      recover(fileSystem, path, made, checked, health),
    )
    recovered.report.downgrades = [...fileSystem.downgrades]
    recovered.report.milliseconds = checked.runtime.monotonic() - sinceMs
    store = new LsmStore<E>(recovered, lock)
    if (checked.readOnly) {
      store.openAllTables()
      // A writer that came meanwhile may have removed what was not open yet.
      await checkNotHeld(fileSystem, path)
    }
    checkAborted(checked)
    return store
  } catch (error) {
    if (store !== undefined) await store.close().catch(() => {})
    lock?.release()
    // What a reader found damaged may be what a writer was just changing.
    if (checked.readOnly) await checkNotHeld(fileSystem, path)
    throw error
  }
}

/**
 * Removes the store in `directory`, and the directory if nothing else is in it. A directory that is missing is fine, and
 * so is one without any file of a store's name: nothing is removed. Rejects with LOCKED while it is open, and with
 * INVALID_ARGUMENT where files have the names of a store's, and nothing proves that they are.
 */
export async function destroy(directory: string | URL, options: { fileSystem?: FileSystem } = {}): Promise<void> {
  const fileSystem = options.fileSystem ?? nodeFileSystem
  const path = absolutePath(directory)
  const status = fileSystem.status(path)
  if (status === undefined) return
  if (status.kind !== 'directory') throw notADirectory(path)
  removableNames(fileSystem, path)
  const lock = await fileSystem.lock(path)
  try {
    const names = removableNames(fileSystem, path)
    // Where there is nothing else of a store, a directory of this name is somebody else's.
    if (names.some((name) => name !== LOCK)) removeLost(fileSystem, path)
    for (const name of names) {
      fileSystem.unlinkSync(`${path}/${name}`)
      if (name === CURRENT) await fileSystem.syncDirectory(path)
    }
    if (fileSystem.list(path).length === 0) fileSystem.removeDirectory(path)
  } finally {
    lock.release()
  }
}

/** The names in the directory; undefined where it is missing and may be made. */
function namesIn(fileSystem: FileSystem, path: string, options: CheckedOpenOptions): string[] | undefined {
  const status = fileSystem.status(path)
  if (status === undefined) {
    if (options.createIfMissing && !options.readOnly) return undefined
    throw notFound(path)
  }
  if (status.kind !== 'directory') throw notADirectory(path)
  return fileSystem.list(path)
}

function notFound(path: string): VarveError {
  const advice = 'check the path, or open it with createIfMissing and without readOnly'
  return new VarveError('NOT_FOUND', `the store at ${path} does not exist: ${advice}`, { file: path })
}

function existsAlready(path: string): VarveError {
  const advice = 'open it without errorIfExists, or choose another directory'
  return new VarveError('EXISTS', `a store exists at ${path} already: ${advice}`, { file: path })
}

function notADirectory(path: string): VarveError {
  return new VarveError('INVALID_ARGUMENT', `${path} is not a directory: a store needs one of its own`, { file: path })
}

/** Refuses before anything is written, the lock file included. */
function checkExistence(
  fileSystem: FileSystem,
  path: string,
  names: readonly string[],
  options: CheckedOpenOptions,
): void {
  const exists = holdsStore(fileSystem, path, names)
  // Other databases have a CURRENT, too: of theirs, not even the lock file may be written.
  if (exists) readCurrent(fileSystem, path)
  if (exists && options.errorIfExists) throw existsAlready(path)
  if (!exists && (options.readOnly || !options.createIfMissing)) {
    throw notFound(path)
  }
}

async function checkNotHeld(fileSystem: FileSystem, path: string): Promise<DirectoryLock | undefined> {
  const holder = await fileSystem.lockHolder(path)
  if (holder === undefined) return undefined
  throw new VarveError(
    'LOCKED',
    `${path} is being written by process ${holder.pid} on ${holder.host}: close it there, then open it with readOnly`,
    { file: path },
  )
}

async function recover(
  fileSystem: CountingFileSystem,
  path: string,
  made: readonly string[],
  options: CheckedOpenOptions,
  health: Health,
): Promise<RecoveredStore> {
  // Listed again: until the lock was held, another opener may have been at work.
  const names = fileSystem.list(path)
  const exists = holdsStore(fileSystem, path, names)
  if (exists && options.errorIfExists) throw existsAlready(path)
  if (!exists) await syncNewDirectory(fileSystem, path, made)
  const job = exists
    ? loadStore(fileSystem, path, names, options, health)
    : createStore(fileSystem, path, names, options, health)
  const { runtime } = options
  return new JobRun(job, { fileSystem, runtime }).finish()
}

/**
 * Makes the names of what this opening made durable. Where that fails it goes again: the names may be marked clean and
 * yet not be on the disk, so that a later opening would sync them in vain and lose the store with its directory.
 */
async function syncNewDirectory(fileSystem: FileSystem, path: string, made: readonly string[]): Promise<void> {
  try {
    await syncParents(fileSystem, path, made)
  } catch (error) {
    removeMade(fileSystem, path, made)
    throw error
  }
}

function removeMade(fileSystem: FileSystem, path: string, made: readonly string[]): void {
  try {
    if (made.includes(path))
      for (const name of removableNames(fileSystem, path)) fileSystem.unlinkSync(`${path}/${name}`)
    for (const directory of made.toReversed()) fileSystem.removeDirectory(directory)
  } catch {
    // Something else is in there by now, or the disk refuses that, too.
  }
}

function checkAborted({ signal }: CheckedOpenOptions): void {
  if (signal?.aborted) throw new VarveError('ABORTED', 'the signal ended the opening', { cause: signal.reason })
}
