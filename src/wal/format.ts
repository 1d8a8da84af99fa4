import { checksum, seedAt } from '../bytes/checksum.ts'

/*
 * A log: the write-ahead log, the manifest and the B-tree's log are framed alike. All integers are little-endian.
 *
 * Header, 64 bytes, durable (with the file's name) before the first record is written:
 *
 *      0   8  magic "varvelog"
 *      8   4  format version, 1
 *     12  16  database id
 *     28   8  nonce, drawn anew for every file
 *     36   6  file number
 *     42   6  epoch: which writable opening of the store made the file
 *     48   6  base sequence: sequences in records are differences from it; at most where the log begins
 *     54   6  base time, ms since 1970: times in records are differences from it
 *     60   4  CRC-32 of bytes 0 to 59
 *
 * Record, from the header's end to the file's end, without padding:
 *
 *      0   4  marker: the nonce mixed with the record's offset
 *      4   4  CRC-32 over everything behind it, begun from a seed of nonce, file number and offset
 *      8   1  type
 *      9   v  payload length, at least 1
 *      .   v  promise: the record's offset minus `syncedUpTo`, how much of this file was known durable when the record was written
 *      .      payload
 *
 * (v: varint.) No record refers to another, so each verifies alone. An old file's bytes cannot validate in a new file or at another offset.
 * After damage a reader looks for the next marker and reads its promise: damage before a promise is rot, the rest may be a torn write.
 */

export const MAGIC: Uint8Array = new TextEncoder().encode('varvelog')
export const FORMAT_VERSION: number = 1
export const HEADER_BYTES: number = 64
export const DATABASE_ID_BYTES: number = 16
export const NONCE_BYTES: number = 8

/** The longest a record's own header can be: marker, CRC, type and two varints below 2^35. */
export const RECORD_HEADER_BYTES_MAX: number = 4 + 4 + 1 + 5 + 5

/** Offsets in a log stay below this, so that places within one file never share a checksum seed. */
export const LOG_BYTES_MAX: number = 2 ** 32 - 1

/** Record types. The numbers are on disk: never reused. */
export const RecordType = { Link: 1, Operations: 2, Promise: 3, Seal: 4, ManifestEdit: 5, BTree: 6 } as const
export type RecordType = (typeof RecordType)[keyof typeof RecordType]

export interface LogHeader {
  readonly databaseId: Uint8Array
  readonly nonce: Uint8Array
  readonly number: number
  readonly epoch: number
  readonly baseSequence: number
  readonly baseTimeMs: number
}

/** What ties records to their file: seeds of markers and checksums. */
export class LogIdentity {
  readonly #markerSeed: number
  readonly #checksumSeed: number

  /** From an encoded header: nonce and file number, and the database id for good measure. */
  constructor(encodedHeader: Uint8Array) {
    this.#checksumSeed = checksum(encodedHeader, 12, 42, 0)
    this.#markerSeed = checksum(encodedHeader, 28, 36, 0x56415256)
  }

  /** The marker of a record at `offset`. */
  markerAt(offset: number): number {
    return (this.#markerSeed ^ Math.imul(offset | 0, 0x85ebca6b)) >>> 0
  }

  /** The seed of the checksum of a record at `offset`. */
  seedAt(offset: number): number {
    return seedAt(this.#checksumSeed, offset)
  }
}
