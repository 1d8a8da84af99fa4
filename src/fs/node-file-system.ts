import fs from 'node:fs'
import path from 'node:path'
import { VarveError } from '../errors.ts'
import { lockDirectory, readLockHolder } from './directory-lock.ts'
import type {
  DirectoryLock,
  FileHandle,
  FileStatus,
  FileSystem,
  LockHolder,
  OpenMode,
  WriteCategory,
} from './file-system.ts'
import { NodeFile } from './node-file.ts'
import { isDirectorySyncUnsupported, simulatedError, systemCode, systemError } from './system-error.ts'

const { O_CREAT, O_EXCL, O_RDONLY, O_RDWR } = fs.constants
// Windows has neither flag. O_NONBLOCK only keeps a pipe planted under a file's name from holding the open for ever.
const noFollow: number | undefined = fs.constants.O_NOFOLLOW
const openFlags: number = (noFollow ?? 0) | (fs.constants.O_NONBLOCK ?? 0)
const modeFlags: Readonly<Record<OpenMode, number>> = {
  read: O_RDONLY | openFlags,
  create: O_RDWR | O_CREAT | O_EXCL | openFlags,
  write: O_RDWR | openFlags,
}

/** Less is freed within a millisecond or two (ext4), and a turn through the thread pool costs something, too. */
const POOL_UNLINK_BYTES_MIN = 4 << 20

/** The real disk. */
export class NodeFileSystem implements FileSystem {
  readonly #downgrades: string[] = []

  get downgrades(): readonly string[] {
    return this.#downgrades
  }

  status(name: string): FileStatus | undefined {
    try {
      const named = fs.lstatSync(name)
      if (!named.isSymbolicLink()) return statusOf(named)
      // A store may be reached through a linked directory, never through a linked file.
      const target = fs.statSync(name, { throwIfNoEntry: false })
      return { kind: target?.isDirectory() ? 'directory' : 'other', size: named.size }
    } catch (error) {
      const code = systemCode(error)
      if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
      throw systemError('look up', name, error)
    }
  }

  list(directory: string): string[] {
    return attempt('list', directory, () => fs.readdirSync(directory))
  }

  makeDirectory(name: string): string[] {
    // One level at a time: the recursive form of Node does not end where a parent refuses new names with ENOENT, as /proc does.
    const missing: string[] = []
    for (let at = path.resolve(name); this.status(at) === undefined; at = path.dirname(at)) missing.unshift(at)
    const made: string[] = []
    for (const directory of missing) {
      if (attempt('make directory', directory, () => makeOne(directory))) made.push(directory)
    }
    if (this.status(name)?.kind !== 'directory') throw simulatedError('make directory', name, 'EEXIST')
    return made
  }

  removeDirectory(name: string): void {
    attempt('remove directory', name, () => fs.rmdirSync(name))
  }

  open(name: string, mode: OpenMode, _category?: WriteCategory): FileHandle {
    let descriptor: number | undefined
    try {
      if (noFollow === undefined && mode !== 'create' && fs.lstatSync(name).isSymbolicLink()) {
        throw simulatedError('open', name, 'ELOOP')
      }
      descriptor = fs.openSync(name, modeFlags[mode], 0o600)
      const opened = fs.fstatSync(descriptor)
      if (!opened.isFile()) {
        throw new VarveError('IO', `cannot open ${name}: it is not a regular file. Give the path of one.`, {
          file: name,
        })
      }
      return new NodeFile(name, descriptor, mode, opened.size)
    } catch (error) {
      if (descriptor !== undefined) fs.closeSync(descriptor)
      throw systemError(mode === 'create' ? 'create' : 'open', name, error)
    }
  }

  rename(from: string, to: string): void {
    attempt('rename', from, () => fs.renameSync(from, to))
  }

  unlinkSync(name: string): void {
    attempt('unlink', name, () => fs.unlinkSync(name))
  }

  async unlink(name: string): Promise<void> {
    if ((this.status(name)?.size ?? 0) < POOL_UNLINK_BYTES_MIN) return this.unlinkSync(name)
    await new Promise<void>((resolve, reject) => {
      fs.unlink(name, (error) => (error === null ? resolve() : reject(systemError('unlink', name, error))))
    })
  }

  syncDirectorySync(name: string): void {
    let descriptor: number | undefined
    try {
      descriptor = fs.openSync(name, O_RDONLY)
      fs.fsyncSync(descriptor)
    } catch (error) {
      this.#downgradeOrThrow(name, error)
    } finally {
      if (descriptor !== undefined) fs.closeSync(descriptor)
    }
  }

  async syncDirectory(name: string): Promise<void> {
    let descriptor: number | undefined
    try {
      const opened = (descriptor = fs.openSync(name, O_RDONLY))
      await new Promise<void>((resolve, reject) => {
        fs.fsync(opened, (error) => (error === null ? resolve() : reject(error)))
      })
    } catch (error) {
      this.#downgradeOrThrow(name, error)
    } finally {
      if (descriptor !== undefined) fs.closeSync(descriptor)
    }
  }

  lock(directory: string): Promise<DirectoryLock> {
    return lockDirectory(directory)
  }

  lockHolder(directory: string): Promise<LockHolder | undefined> {
    return readLockHolder(directory)
  }

  #downgradeOrThrow(name: string, error: unknown): void {
    if (!isDirectorySyncUnsupported(error, process.platform)) throw systemError('sync directory', name, error)
    if (!this.#downgrades.includes('directory-sync')) this.#downgrades.push('directory-sync')
  }
}

/** The file system that a store uses when it is given no other. */
export const nodeFileSystem: FileSystem = new NodeFileSystem()

/** False where another has made it meanwhile. */
function makeOne(directory: string): boolean {
  try {
    fs.mkdirSync(directory, { mode: 0o700 })
    return true
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false
    throw error
  }
}

function statusOf(stats: fs.Stats): FileStatus {
  return { kind: stats.isFile() ? 'file' : stats.isDirectory() ? 'directory' : 'other', size: stats.size }
}

function attempt<T>(operation: string, name: string, call: () => T): T {
  try {
    return call()
  } catch (error) {
    throw systemError(operation, name, error)
  }
}
