import { basename, dirname, parse, resolve, sep } from 'node:path'
import { nodeRuntime, type Runtime } from '../runtime.ts'
import { type Choose, chosenSurvival, cloneTree, crashImage, syncedOnly } from './crash-image.ts'
import type {
  DirectoryLock,
  FileHandle,
  FileStatus,
  FileSystem,
  LockHolder,
  OpenMode,
  WriteCategory,
} from './file-system.ts'
import { lockedError } from './lock-file.ts'
import { MemoryDirectory, type MemoryNode } from './memory-directory.ts'
import { MemoryFile } from './memory-file.ts'
import { MemoryFileHandle } from './memory-file-handle.ts'
import { simulatedError } from './system-error.ts'

export interface MemoryFileSystemOptions {
  /** Sum of all file sizes from which on writes fail with NO_SPACE. Default: no limit. */
  capacityBytes?: number
  /** Tells the time that a lock was taken at. Default: the real one. */
  runtime?: Pick<Runtime, 'now'>
}

const host = 'memory'

/**
 * A disk in memory that knows what a real one has made durable: a file's sync covers its contents, its directory's sync covers its name.
 * The crash methods show what the next opening may find; each returns a new file system, unlocked, and leaves this one as it is.
 */
export class MemoryFileSystem implements FileSystem {
  readonly downgrades: readonly string[] = []
  /** May be changed at any time, to fill a disk and to free it. */
  capacityBytes: number
  readonly #options: MemoryFileSystemOptions
  readonly #locks = new Map<MemoryDirectory, LockHolder>()
  readonly #freeBytes: () => number = () => (this.capacityBytes === Infinity ? Infinity : this.#measureFree())
  #root = new MemoryDirectory()

  constructor(options: MemoryFileSystemOptions = {}) {
    this.#options = options
    this.capacityBytes = options.capacityBytes ?? Infinity
  }

  /**
   * What a power cut leaves, by the choices of the caller: for each directory how many of its latest changes of names are lost, or each
   * one alone; for each file with un-synced bytes all, none, a prefix, some sectors, or only the size. If every choice is 0, all survives.
   */
  crash(choose: Choose = () => 0): MemoryFileSystem {
    return this.#withRoot(crashImage(this.#root, chosenSurvival(choose)))
  }

  /** What a power cut leaves at worst: what was synced, contents and names, and nothing else. */
  powerCut(): MemoryFileSystem {
    return this.#withRoot(crashImage(this.#root, syncedOnly))
  }

  /** What a killed process leaves: everything. It is no more durable than before, so that a power cut may still follow. */
  killed(): MemoryFileSystem {
    return this.#withRoot(cloneTree(this.#root))
  }

  status(path: string): FileStatus | undefined {
    const node = this.#find(path)
    if (node === undefined) return undefined
    return node instanceof MemoryFile ? { kind: 'file', size: node.size } : { kind: 'directory', size: 0 }
  }

