import { corruption, VarveError } from '../errors.ts'
import { absolutePath } from '../fs/absolute-path.ts'
import type { FileSystem } from '../index.ts'
import { isStoreFile } from '../inspect/store-outline.ts'

export type StoreKind = 'lsm' | 'btree'

const CHECKPOINT = 'CHECKPOINT'
const PAGES = 'pages'

/** What kind of store lies in a directory, or is left of one, by its files; undefined where there is none. */
export function storeKind(fileSystem: FileSystem, directory: string): StoreKind | undefined {
  const path = absolutePath(directory)
  const status = fileSystem.status(path)
  if (status === undefined) return undefined
  if (status.kind !== 'directory') {
    throw new VarveError('NOT_FOUND', `${path} is not a directory: give that of a store`, { file: path })
  }
  const names = fileSystem.list(path)
  if (names.includes(CHECKPOINT) || names.includes(PAGES)) return 'btree'
  return names.some(isStoreFile) ? 'lsm' : undefined
}

/** A B-tree without its checkpoint is not there for `openBTree`, which would make a new one. */
export function checkIsWhole(fileSystem: FileSystem, directory: string, kind: StoreKind): void {
  const path = `${absolutePath(directory)}/${CHECKPOINT}`
  if (kind === 'btree' && fileSystem.status(path) === undefined) {
    throw corruption('the checkpoint of a B-tree, which says what its pages mean, is missing', path)
  }
}

export function noStore(directory: string, advice: string): VarveError {
  const path = absolutePath(directory)
  return new VarveError('NOT_FOUND', `there is no store in ${path}: ${advice}`, { file: path })
}
