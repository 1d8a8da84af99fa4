import { basename } from 'node:path'
import type { FileHandle, FileSystem } from '../../src/fs/file-system.ts'

/** Where a child dies. 'moment' is when the parent sees fit. */
export type KillPoint = 'moment' | 'rotation' | 'install' | 'unlink' | 'recovery'

export interface KillPlan {
  readonly point: KillPoint
  /** Which occurrence of the point, from 1. */
  readonly occurrence: number
  readonly when: 'before' | 'after'
}

/**
 * Calls `strike` right before or after the chosen operation. A rotation is the creation of a log after opening; an
 * install is the first append to a manifest after a table was created; recovery is any change to the disk while
 * opening.
 */
export class KillSwitch {
  readonly #plan: KillPlan
  readonly #strike: () => void
  #opening = true
  #tableCreated = false
  #left: number

  constructor(plan: KillPlan, strike: () => void) {
    this.#plan = plan
    this.#strike = strike
    this.#left = plan.occurrence
  }

  /** To be called when opening is over. */
  opened(): void {
    this.#opening = false
  }

  /** Runs an operation that changes the disk. */
  run<T>(kind: 'create' | 'append' | 'unlink' | 'other', path: string, operation: () => T): T {
    const due = this.#matches(kind, basename(path)) && --this.#left === 0
    if (due && this.#plan.when === 'before') this.#strike()
    const result = operation()
    if (due) this.#strike()
    return result
  }

  #matches(kind: string, name: string): boolean {
    if (kind === 'create' && name.endsWith('.sst')) this.#tableCreated = true
    const install = kind === 'append' && name.startsWith('MANIFEST') && this.#tableCreated
    if (install) this.#tableCreated = false
    switch (this.#plan.point) {
      case 'rotation':
        return kind === 'create' && name.endsWith('.wal') && !this.#opening
      case 'install':
        return install
      case 'unlink':
        return kind === 'unlink'
      case 'recovery':
        return this.#opening
      case 'moment':
        return false
    }
  }
}

/** A file system whose changes go through the switch. An asynchronous operation counts as done when it has begun. */
export function withKillSwitch(inner: FileSystem, kill: KillSwitch): FileSystem {
  const handle = (file: FileHandle): FileHandle => ({
    path: file.path,
    sizeSync: () => file.sizeSync(),
    readSync: (target, offset) => file.readSync(target, offset),
    read: (target, offset) => file.read(target, offset),
    appendSync: (bytes) => kill.run('append', file.path, () => file.appendSync(bytes)),
    append: (bytes) => kill.run('append', file.path, () => file.append(bytes)),
    writeSync: (bytes, offset) => kill.run('other', file.path, () => file.writeSync(bytes, offset)),
    write: (bytes, offset) => kill.run('other', file.path, () => file.write(bytes, offset)),
    truncateSync: (size) => kill.run('other', file.path, () => file.truncateSync(size)),
    truncate: (size) => kill.run('other', file.path, () => file.truncate(size)),
    syncSync: () => kill.run('other', file.path, () => file.syncSync()),
    sync: () => kill.run('other', file.path, () => file.sync()),
    close: () => file.close(),
  })
  return {
    status: (path) => inner.status(path),
    list: (directory) => inner.list(directory),
    makeDirectory: (path) => kill.run('other', path, () => inner.makeDirectory(path)),
    removeDirectory: (path) => kill.run('other', path, () => inner.removeDirectory(path)),
    open: (path, mode, category) =>
      handle(
        mode === 'create'
          ? kill.run('create', path, () => inner.open(path, mode, category))
          : inner.open(path, mode, category),
      ),
    rename: (from, to) => kill.run('other', to, () => inner.rename(from, to)),
    unlinkSync: (path) => kill.run('unlink', path, () => inner.unlinkSync(path)),
    unlink: (path) => kill.run('unlink', path, () => inner.unlink(path)),
    syncDirectorySync: (path) => kill.run('other', path, () => inner.syncDirectorySync(path)),
    syncDirectory: (path) => kill.run('other', path, () => inner.syncDirectory(path)),
    lock: (directory) => inner.lock(directory),
    lockHolder: (directory) => inner.lockHolder(directory),
    downgrades: inner.downgrades,
  }
}
