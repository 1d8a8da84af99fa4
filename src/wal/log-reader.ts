import { checksum } from '../bytes/checksum.ts'
import { ByteReader } from '../bytes/reader.ts'
import { corruption, VarveError } from '../errors.ts'
import type { FileSystem } from '../fs/file-system.ts'
import { HEADER_BYTES, type LogHeader, LogIdentity, RecordType } from './format.ts'
import { decodeLogHeader } from './log-header.ts'

/** So much is checksummed in vain by `resume`, in a log of less than a quarter of this: about a second's work. */
const RESUME_BYTES_MAX = 1 << 30

const KNOWN_TYPES: ReadonlySet<number> = new Set(Object.values(RecordType))

/** A record that parsed and matches its checksum. */
export interface LogRecord {
  readonly type: RecordType
  readonly offset: number
  readonly payloadStart: number
  /** The end of the payload, and of the record. */
  readonly end: number
  /** How much of the file was known durable when the record was written. */
  readonly syncedUpTo: number
}

/** Why recovery leaves out what follows in a log, and all later logs. */
export function unprovenFrom(path: string, offset: number): string {
  return `no whole record follows in ${path} at byte ${offset}, and nothing proves that what is left out was durable`
}

/** Reads one whole log. What it returns are facts about bytes; what they mean for recovery is decided by those who know the other files. */
export class LogReader {
  readonly path: string
  readonly bytes: Uint8Array
  /** Undefined for a file whose creation was not finished: nothing lies behind the place of its header. */
  readonly header: LogHeader | undefined
  readonly #identity: LogIdentity | undefined
  #position = HEADER_BYTES
  /** Bytes that were checksummed behind markers without an intact record. */
  #wasted = 0

  private constructor(path: string, bytes: Uint8Array, header: LogHeader | undefined) {
    this.path = path
    this.bytes = bytes
    this.header = header
    this.#identity = header === undefined ? undefined : new LogIdentity(bytes.subarray(0, HEADER_BYTES))
  }

  /** Reads the file. A bad header with bytes behind it is CORRUPTION: the header was durable before they were written. */
  static open(fileSystem: FileSystem, path: string): LogReader {
    const bytes = readWhole(fileSystem, path)
    if (bytes.length > HEADER_BYTES) return new LogReader(path, bytes, decodeLogHeader(bytes, path))
    try {
      return new LogReader(path, bytes, decodeLogHeader(bytes, path))
    } catch (error) {
      if (error instanceof VarveError && error.code === 'CORRUPTION') return new LogReader(path, bytes, undefined)
      throw error
    }
  }

  /** Where the intact records read so far end. */
  get position(): number {
    return this.header === undefined ? 0 : this.#position
  }

  /** Whether every byte of the file belongs to an intact record. */
  get atEnd(): boolean {
    return this.position === this.bytes.length
  }

  /** The next record, or undefined at the end of the file and at the first bytes that are no intact record. */
  next(): LogRecord | undefined {
    if (this.#identity === undefined) return undefined
    const record = this.#recordAt(this.#position)
    if (record !== undefined) this.#position = record.end
    return record
  }

  /**
   * The first intact record behind `position` that promises bytes at or past it: proof that what is damaged there was durable. Undefined where
   * the damage may be a torn write.
   */
  proofOfLoss(): LogRecord | undefined {
    this.#wasted = 0
    return this.#search(4 * this.bytes.length, (record) => record.syncedUpTo > this.#position)
  }

  /**
   * For whoever takes what is left of a damaged log: after `next` has come to damage, goes on at the first intact record behind it. Undefined where
   * there is none. CORRUPTION where looking on would take too long: the file was made to be so.
   */
  resume(): LogRecord | undefined {
    if (this.#identity === undefined) return undefined
    const length = this.bytes.length
    const record = this.#search(Math.max(4 * length, Math.min(64 * length, RESUME_BYTES_MAX)), () => true)
    if (record !== undefined) this.#position = record.end
    return record
  }

  /** The first intact record behind `position` that is `wanted`; `budget` bounds the bytes that may be checksummed in vain. */
  #search(budget: number, wanted: (record: LogRecord) => boolean): LogRecord | undefined {
    // A false marker turns up once in 2^32 bytes. A file made to hold many could cost quadratic time, so the work is bounded.
    for (let offset = this.#position + 1; offset < this.bytes.length; offset++) {
      if (!this.#markerStands(offset)) continue
      const record = this.#recordAt(offset)
      if (record !== undefined && wanted(record)) return record
      if (this.#wasted > budget) throw corruption('the log holds too many false record markers', this.path, offset)
    }
    return undefined
  }

  #markerStands(offset: number): boolean {
    const { bytes } = this
    const marker = this.#identity!.markerAt(offset)
    return (
      bytes[offset] === (marker & 0xff) &&
      bytes[offset + 1] === ((marker >>> 8) & 0xff) &&
      bytes[offset + 2] === ((marker >>> 16) & 0xff) &&
      bytes[offset + 3] === marker >>> 24
    )
  }

  #recordAt(offset: number): LogRecord | undefined {
    if (!this.#markerStands(offset)) return undefined
    const reader = new ByteReader(this.bytes, offset + 4, this.bytes.length, this.path)
    let crc: number
    let type: number
    let size: number
    let promise: number
    try {
      crc = reader.u32()
      type = reader.u8()
      size = reader.varint()
      promise = reader.varint()
    } catch {
      return undefined
    }
    if (size === 0 || size > reader.remaining || promise > offset - HEADER_BYTES) return undefined
    const payloadStart = reader.offset
    const end = payloadStart + size
    if (checksum(this.bytes, offset + 8, end, this.#identity!.seedAt(offset)) !== crc) {
      this.#wasted += end - offset
      return undefined
    }
    if (!KNOWN_TYPES.has(type)) {
      throw new VarveError(
        'UNSUPPORTED_FORMAT',
        `a record of type ${type} in ${this.path} needs a newer version of varve`,
        {
          file: this.path,
          offset,
        },
      )
    }
    return { type: type as RecordType, offset, payloadStart, end, syncedUpTo: offset - promise }
  }
}

function readWhole(fileSystem: FileSystem, path: string): Uint8Array {
  const file = fileSystem.open(path, 'read')
  try {
    const bytes = new Uint8Array(file.sizeSync())
    // A short read is never the end of a log: what could not be read may have been acknowledged.
    if (file.readSync(bytes, 0) !== bytes.length)
      throw new VarveError('IO', `${path} became shorter while it was read`, { file: path })
    return bytes
  } finally {
    file.close()
  }
}
