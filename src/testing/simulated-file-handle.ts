import type { FileHandle, WriteCategory } from '../fs/file-system.ts'
import type { MemoryFile } from '../fs/memory-file.ts'
import { closedError, simulatedError } from '../fs/system-error.ts'
import type { PageFate } from './disk-profile.ts'
import type { Fault } from './fault-plan.ts'
import { type CallDetails, type FileCalls, withFault } from './file-calls.ts'

/** What a handle needs of its file system. */
export interface HandleDisk {
  readonly calls: FileCalls
  freeBytes(): number
  nextOrder(): number
  pageFate(fault: Fault, path: string): PageFate
  closed(): void
}

/** An open file of a SimulatedFileSystem. */
export class SimulatedFileHandle implements FileHandle {
  readonly path: string
  readonly #file: MemoryFile
  readonly #disk: HandleDisk
  readonly #writable: boolean
  readonly #category: WriteCategory | undefined
  readonly #number: number
  /** How many of the file's sync errors were there before, or were reported here. */
  #seenErrors: number
  /** The end of the file once the appends under way are done, so that they do not overlap. */
  #appendEnd = 0
  #appendsUnderWay = 0
  #closed = false

  constructor(
    path: string,
    file: MemoryFile,
    writable: boolean,
    category: WriteCategory | undefined,
    number: number,
    disk: HandleDisk,
  ) {
    this.path = path
    this.#file = file
    this.#writable = writable
    this.#category = category
    this.#number = number
    this.#disk = disk
    this.#seenErrors = file.syncErrors.length
  }

  sizeSync(): number {
    this.#check()
    return this.#file.size
  }

  readSync(target: Uint8Array, offset: number): number {
    this.#check()
    return this.#disk.calls.now(this.#call('read', offset, target.length), (fault) => this.#read(target, offset, fault))
  }

  async read(target: Uint8Array, offset: number): Promise<number> {
    this.#check()
    const call = this.#call('read', offset, target.length)
    return this.#disk.calls.later(call, (fault) => this.#read(target, offset, fault))
  }

  appendSync(bytes: Uint8Array): void {
    this.#checkWritable('append to')
    const offset = this.#reserve(bytes.length)
    const call = this.#call('append', offset, bytes.length)
    this.#disk.calls.now(call, (fault) => this.#put('append to', bytes, offset, fault), bytes)
  }

  async append(bytes: Uint8Array): Promise<void> {
    this.#checkWritable('append to')
    const offset = this.#reserve(bytes.length)
    const call = this.#call('append', offset, bytes.length)
    this.#appendsUnderWay++
    try {
      await this.#disk.calls.later(call, (fault) => this.#put('append to', bytes, offset, fault), bytes)
    } finally {
      this.#appendsUnderWay--
    }
  }

  writeSync(bytes: Uint8Array, offset: number): void {
    this.#checkWritable('write')
    const call = this.#call('write', offset, bytes.length)
    this.#disk.calls.now(call, (fault) => this.#put('write', bytes, offset, fault), bytes)
  }

  async write(bytes: Uint8Array, offset: number): Promise<void> {
    this.#checkWritable('write')
    const call = this.#call('write', offset, bytes.length)
    await this.#disk.calls.later(call, (fault) => this.#put('write', bytes, offset, fault), bytes)
  }

  truncateSync(size: number): void {
    this.#checkWritable('truncate')
    this.#disk.calls.now(this.#call('truncate', size, 0), (fault) => this.#truncate(size, fault))
  }

  async truncate(size: number): Promise<void> {
    this.#checkWritable('truncate')
    await this.#disk.calls.later(this.#call('truncate', size, 0), (fault) => this.#truncate(size, fault))
  }

  syncSync(): void {
    this.#check()
    this.#disk.calls.now(this.#call('sync', 0, 0), (fault) => this.#sync(fault))
  }

  async sync(): Promise<void> {
    this.#check()
    await this.#disk.calls.later(this.#call('sync', 0, 0), (fault) => this.#sync(fault))
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#disk.calls.noteClose(this.path, this.#category, this.#number)
    this.#disk.closed()
  }

  #check(): void {
    if (this.#closed) throw closedError(this.path)
  }

  #checkWritable(verb: string): void {
    this.#check()
    if (!this.#writable) throw simulatedError(verb, this.path, 'EBADF')
  }

  #call(operation: CallDetails['operation'], offset: number, bytes: number): CallDetails {
    return { operation, path: this.path, category: this.#category, handle: this.#number, offset, bytes }
  }

  #reserve(bytes: number): number {
    const offset = this.#appendsUnderWay === 0 ? this.#file.size : this.#appendEnd
    this.#appendEnd = offset + bytes
    return offset
  }

  #read(target: Uint8Array, offset: number, fault: Fault | undefined): number {
    if (fault === undefined) return this.#file.read(target, offset)
    if ('shortBytes' in fault) return this.#file.read(target.subarray(0, fault.shortBytes), offset)
    this.#file.read(target.subarray(0, fault.afterEffect ? target.length : (fault.afterBytes ?? 0)), offset)
    throw simulatedError('read', this.path, fault.error)
  }

  #put(verb: string, bytes: Uint8Array, offset: number, fault: Fault | undefined): void {
    if (fault === undefined || 'shortBytes' in fault) return this.#putWhatFits(verb, bytes, offset)
    this.#putWhatFits(verb, fault.afterEffect ? bytes : bytes.subarray(0, fault.afterBytes ?? 0), offset)
    throw simulatedError(verb, this.path, fault.error)
  }

  /** A full disk takes what still fits, and then fails. */
  #putWhatFits(verb: string, bytes: Uint8Array, offset: number): void {
    const growth = offset + bytes.length - this.#file.size
    const missing = growth <= 0 ? 0 : growth - this.#disk.freeBytes()
    const fitting = missing <= 0 ? bytes : bytes.subarray(0, Math.max(0, bytes.length - missing))
    this.#file.write(fitting, offset, this.#disk.nextOrder())
    if (missing > 0) throw simulatedError(verb, this.path, 'ENOSPC')
  }

  #truncate(size: number, fault: Fault | undefined): void {
    withFault(fault, 'truncate', this.path, () => this.#file.truncate(size, this.#disk.nextOrder()))
  }

  #sync(fault: Fault | undefined): void {
    const file = this.#file
    let due = this.#seenErrors < file.syncErrors.length
    let isLate = false
    if (fault === undefined || 'shortBytes' in fault) file.sync()
    else {
      const fate = this.#disk.pageFate(fault, this.path)
      if (fate === 'reverted') file.revert()
      else if (fate !== 'kept') file.abandon()
      file.syncErrors = [...file.syncErrors, fault.error]
      isLate = fate === 'late'
      due ||= !isLate
    }
    if (!due) return
    const error = file.syncErrors[this.#seenErrors]!
    // Once per descriptor, however many there were.
    this.#seenErrors = file.syncErrors.length - (isLate ? 1 : 0)
    throw simulatedError('sync', this.path, error)
  }
}
