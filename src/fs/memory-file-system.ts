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
import type { MemoryDirectory } from './memory-directory.ts'
import { MemoryFileHandle } from './memory-file-handle.ts'
import { MemoryLocks } from './memory-locks.ts'
import { MemoryTree } from './memory-tree.ts'

export interface MemoryFileSystemOptions {
  /** Sum of all file sizes from which on writes fail with NO_SPACE. Default: no limit. */
  capacityBytes?: number
  /** Tells the time that a lock was taken at. Default: the real one. */
  runtime?: Pick<Runtime, 'now'>
}

/**
 * A disk in memory that knows what a real one has made durable: a file's sync covers its contents, its directory's sync covers its name.
 * The crash methods show what the next opening may find; each returns a new file system, unlocked, and leaves this one as it is.
 */
export class MemoryFileSystem implements FileSystem {
  readonly downgrades: readonly string[] = []
  /** May be changed at any time, to fill a disk and to free it. */
  capacityBytes: number
  readonly #options: MemoryFileSystemOptions
  readonly #locks = new MemoryLocks()
  readonly #freeBytes: () => number = () =>
    this.capacityBytes === Infinity ? Infinity : this.capacityBytes - this.#tree.sizeBytes()
  #tree = new MemoryTree()

  constructor(options: MemoryFileSystemOptions = {}) {
    this.#options = options
    this.capacityBytes = options.capacityBytes ?? Infinity
  }

  /**
   * What a power cut leaves, by the choices of the caller: for each directory how many of its latest changes of names are lost, or each
   * one alone; for each file with un-synced bytes all, none, a prefix, some sectors, or only the size. If every choice is 0, all survives.
   */
  crash(choose: Choose = () => 0): MemoryFileSystem {
    return this.#withRoot(crashImage(this.#tree.root, chosenSurvival(choose)))
  }

  /** What a power cut leaves at worst: what was synced, contents and names, and nothing else. */
  powerCut(): MemoryFileSystem {
    return this.#withRoot(crashImage(this.#tree.root, syncedOnly))
  }

  /** What a killed process leaves: everything. It is no more durable than before, so that a power cut may still follow. */
  killed(): MemoryFileSystem {
    return this.#withRoot(cloneTree(this.#tree.root))
  }

  status(path: string): FileStatus | undefined {
    return this.#tree.status(path)
  }

  list(directory: string): string[] {
    return this.#tree.list(directory)
  }

  makeDirectory(path: string): string[] {
    return this.#tree.makeDirectory(path)
  }

  removeDirectory(path: string): void {
    this.#tree.removeDirectory(path)
  }

  open(path: string, mode: OpenMode, _category?: WriteCategory): FileHandle {
    return new MemoryFileHandle(path, this.#tree.openFile(path, mode), mode !== 'read', this.#freeBytes)
  }

  rename(from: string, to: string): void {
    this.#tree.rename(from, to)
  }

  unlinkSync(path: string): void {
    this.#tree.unlink(path)
  }

  async unlink(path: string): Promise<void> {
    this.unlinkSync(path)
  }

  syncDirectorySync(path: string): void {
    this.#tree.directory('sync directory', path).sync()
  }

  async syncDirectory(path: string): Promise<void> {
    const directory = this.#tree.directory('sync directory', path)
    await undefined
    directory.sync()
  }

  async lock(directory: string): Promise<DirectoryLock> {
    return this.#locks.lock(this.#tree.directory('lock', directory), directory, this.#options.runtime ?? nodeRuntime)
  }

  async lockHolder(directory: string): Promise<LockHolder | undefined> {
    return this.#locks.holderOf(this.#tree.directory('lock', directory))
  }

  #withRoot(root: MemoryDirectory): MemoryFileSystem {
    const image = new MemoryFileSystem({ ...this.#options, capacityBytes: this.capacityBytes })
    image.#tree = new MemoryTree(root)
    return image
  }
}
