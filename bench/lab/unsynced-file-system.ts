import type { DirectoryLock, FileStatus, LockHolder, OpenMode } from '../../src/fs/file-system.ts'
import type { FileHandle, FileSystem, WriteCategory } from '../../src/index.ts'

/**
 * A file system whose syncs return at once: for runs that count bytes, of which syncs write none, so that a small lab need not wait for
 * thousands of them. Runs that are timed keep them.
 */
export class UnsyncedFileSystem implements FileSystem {
  readonly #inner: FileSystem

  constructor(inner: FileSystem) {
    this.#inner = inner
  }

  get downgrades(): readonly string[] {
    return this.#inner.downgrades
  }

  status(path: string): FileStatus | undefined {
    return this.#inner.status(path)
  }

  list(directory: string): string[] {
    return this.#inner.list(directory)
  }

  makeDirectory(path: string): string[] {
    return this.#inner.makeDirectory(path)
  }

  removeDirectory(path: string): void {
    this.#inner.removeDirectory(path)
  }

  open(path: string, mode: OpenMode, category?: WriteCategory): FileHandle {
    return new UnsyncedFileHandle(this.#inner.open(path, mode, category))
  }

  rename(from: string, to: string): void {
    this.#inner.rename(from, to)
  }

  unlink(path: string): Promise<void> {
    return this.#inner.unlink(path)
  }

  unlinkSync(path: string): void {
    this.#inner.unlinkSync(path)
  }

  syncDirectorySync(): void {}

  syncDirectory(): Promise<void> {
    return Promise.resolve()
  }

  lock(directory: string): Promise<DirectoryLock> {
    return this.#inner.lock(directory)
  }

  lockHolder(directory: string): Promise<LockHolder | undefined> {
    return this.#inner.lockHolder(directory)
  }
}

class UnsyncedFileHandle implements FileHandle {
  readonly path: string
  readonly #inner: FileHandle

  constructor(inner: FileHandle) {
    this.path = inner.path
    this.#inner = inner
  }

  sizeSync(): number {
    return this.#inner.sizeSync()
  }

  readSync(target: Uint8Array, offset: number): number {
    return this.#inner.readSync(target, offset)
  }

  read(target: Uint8Array, offset: number): Promise<number> {
    return this.#inner.read(target, offset)
  }

  appendSync(bytes: Uint8Array): void {
    this.#inner.appendSync(bytes)
  }

  append(bytes: Uint8Array): Promise<void> {
    return this.#inner.append(bytes)
  }

  writeSync(bytes: Uint8Array, offset: number): void {
    this.#inner.writeSync(bytes, offset)
  }

  write(bytes: Uint8Array, offset: number): Promise<void> {
    return this.#inner.write(bytes, offset)
  }

  truncateSync(size: number): void {
    this.#inner.truncateSync(size)
  }

  truncate(size: number): Promise<void> {
    return this.#inner.truncate(size)
  }

  syncSync(): void {}

  sync(): Promise<void> {
    return Promise.resolve()
  }

  close(): void {
    this.#inner.close()
  }
}
