import type {
  DirectoryLock,
  FileHandle,
  FileStatus,
  FileSystem,
  LockHolder,
  OpenMode,
  WriteCategory,
} from '../../src/fs/file-system.ts'
import { simulatedError } from '../../src/fs/system-error.ts'

/** `index` counts all calls of the file system from 0; `bytes` is what a read, append or write is asked to move. */
export interface FileCall {
  readonly operation: string
  readonly path: string
  readonly index: number
  readonly bytes?: number
}

/** `afterBytes`: an append or write first passes on that many bytes. */
export interface Fault {
  readonly error: 'EIO' | 'ENOSPC' | 'EMFILE' | 'EACCES'
  readonly afterBytes?: number
}

export type FaultPlan = (call: FileCall) => undefined | Fault

/**
 * Fails the calls that a plan picks, before they reach the file system below: a sync that fails makes nothing durable. Both forms of an
 * operation have the same name; the asynchronous one fails at a later turn. Closing and measuring never fail.
 */
export class FaultyFileSystem implements FileSystem {
  readonly calls: FileCall[] = []
  /** May be replaced at any time. */
  plan: FaultPlan
  readonly #inner: FileSystem

  constructor(inner: FileSystem, plan: FaultPlan = () => undefined) {
    this.#inner = inner
    this.plan = plan
  }

  get downgrades(): readonly string[] {
    return this.#inner.downgrades
  }

  status(path: string): FileStatus | undefined {
    this.#pass('status', path)
    return this.#inner.status(path)
  }

  list(directory: string): string[] {
    this.#pass('list', directory)
    return this.#inner.list(directory)
  }

  makeDirectory(path: string): string[] {
    this.#pass('makeDirectory', path)
    return this.#inner.makeDirectory(path)
  }

  removeDirectory(path: string): void {
    this.#pass('removeDirectory', path)
    this.#inner.removeDirectory(path)
  }

  open(path: string, mode: OpenMode, category?: WriteCategory): FileHandle {
    this.#pass('open', path)
    return new FaultyFileHandle(this.#inner.open(path, mode, category), (operation, bytes) =>
      this.#consult(operation, path, bytes),
    )
  }

  rename(from: string, to: string): void {
    this.#pass('rename', from)
    this.#inner.rename(from, to)
  }

  async unlink(path: string): Promise<void> {
    this.#pass('unlink', path)
    await this.#inner.unlink(path)
  }

  unlinkSync(path: string): void {
    this.#pass('unlink', path)
    this.#inner.unlinkSync(path)
  }

  syncDirectorySync(path: string): void {
    this.#pass('syncDirectory', path)
    this.#inner.syncDirectorySync(path)
  }

  async syncDirectory(path: string): Promise<void> {
    const fault = this.#consult('syncDirectory', path)
    if (fault === undefined) return this.#inner.syncDirectory(path)
    await undefined
    throw simulatedError('syncDirectory', path, fault.error)
  }

  async lock(directory: string): Promise<DirectoryLock> {
    this.#pass('lock', directory)
    return this.#inner.lock(directory)
  }

  async lockHolder(directory: string): Promise<LockHolder | undefined> {
    this.#pass('lockHolder', directory)
    return this.#inner.lockHolder(directory)
  }

  #consult(operation: string, path: string, bytes?: number): Fault | undefined {
    const index = this.calls.length
    const call: FileCall = bytes === undefined ? { operation, path, index } : { operation, path, index, bytes }
    this.calls.push(call)
    return this.plan(call)
  }

  #pass(operation: string, path: string): void {
    const fault = this.#consult(operation, path)
    if (fault !== undefined) throw simulatedError(operation, path, fault.error)
  }
}

class FaultyFileHandle implements FileHandle {
  readonly path: string
  readonly #inner: FileHandle
  readonly #consult: (operation: string, bytes?: number) => Fault | undefined

  constructor(inner: FileHandle, consult: (operation: string, bytes?: number) => Fault | undefined) {
    this.path = inner.path
    this.#inner = inner
    this.#consult = consult
  }

  sizeSync(): number {
    return this.#inner.sizeSync()
  }

  readSync(target: Uint8Array, offset: number): number {
    this.#pass('read', target.length)
    return this.#inner.readSync(target, offset)
  }

  read(target: Uint8Array, offset: number): Promise<number> {
    return this.#passLater('read', target.length, () => this.#inner.read(target, offset))
  }

  appendSync(bytes: Uint8Array): void {
    this.#put('append', bytes, (part) => this.#inner.appendSync(part))
  }

  append(bytes: Uint8Array): Promise<void> {
    return this.#putLater('append', bytes, (part) => this.#inner.append(part))
  }

  writeSync(bytes: Uint8Array, offset: number): void {
    this.#put('write', bytes, (part) => this.#inner.writeSync(part, offset))
  }

  write(bytes: Uint8Array, offset: number): Promise<void> {
    return this.#putLater('write', bytes, (part) => this.#inner.write(part, offset))
  }

  truncateSync(size: number): void {
    this.#pass('truncate')
    this.#inner.truncateSync(size)
  }

  truncate(size: number): Promise<void> {
    return this.#passLater('truncate', undefined, () => this.#inner.truncate(size))
  }

  syncSync(): void {
    this.#pass('sync')
    this.#inner.syncSync()
  }

  sync(): Promise<void> {
    return this.#passLater('sync', undefined, () => this.#inner.sync())
  }

  close(): void {
    this.#inner.close()
  }

  #pass(operation: string, bytes?: number): void {
    const fault = this.#consult(operation, bytes)
    if (fault !== undefined) throw simulatedError(operation, this.path, fault.error)
  }

  async #passLater<T>(operation: string, bytes: number | undefined, call: () => Promise<T>): Promise<T> {
    const fault = this.#consult(operation, bytes)
    if (fault === undefined) return call()
    await undefined
    throw simulatedError(operation, this.path, fault.error)
  }

  #put(operation: string, bytes: Uint8Array, put: (part: Uint8Array) => void): void {
    const fault = this.#consult(operation, bytes.length)
    if (fault === undefined) return void put(bytes)
    put(bytes.subarray(0, fault.afterBytes ?? 0))
    throw simulatedError(operation, this.path, fault.error)
  }

  async #putLater(operation: string, bytes: Uint8Array, put: (part: Uint8Array) => Promise<void>): Promise<void> {
    const fault = this.#consult(operation, bytes.length)
    if (fault === undefined) return put(bytes)
    await put(bytes.subarray(0, fault.afterBytes ?? 0))
    throw simulatedError(operation, this.path, fault.error)
  }
}
