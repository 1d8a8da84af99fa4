/** What bytes are written for. Amplification is computed from these counts and from nothing else. */
export type WriteCategory = 'wal' | 'flush' | 'compaction' | 'manifest' | 'page' | 'double-write' | 'other'

/**
 * 'read': an existing file, read only. 'create': a new file, read and write; refused where the name exists. 'write': an existing file, read
 * and write. Links are never followed, and only regular files are opened.
 */
export type OpenMode = 'read' | 'create' | 'write'

/**
 * An open file. Reads fill as much of the target as the file holds and return the number of bytes; writes write everything or throw.
 * Each operation exists in a synchronous and an asynchronous form: the synchronous one costs 2 us on cached data where the thread pool costs
 * 14 to 40, the asynchronous one keeps the event loop free. A buffer handed to an asynchronous write must not change until it resolves.
 * Errors are VarveErrors: NO_SPACE (ENOSPC, EDQUOT) or IO, with the system's error as `cause` and the path as `file`.
 */
export interface FileHandle {
  readonly path: string
  sizeSync(): number
  readSync(target: Uint8Array, offset: number): number
  read(target: Uint8Array, offset: number): Promise<number>
  /** Writes at the end of the file. */
  appendSync(bytes: Uint8Array): void
  append(bytes: Uint8Array): Promise<void>
  writeSync(bytes: Uint8Array, offset: number): void
  write(bytes: Uint8Array, offset: number): Promise<void>
  truncateSync(size: number): void
  truncate(size: number): Promise<void>
  /** fdatasync: contents and size survive power loss once it returns; the name does only after `syncDirectory`. Errors are reported once per handle. */
  syncSync(): void
  sync(): Promise<void>
  /** Never throws; closing twice is harmless. No data depends on it. Operations still in the thread pool end first. */
  close(): void
}

/** What a lock file says of the one who holds a store. */
export interface LockHolder {
  pid: number
  host: string
  /** Wall clock at locking, in milliseconds since 1970. */
  since: number
}

/** One writer's claim on a directory. */
export interface DirectoryLock {
  /** Never throws; releasing twice is harmless. */
  release(): void
}

export interface FileStatus {
  kind: 'file' | 'directory' | 'other'
  size: number
}

/**
 * The only door to the disk. Paths are absolute. Names and directories are handled synchronously (microseconds), except where a sync is waited for, or
 * a large file goes.
 */
export interface FileSystem {
  /** Undefined where nothing has that name. */
  status(path: string): FileStatus | undefined
  /** The names in a directory, in no particular order. */
  list(directory: string): string[]
  /** Makes a directory and its missing parents (mode 0700) and returns those it made, outermost first. */
  makeDirectory(path: string): string[]
  removeDirectory(path: string): void
  /** `category` is what this handle's writes are counted as; needed for 'create' and 'write'. New files get mode 0600. */
  open(path: string, mode: OpenMode, category?: WriteCategory): FileHandle
  /** Atomic; replaces the target. */
  rename(from: string, to: string): void
  unlinkSync(path: string): void
  /** The same, without standing still while the system frees what a large file held: that takes it tens of milliseconds. */
  unlink(path: string): Promise<void>
  /** Makes every name in the directory durable: creations, renames and unlinks. */
  syncDirectorySync(path: string): void
  syncDirectory(path: string): Promise<void>
  /**
   * Claims a directory for one writer, over processes, threads and twice in one process (however the path is spelled), or rejects with
   * LOCKED, naming the holder, before any file is touched. The operating system frees it when its process dies.
   */
  lock(directory: string): Promise<DirectoryLock>
  /** Who holds the lock of a directory, or undefined; writes nothing. */
  lockHolder(directory: string): Promise<LockHolder | undefined>
  /** What this platform cannot do, such as 'directory-sync'; empty on Linux. Told in `db.recovery`. */
  readonly downgrades: readonly string[]
}
