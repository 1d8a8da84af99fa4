import fs from 'node:fs'
import { VarveError } from '../errors.ts'
import type { FileHandle, OpenMode } from './file-system.ts'
import { closedError, systemCode, systemError } from './system-error.ts'

/** One call moves at most this much: the limit of Linux, and below Node's own of 2^31-1. */
const maxTransferBytes: number = 0x7ffff000

/** What a transfer returns that a signal stopped before it moved a byte; it is begun again. */
const interrupted: number = -1

type Finish = (error: NodeJS.ErrnoException | null, bytes: number) => void

/**
 * A descriptor. A writable handle tracks the size itself, which saves a call per append; so one handle at a time may append to a file.
 * The size counts asynchronous appends from their call on, so that two of them never overlap.
 */
export class NodeFile implements FileHandle {
  readonly path: string
  readonly #descriptor: number
  readonly #writable: boolean
  #size: number
  #underWay = 0
  #closed = false

  constructor(path: string, descriptor: number, mode: OpenMode, size: number) {
    this.path = path
    this.#descriptor = descriptor
    this.#writable = mode !== 'read'
    this.#size = size
  }

  sizeSync(): number {
    const descriptor = this.#open()
    if (this.#writable) return this.#size
    try {
      return fs.fstatSync(descriptor).size
    } catch (error) {
      throw systemError('measure', this.path, error)
    }
  }

  readSync(target: Uint8Array, offset: number): number {
    const descriptor = this.#open()
    let done = 0
    while (done < target.length) {
      const wanted = Math.min(target.length - done, maxTransferBytes)
      try {
        const bytes = fs.readSync(descriptor, target, done, wanted, offset + done)
        if (bytes === 0) break
        done += bytes
      } catch (error) {
        if (systemCode(error) !== 'EINTR') throw systemError('read', this.path, error)
      }
    }
    return done
  }

  async read(target: Uint8Array, offset: number): Promise<number> {
    const descriptor = this.#open()
    let done = 0
    while (done < target.length) {
      const from = done
      const wanted = Math.min(target.length - from, maxTransferBytes)
      const bytes = await this.#transfer('read', (finish) =>
        fs.read(descriptor, target, from, wanted, offset + from, finish),
      )
      if (bytes === 0) break
      if (bytes !== interrupted) done += bytes
    }
    return done
  }

  appendSync(bytes: Uint8Array): void {
    const end = this.#size
    this.#size = end + bytes.length
    this.#putSync('append to', bytes, end)
  }

  append(bytes: Uint8Array): Promise<void> {
    const end = this.#size
    this.#size = end + bytes.length
    return this.#put('append to', bytes, end)
  }

  writeSync(bytes: Uint8Array, offset: number): void {
    this.#putSync('write', bytes, offset)
    this.#size = Math.max(this.#size, offset + bytes.length)
  }

  async write(bytes: Uint8Array, offset: number): Promise<void> {
    await this.#put('write', bytes, offset)
    this.#size = Math.max(this.#size, offset + bytes.length)
  }

  truncateSync(size: number): void {
    const descriptor = this.#open()
    try {
      fs.ftruncateSync(descriptor, size)
    } catch (error) {
      throw systemError('truncate', this.path, error)
    }
    this.#size = size
  }

  async truncate(size: number): Promise<void> {
    const descriptor = this.#open()
    await this.#pool('truncate', (finish) => fs.ftruncate(descriptor, size, (error) => finish(error, 0)))
    this.#size = size
  }

  syncSync(): void {
    const descriptor = this.#open()
    try {
      fs.fdatasyncSync(descriptor)
    } catch (error) {
      // Never tried again: the system reports a failed write-back once, and marks the lost pages as clean.
      throw systemError('sync', this.path, error)
    }
  }

  async sync(): Promise<void> {
    const descriptor = this.#open()
    await this.#pool('sync', (finish) => fs.fdatasync(descriptor, (error) => finish(error, 0)))
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    if (this.#underWay === 0) this.#closeDescriptor()
  }

  #open(): number {
    if (this.#closed) throw closedError(this.path)
    return this.#descriptor
  }

  #closeDescriptor(): void {
    try {
      fs.closeSync(this.#descriptor)
    } catch {
      // What must last was synced before; the descriptor is free even where close reports an error.
    }
  }

  #putSync(operation: string, bytes: Uint8Array, offset: number): void {
    let done = 0
    try {
      const descriptor = this.#open()
      while (done < bytes.length) {
        try {
          const wanted = Math.min(bytes.length - done, maxTransferBytes)
          done += this.#progress(operation, fs.writeSync(descriptor, bytes, done, wanted, offset + done))
        } catch (error) {
          if (systemCode(error) !== 'EINTR') throw systemError(operation, this.path, error)
        }
      }
    } catch (error) {
      this.#measureAfterFailure()
      throw error
    }
  }

  async #put(operation: string, bytes: Uint8Array, offset: number): Promise<void> {
    let done = 0
    try {
      const descriptor = this.#open()
      while (done < bytes.length) {
        const from = done
        const wanted = Math.min(bytes.length - from, maxTransferBytes)
        const written = await this.#transfer(operation, (finish) =>
          fs.write(descriptor, bytes, from, wanted, offset + from, finish),
        )
        if (written !== interrupted) done += this.#progress(operation, written)
      }
    } catch (error) {
      this.#measureAfterFailure()
      throw error
    }
  }

  #progress(operation: string, written: number): number {
    if (written > 0) return written
    // Asking again could go on for ever.
    throw new VarveError('IO', `cannot ${operation} ${this.path}: the system wrote 0 bytes. Check the disk.`, {
      file: this.path,
    })
  }

  /** After a write that stopped half way only the system knows the end, and the caller must know it to cut the file back. */
  #measureAfterFailure(): void {
    if (this.#closed) return
    try {
      this.#size = fs.fstatSync(this.#descriptor).size
    } catch {
      // The write's own error is the one to report; the caller fails to cut back and gives the file up.
    }
  }

  async #transfer(operation: string, start: (finish: Finish) => void): Promise<number> {
    try {
      return await this.#pool(operation, start)
    } catch (error) {
      if (error instanceof VarveError && systemCode(error.cause) === 'EINTR') return interrupted
      throw error
    }
  }

  /**
   * Runs one call in the thread pool. The descriptor stays open until the call is over, even where
   * `close` comes first: its number would otherwise be given to another file, and the call would go there.
   */
  #pool(operation: string, start: (finish: Finish) => void): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#underWay++
      try {
        start((error, bytes) => {
          this.#leavePool()
          if (error === null) resolve(bytes)
          else reject(systemError(operation, this.path, error))
        })
      } catch (error) {
        this.#leavePool()
        reject(systemError(operation, this.path, error))
      }
    })
  }

  #leavePool(): void {
    this.#underWay--
    if (this.#closed && this.#underWay === 0) this.#closeDescriptor()
  }
}
