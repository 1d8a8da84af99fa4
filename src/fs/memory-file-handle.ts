import type { FileHandle } from './file-system.ts'
import type { MemoryFile } from './memory-file.ts'
import { closedError, simulatedError } from './system-error.ts'

/**
 * An open file in memory. The asynchronous forms check at the call, as the system does with a descriptor, and take effect at a later turn:
 * whoever forgets to await a sync has not synced.
 */
export class MemoryFileHandle implements FileHandle {
  readonly path: string
  readonly #file: MemoryFile
  readonly #writable: boolean
  readonly #freeBytes: () => number
  #closed = false

  constructor(path: string, file: MemoryFile, writable: boolean, freeBytes: () => number) {
    this.path = path
    this.#file = file
    this.#writable = writable
    this.#freeBytes = freeBytes
  }

  sizeSync(): number {
    this.#check()
    return this.#file.size
  }

  readSync(target: Uint8Array, offset: number): number {
    this.#check()
    return this.#file.read(target, offset)
  }

  async read(target: Uint8Array, offset: number): Promise<number> {
    this.#check()
    await undefined
    return this.#file.read(target, offset)
  }

  appendSync(bytes: Uint8Array): void {
    this.#checkWritable('append to')
    this.#put('append to', bytes, this.#file.size)
  }

  async append(bytes: Uint8Array): Promise<void> {
    this.#checkWritable('append to')
    await undefined
    this.#put('append to', bytes, this.#file.size)
  }

  writeSync(bytes: Uint8Array, offset: number): void {
    this.#checkWritable('write')
    this.#put('write', bytes, offset)
  }

  async write(bytes: Uint8Array, offset: number): Promise<void> {
    this.#checkWritable('write')
    await undefined
    this.#put('write', bytes, offset)
  }

  truncateSync(size: number): void {
    this.#checkWritable('truncate')
    this.#file.truncate(size)
  }

  async truncate(size: number): Promise<void> {
    this.#checkWritable('truncate')
    await undefined
    this.#file.truncate(size)
  }

  syncSync(): void {
    this.#check()
    this.#file.sync()
  }

  async sync(): Promise<void> {
    this.#check()
    await undefined
    this.#file.sync()
  }

  close(): void {
    this.#closed = true
  }

  #check(): void {
    if (this.#closed) throw closedError(this.path)
  }

  #checkWritable(operation: string): void {
    this.#check()
    if (!this.#writable) throw simulatedError(operation, this.path, 'EBADF')
  }

  /** A full disk takes what still fits, and then fails. */
  #put(operation: string, bytes: Uint8Array, offset: number): void {
    const growth = offset + bytes.length - this.#file.size
    const missing = growth <= 0 ? 0 : growth - this.#freeBytes()
    this.#file.write(missing <= 0 ? bytes : bytes.subarray(0, Math.max(0, bytes.length - missing)), offset)
    if (missing > 0) throw simulatedError(operation, this.path, 'ENOSPC')
  }
}
