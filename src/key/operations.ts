import { ByteReader } from '../bytes/reader.ts'
import type { ByteWriter } from '../bytes/writer.ts'
import { corruption, VarveError } from '../errors.ts'
import { MAX_KEY_BYTES, MAX_VALUE_BYTES } from './internal-key.ts'
import { isReadableKind, Kind } from './kind.ts'

/**
 * A batch as the log holds it, and as it waits in the commit queue:
 *
 *     operation count   varint, at least 1
 *     metadata bytes    varint, then that many bytes of tagged metadata, which a reader may skip
 *     operations        kind (1 byte; bit 7 is reserved for "a keyspace id follows"), key length (varint), key,
 *                       and for a put: value length (varint), value
 */
export function writeBatchHeader(writer: ByteWriter, operationCount: number): void {
  writer.varint(operationCount)
  writer.u8(0)
}

export function writePut(writer: ByteWriter, key: Uint8Array, value: Uint8Array): void {
  writer.u8(Kind.Put)
  writer.prefixed(key)
  writer.prefixed(value)
}

export function writeDelete(writer: ByteWriter, key: Uint8Array): void {
  writer.u8(Kind.Delete)
  writer.prefixed(key)
}

/** Walks the operations of the batches that lie one after another in `buffer`, without making an object for each. */
export class OperationReader {
  readonly buffer: Uint8Array
  kind = 0
  keyStart = 0
  keyEnd = 0
  valueStart = 0
  valueEnd = 0
  readonly #reader: ByteReader
  #left = 0

  constructor(buffer: Uint8Array, start: number, end: number, file?: string, base = 0) {
    this.buffer = buffer
    this.#reader = new ByteReader(buffer, start, end, file, base)
  }

  /** Moves to the next operation; false at the end. A malformed one is CORRUPTION, an unknown kind UNSUPPORTED_FORMAT. */
  next(): boolean {
    const reader = this.#reader
    if (this.#left === 0) {
      if (reader.remaining === 0) return false
      this.#left = reader.varint()
      if (this.#left === 0) reader.fail('a batch holds no operation')
      reader.skip(reader.varint())
    }
    this.#left--
    const kind = reader.u8()
    if (!isReadableKind(kind)) {
      throw new VarveError('UNSUPPORTED_FORMAT', `an operation of kind ${kind} needs a newer version of varve`)
    }
    this.kind = kind
    const keyLength = reader.varint()
    this.keyStart = reader.skip(keyLength)
    this.keyEnd = reader.offset
    const valueLength = kind === Kind.Put ? reader.varint() : 0
    this.valueStart = reader.skip(valueLength)
    this.valueEnd = reader.offset
    return true
  }

  /** Whether a batch has just ended. */
  get atBatchEnd(): boolean {
    return this.#left === 0
  }
}

/** Checks all batches before any of them is applied, and returns how many operations they hold. CORRUPTION where one breaks a rule. */
export function countOperations(bytes: Uint8Array, start: number, end: number, path: string): number {
  const operations = new OperationReader(bytes, start, end, path)
  let count = 0
  while (operations.next()) {
    const { keyStart, keyEnd, valueStart, valueEnd } = operations
    if (keyEnd - keyStart > MAX_KEY_BYTES) throw corruption('a key is longer than a key can be', path, keyStart)
    if (valueEnd - valueStart > MAX_VALUE_BYTES) throw corruption('a value is longer than one can be', path, valueStart)
    count++
  }
  if (!operations.atBatchEnd) throw corruption('a batch is cut short', path, end)
  return count
}
