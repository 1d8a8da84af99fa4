import { checksum } from '../bytes/checksum.ts'
import { varintLength, writeVarint } from '../bytes/varint.ts'
import { invariant, syncFailed } from '../errors.ts'
import { DoubleHandle } from '../fs/double-handle.ts'
import type { FileSystem, WriteCategory } from '../fs/file-system.ts'
import type { Job, Waitable } from '../fs/job.ts'
import {
  HEADER_BYTES,
  LOG_BYTES_MAX,
  type LogHeader,
  LogIdentity,
  RECORD_HEADER_BYTES_MAX,
  RecordType,
} from './format.ts'
import { encodeLogHeader } from './log-header.ts'

const PROMISE_PAYLOAD = 1

/** Appends records to one log file. Appends are synchronous; syncs are asynchronous or synchronous, even both at a time. */
export class LogWriter implements Waitable {
  readonly header: LogHeader
  readonly path: string
  readonly #handle: DoubleHandle
  readonly #identity: LogIdentity
  /** Where the next record goes: the end of the last good one. */
  #length: number
  #syncedUpTo: number
  #hasFailed = false
  #isCutBack = false
  readonly #small = new Uint8Array(RECORD_HEADER_BYTES_MAX + 32)

  private constructor(
    handle: DoubleHandle,
    header: LogHeader,
    encoded: Uint8Array,
    length: number,
    syncedUpTo: number,
  ) {
    this.path = handle.file.path
    this.header = header
    this.#handle = handle
    this.#identity = new LogIdentity(encoded)
    this.#length = length
    this.#syncedUpTo = syncedUpTo
  }

  /**
   * Creates a log whose header and name are durable when the job ends. Without the first sync a crash could leave records behind a header
   * that never reached the disk, and they could not be verified; without the directory's, acknowledged records in a file that has no name.
   * Throws POISONED when one of them fails.
   */
  static *create(
    fileSystem: FileSystem,
    directory: string,
    name: string,
    header: LogHeader,
    category: WriteCategory,
  ): Job<LogWriter> {
    const path = `${directory}/${name}`
    const encoded = encodeLogHeader(header)
    const handle = new DoubleHandle(fileSystem, fileSystem.open(path, 'create', category), category)
    let finished = false
    try {
      handle.file.appendSync(encoded)
      try {
        yield { kind: 'wait', on: handle }
        yield { kind: 'sync-directory', directory }
      } catch (cause) {
        throw syncFailed(path, cause)
      }
      finished = true
      return new LogWriter(handle, header, encoded, HEADER_BYTES, HEADER_BYTES)
    } finally {
      if (!finished) handle.close()
    }
  }

  /** Goes on in a log that was read to its end: `length` bytes, of which `syncedUpTo` are known durable. */
  static reopen(
    fileSystem: FileSystem,
    path: string,
    header: LogHeader,
    length: number,
    syncedUpTo: number,
    category: WriteCategory,
  ): LogWriter {
    const handle = new DoubleHandle(fileSystem, fileSystem.open(path, 'write', category), category)
    return new LogWriter(handle, header, encodeLogHeader(header), length, syncedUpTo)
  }

  get number(): number {
    return this.header.number
  }

  get length(): number {
    return this.#length
  }

  get syncedUpTo(): number {
    return this.#syncedUpTo
  }

  /** Whether an append failed. Nothing may be appended afterwards, not even when the log was cut back. */
  get hasFailed(): boolean {
    return this.#hasFailed
  }

  get isSynced(): boolean {
    return this.#syncedUpTo === this.#length
  }

  /** Whether a record with this payload still fits. */
  fits(payloadBytes: number): boolean {
    return this.#length + payloadBytes + RECORD_HEADER_BYTES_MAX <= LOG_BYTES_MAX
  }

  /**
   * Appends one record with one write. Its payload lies in `frame` from `start` to `end`; the record's header is written into the
   * RECORD_HEADER_BYTES_MAX bytes before `start`, which must be free. When this throws nothing was appended that counts: `cutBack` or give up.
   */
  append(type: RecordType, frame: Uint8Array, start: number, end: number): void {
    const size = end - start
    invariant(size > 0 && start >= RECORD_HEADER_BYTES_MAX, 'a record has a payload, and room before it')
    invariant(this.fits(size), 'a log stays below 4 GiB')
    const offset = this.#length
    const promise = offset - this.#syncedUpTo
    const begin = start - 9 - varintLength(size) - varintLength(promise)
    frame[begin + 8] = type
    writeVarint(frame, writeVarint(frame, begin + 9, size), promise)
    writeU32(frame, begin, this.#identity.markerAt(offset))
    writeU32(frame, begin + 4, checksum(frame, begin + 8, end, this.#identity.seedAt(offset)))
    invariant(!this.#hasFailed, 'nothing is appended behind a failed write')
    try {
      this.#handle.file.appendSync(frame.subarray(begin, end))
    } catch (error) {
      this.#hasFailed = true
      throw error
    }
    this.#length = offset + end - begin
  }

  /** Appends a small record, such as a link or a seal. */
  appendPayload(type: RecordType, payload: Uint8Array): void {
    const frame = new Uint8Array(RECORD_HEADER_BYTES_MAX + payload.length)
    frame.set(payload, RECORD_HEADER_BYTES_MAX)
    this.append(type, frame, RECORD_HEADER_BYTES_MAX, frame.length)
  }

  /** States how much is durable, so that damage there can be told from a torn write even if nothing is written after it. */
  appendPromise(): void {
    this.#small[RECORD_HEADER_BYTES_MAX] = PROMISE_PAYLOAD
    this.append(RecordType.Promise, this.#small, RECORD_HEADER_BYTES_MAX, RECORD_HEADER_BYTES_MAX + 1)
  }

  /** fdatasync through the thread pool: resolves when all that was appended before the call is durable. Rejects with POISONED. */
  async wait(): Promise<void> {
    // Whoever waited meanwhile may have synced all of it, and closed the file.
    while (!this.isSynced && this.#handle.isBusy) await this.#handle.idle()
    if (this.isSynced) return
    const length = this.#length
    try {
      await this.#handle.wait()
    } catch (cause) {
      throw syncFailed(this.path, cause)
    }
    if (length > this.#syncedUpTo) this.#syncedUpTo = length
  }

  /** fdatasync in place. Throws POISONED. */
  waitSync(): void {
    if (this.isSynced) return
    try {
      this.#handle.waitSync()
    } catch (cause) {
      throw syncFailed(this.path, cause)
    }
    this.#syncedUpTo = this.#length
  }

  /**
   * After a failed append: removes what part of the record got into the file, and makes that durable, so that a later reader finds neither
   * garbage nor the record of a write that was refused. Throws where the file cannot be cut back: then nothing more may be written.
   */
  *cutBack(): Job<void> {
    if (this.#isCutBack) return
    try {
      this.#handle.file.truncateSync(this.#length)
      // Were the cut not made durable, a torn record that was written back already could be found, whole, by the next opening.
      yield { kind: 'wait', on: this.#handle }
    } catch (cause) {
      throw syncFailed(this.path, cause)
    }
    this.#isCutBack = true
    this.#syncedUpTo = this.#length
  }

  close(): void {
    this.#handle.close()
  }
}

function writeU32(target: Uint8Array, offset: number, value: number): void {
  target[offset] = value
  target[offset + 1] = value >>> 8
  target[offset + 2] = value >>> 16
  target[offset + 3] = value >>> 24
}