  list(directory: string): string[] {
    return [...this.#directory('list', directory).names.keys()]
  }

  makeDirectory(path: string): string[] {
    const missing: string[] = []
    let ancestor = resolve(path)
    while (this.#find(ancestor) === undefined) {
      missing.unshift(ancestor)
      ancestor = dirname(ancestor)
    }
    if (this.#find(ancestor) instanceof MemoryFile) {
      throw simulatedError('make directory', path, missing.length === 0 ? 'EEXIST' : 'ENOTDIR')
    }
    for (const name of missing) this.#parent('make directory', name).link(basename(name), new MemoryDirectory())
    return missing
  }

  removeDirectory(path: string): void {
    const directory = this.#directory('remove directory', path)
    if (directory.names.size > 0) throw simulatedError('remove directory', path, 'ENOTEMPTY')
    this.#parent('remove directory', path).unlink(basename(path), directory)
  }

  open(path: string, mode: OpenMode, _category?: WriteCategory): FileHandle {
    let node = this.#find(path)
    if (mode === 'create') {
      if (node !== undefined) throw simulatedError('create', path, 'EEXIST')
      node = new MemoryFile()
      this.#parent('create', path).link(basename(path), node)
    }
    if (node === undefined) throw simulatedError('open', path, 'ENOENT')
    if (node instanceof MemoryDirectory) throw simulatedError('open', path, 'EISDIR')
    return new MemoryFileHandle(path, node, mode !== 'read', this.#freeBytes)
  }

  rename(from: string, to: string): void {
    const node = this.#find(from)
    if (node === undefined) throw simulatedError('rename', from, 'ENOENT')
    const source = this.#parent('rename', from)
    const target = this.#parent('rename', to)
    const replaced = this.#find(to)
    if (replaced === node) return
    if (replaced !== undefined && replaced instanceof MemoryDirectory !== node instanceof MemoryDirectory) {
      throw simulatedError('rename', from, replaced instanceof MemoryDirectory ? 'EISDIR' : 'ENOTDIR')
    }
    if (replaced instanceof MemoryDirectory && replaced.names.size > 0)
      throw simulatedError('rename', from, 'ENOTEMPTY')
    if (source === target) source.rename(basename(from), basename(to), node)
    else {
      // Over directories a power cut may keep either half.
      target.link(basename(to), node)
      source.unlink(basename(from), node)
    }
  }

  unlink(path: string): void {
    const node = this.#find(path)
    if (node === undefined) throw simulatedError('unlink', path, 'ENOENT')
    if (node instanceof MemoryDirectory) throw simulatedError('unlink', path, 'EISDIR')
    this.#parent('unlink', path).unlink(basename(path), node)
  }

  syncDirectorySync(path: string): void {
    this.#directory('sync directory', path).sync()
  }

  async syncDirectory(path: string): Promise<void> {
    const directory = this.#directory('sync directory', path)
    await undefined
    directory.sync()
  }

  async lock(directory: string): Promise<DirectoryLock> {
    const locked = this.#directory('lock', directory)
    const holder = this.#locks.get(locked)
    if (holder !== undefined) throw lockedError(directory, holder, host)
    const own = { pid: process.pid, host, since: (this.#options.runtime ?? nodeRuntime).now() }
    this.#locks.set(locked, own)
    return {
      release: () => {
        if (this.#locks.get(locked) === own) this.#locks.delete(locked)
      },
    }
  }

  async lockHolder(directory: string): Promise<LockHolder | undefined> {
    const holder = this.#locks.get(this.#directory('lock', directory))
    return holder === undefined ? undefined : { ...holder }
  }

  #withRoot(root: MemoryDirectory): MemoryFileSystem {
    const image = new MemoryFileSystem({ ...this.#options, capacityBytes: this.capacityBytes })
    image.#root = root
    return image
  }

  #find(path: string): MemoryNode | undefined {
    const absolute = resolve(path)
    let node: MemoryNode | undefined = this.#root
    for (const name of absolute.slice(parse(absolute).root.length).split(sep)) {
      if (name === '') continue
      if (!(node instanceof MemoryDirectory)) return undefined
      node = node.names.get(name)
    }
    return node
  }

  #directory(operation: string, path: string): MemoryDirectory {
    const node = this.#find(path)
    if (node instanceof MemoryDirectory) return node
    throw simulatedError(operation, path, node === undefined ? 'ENOENT' : 'ENOTDIR')
  }

  #parent(operation: string, path: string): MemoryDirectory {
    return this.#directory(operation, dirname(resolve(path)))
  }

  #measureFree(): number {
    return this.capacityBytes - sizeOf(this.#root)
  }
}

function sizeOf(node: MemoryNode): number {
  if (node instanceof MemoryFile) return node.size
  let size = 0
  for (const child of node.names.values()) size += sizeOf(child)
  return size
}
