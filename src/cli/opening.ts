import type { BTreeStore } from '../btree/btree.ts'
import { VarveError } from '../errors.ts'
import { absolutePath } from '../fs/absolute-path.ts'
import type { KeyValueStore, OpenOptions } from '../index.ts'
import { escaped } from './bytes-text.ts'
import type { Call } from './command.ts'
import { checkIsWhole, noStore, type StoreKind, storeKind } from './store-kind.ts'

export type OpenedStore =
  | { readonly kind: 'lsm'; readonly store: KeyValueStore }
  | { readonly kind: 'btree'; readonly store: BTreeStore<'bytes'> }

/** Opens the store read-only, which writes nothing, and closes it when `use` is done. Says what opening left out. */
export async function reading<T>(call: Call, directory: string, use: (opened: OpenedStore) => Promise<T>): Promise<T> {
  const kind = storeKind(call.fileSystem, directory)
  if (kind === undefined) throw noStore(directory, 'check the path')
  checkIsWhole(call.fileSystem, directory, kind)
  await checkNotHeld(call, directory)
  return using(call, await openAs(call, kind, directory, { readOnly: true }), use)
}

/** Opens the store for writing, and closes it when `use` is done. Where there is none, --create makes one. */
export async function writing<T>(call: Call, directory: string, use: (opened: OpenedStore) => Promise<T>): Promise<T> {
  const { fileSystem, options } = call
  const found = storeKind(fileSystem, directory)
  const asked = options.text('kind') as StoreKind | undefined
  if (found === undefined && !options.has('create')) {
    throw noStore(directory, 'check the path, or let put or import make one, with --create')
  }
  if (found !== undefined && asked !== undefined && found !== asked) {
    throw new VarveError('EXISTS', `the store in ${absolutePath(directory)} is of another kind than --kind says`, {
      file: absolutePath(directory),
    })
  }
  if (found !== undefined) {
    // What is left of a creation that was cut short may be made anew; what is left of a store is for opening to refuse.
    if (!options.has('create')) checkIsWhole(fileSystem, directory, found)
    await checkNotHeld(call, directory)
  } else checkIsFree(call, directory)
  const createIfMissing = options.has('create')
  const kind = found ?? asked ?? 'lsm'
  const asMade = kind === 'lsm' && found !== undefined ? await optionsAsMade(call, directory) : {}
  return using(call, await openAs(call, kind, directory, { createIfMissing, ...asMade }), use)
}

/** Other files in a store's directory would be in danger, or put it there. */
function checkIsFree({ fileSystem }: Call, directory: string): void {
  const path = absolutePath(directory)
  const names = fileSystem.status(path) === undefined ? [] : fileSystem.list(path)
  if (names.every((name) => name === 'LOCK')) return
  throw new VarveError('EXISTS', `${path} holds other files: a store needs a directory of its own`, { file: path })
}

async function openAs(call: Call, kind: StoreKind, directory: string, how: OpenOptions<'bytes'>): Promise<OpenedStore> {
  const { fileSystem, runtime, signal } = call
  const options = { ...how, fileSystem, runtime, signal }
  if (kind === 'lsm') return { kind, store: await (await import('../index.ts')).open(directory, options) }
  const { compaction: _strategy, compression: _codec, ...shared } = options
  return { kind, store: await (await import('../btree/btree.ts')).openBTree(directory, shared) }
}

/**
 * How a store that an application made is to be written: with tables compressed as they are, and merged by the strategy
 * that it was made with. A strategy whose options nobody knows here is left out: nothing is merged or dropped then.
 */
async function optionsAsMade({ fileSystem }: Call, directory: string): Promise<OpenOptions<'bytes'>> {
  const { outlineOf } = await import('../inspect/store-outline.ts')
  const { fifo, leveled, sizeTiered } = await import('../index.ts')
  // Without CURRENT the store is damaged, or none yet: opening says which.
  if (fileSystem.status(`${absolutePath(directory)}/CURRENT`) === undefined) return {}
  const { strategy, levels } = outlineOf(fileSystem, absolutePath(directory))
  const tables = levels.flatMap(({ runs }) => runs.flatMap((run) => run.tables))
  const compression = tables.some(({ codec }) => codec === 'deflate') ? 'deflate' : 'none'
  // FIFO without limits never merges and never drops.
  const compaction = strategy === 'leveled' ? leveled() : strategy === 'size-tiered' ? sizeTiered() : fifo()
  return { compression, compaction }
}

async function using<T>(call: Call, opened: OpenedStore, use: (opened: OpenedStore) => Promise<T>): Promise<T> {
  let result: T
  try {
    const { droppedBytes, droppedReason, manifestDroppedBytes } = opened.store.recovery
    if (droppedBytes > 0)
      await call.notes.line(`varve: ${droppedBytes} bytes of the log are left out: ${droppedReason}`)
    if (manifestDroppedBytes > 0)
      await call.notes.line(
        `varve: ${manifestDroppedBytes} bytes at the end of the manifest are left out: a torn write`,
      )
    result = await use(opened)
  } catch (error) {
    // What went wrong first is what counts.
    await opened.store.close().catch(() => {})
    throw error
  }
  await opened.store.close()
  return result
}

/** The engine says this, too, but to programs. */
async function checkNotHeld({ fileSystem }: Call, directory: string): Promise<void> {
  const path = absolutePath(directory)
  const holder = await fileSystem.lockHolder(path)
  if (holder === undefined) return
  const who =
    holder.pid === 0 ? 'a process that LOCK does not name' : `process ${holder.pid} on ${escaped(holder.host)}`
  const advice = 'close it there first (levels and dump work beside it)'
  throw new VarveError('LOCKED', `${path} is open in ${who}: ${advice}`, { file: path })
}
