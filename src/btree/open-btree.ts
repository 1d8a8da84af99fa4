import { VarveError } from '../errors.ts'
import { absolutePath } from '../fs/absolute-path.ts'
import { CountingFileSystem } from '../fs/counting-file-system.ts'
import type { FileSystem } from '../fs/file-system.ts'
import { JobRun } from '../fs/job-run.ts'
import { nodeFileSystem } from '../fs/node-file-system.ts'
import { syncParents } from '../fs/sync-parents.ts'
import type { Encoding } from '../kv-store/kv-store.ts'
import { Health } from '../store/health.ts'
import { observedRecovery } from '../store/observed-recovery.ts'
import { ROOT } from './btree-core.ts'
import { BTreeStore } from './btree-store.ts'
import { createHeap, lastHeapPage } from './heap/heap-table.ts'
import { checkNew } from './new-directory.ts'
import { type BTreeOptions, type CheckedBTreeOptions, checkBTreeOptions } from './options.ts'
import { PageKind } from './page/format.ts'
import type { Pager } from './pager.ts'
import { closeFiles, createStore, holdsTree, loadStore, type RecoveredTree } from './recovery.ts'
import { createTree } from './tree/tree.ts'

/**
 * Opens the B-tree in `directory`, or makes one there: a KeyValueStore that updates pages in place, to compare the LSM
 * store with. Rejects with INVALID_ARGUMENT, NOT_FOUND, EXISTS, LOCKED, CORRUPTION, UNSUPPORTED_FORMAT, NO_SPACE, IO or
 * ABORTED; then nothing is left open.
 */
export async function openBTree<E extends Encoding = 'bytes'>(
  directory: string | URL,
  options?: BTreeOptions<E>,
): Promise<BTreeStore<NoInfer<E>>> {
  const checked = checkBTreeOptions(options)
  const path = absolutePath(directory)
  const fileSystem = new CountingFileSystem(checked.fileSystem ?? nodeFileSystem, checked.runtime)
  const sinceMs = checked.runtime.monotonic()
  checkAborted(checked)
  const made = prepareDirectory(fileSystem, path, checked)
  if (checked.readOnly) await checkNotHeld(fileSystem, path)
  const lock = checked.readOnly ? undefined : await fileSystem.lock(path)
  const health = new Health()
  if (checked.readOnly) health.makeReadOnly()
  let recovered: RecoveredTree | undefined
  try {
    checkAborted(checked)
    recovered = await observedRecovery({ directory: path, engine: 'btree' }, checked, () =>
      recover(fileSystem, path, made, checked, health),
    )
    recovered.report.milliseconds = checked.runtime.monotonic() - sinceMs
    // A writer that came meanwhile may have changed pages under this opening.
    if (checked.readOnly) await checkNotHeld(fileSystem, path)
    checkAborted(checked)
    checkLayout(recovered, checked)
    return new BTreeStore<E>(recovered, lock)
  } catch (error) {
    if (recovered !== undefined) closeFiles(recovered)
    lock?.release()
    if (checked.readOnly) await checkNotHeld(fileSystem, path)
    throw error
  }
}

/** Refuses before anything is written, the lock file included. Returns the directories made. */
function prepareDirectory(fileSystem: FileSystem, path: string, options: CheckedBTreeOptions): string[] {
  const status = fileSystem.status(path)
  const mayMake = options.createIfMissing && !options.readOnly
  if (status === undefined) {
    if (!mayMake) throw notFound(path)
    return fileSystem.makeDirectory(path)
  }
  if (status.kind !== 'directory') {
    throw new VarveError('INVALID_ARGUMENT', `${path} is not a directory: a store needs one of its own`, { file: path })
  }
  const names = fileSystem.list(path)
  const exists = holdsTree(names)
  if (exists && options.errorIfExists) throw existsAlready(path)
  if (!exists && !mayMake) throw notFound(path)
  if (!exists) checkNew(fileSystem, path, names)
  return []
}

async function recover(
  fileSystem: CountingFileSystem,
  path: string,
  made: readonly string[],
  options: CheckedBTreeOptions,
  health: Health,
): Promise<RecoveredTree> {
  // Listed again: until the lock was held, another opener may have been at work.
  const names = fileSystem.list(path)
  const exists = holdsTree(names)
  if (exists && options.errorIfExists) throw existsAlready(path)
  if (!exists) await syncParents(fileSystem, path, made)
  const job = exists
    ? loadStore(fileSystem, path, names, options, health)
    : createStore(fileSystem, path, names, options, health, (pager) => makeFirstPages(pager, options))
  const { runtime } = options
  return new JobRun(job, { fileSystem, runtime }).finish()
}

/** Page 0, which links take for none, the root, and the heap's first page where there is to be one. */
function makeFirstPages(pager: Pager, { layout }: CheckedBTreeOptions): void {
  const cells = new Uint8Array(0)
  const blank = { left: 0, right: 0, level: 0, count: 0, cells, cellsBytes: 0 }
  pager.edit(pager.allocate(), { kind: 'format', pageKind: PageKind.meta, ...blank }, 'meta')
  const root = pager.allocate()
  if (root !== ROOT) throw new VarveError('IO', 'the first page of a new B-tree is not its root')
  createTree(pager, root)
  if (layout === 'heap') createHeap(pager)
}

/** What was fixed when the store was made cannot be chosen again. */
function checkLayout({ pager, context }: RecoveredTree, { layout }: CheckedBTreeOptions): void {
  const had = lastHeapPage(pager) === 0 ? 'clustered' : 'heap'
  if (layout === undefined || layout === had) return
  throw new VarveError(
    'INVALID_ARGUMENT',
    `the store was made with layout '${had}': open it with that, or leave it out`,
    {
      file: context.directory,
    },
  )
}

async function checkNotHeld(fileSystem: FileSystem, path: string): Promise<void> {
  const holder = await fileSystem.lockHolder(path)
  if (holder === undefined) return
  const who = `process ${holder.pid} on ${holder.host}`
  throw new VarveError('LOCKED', `${path} is being written by ${who}: close it there, then open it with readOnly`, {
    file: path,
  })
}

function checkAborted({ signal }: CheckedBTreeOptions): void {
  if (signal?.aborted) throw new VarveError('ABORTED', 'the signal ended the opening', { cause: signal.reason })
}

function notFound(path: string): VarveError {
  const advice = 'check the path, or open it with createIfMissing and without readOnly'
  return new VarveError('NOT_FOUND', `the store at ${path} does not exist: ${advice}`, { file: path })
}

function existsAlready(path: string): VarveError {
  const advice = 'open it without errorIfExists, or choose another directory'
  return new VarveError('EXISTS', `a store exists at ${path} already: ${advice}`, { file: path })
}
