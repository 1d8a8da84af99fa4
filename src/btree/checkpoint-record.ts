import { checksum } from '../bytes/checksum.ts'
import { compareBytes } from '../bytes/compare.ts'
import { ByteReader } from '../bytes/reader.ts'
import { ByteWriter } from '../bytes/writer.ts'
import { corruption, VarveError } from '../errors.ts'
import { DATABASE_ID_BYTES } from '../wal/format.ts'
import { PROTECTIONS, type TornPageProtection } from './options.ts'
import type { SpaceState } from './page-space.ts'

/*
 * The file CHECKPOINT. Integers are little-endian, varints as everywhere.
 *
 *     magic "varvtree", format version (u32), database id (16)
 *     page bytes (u32), protection (u8: its place in PROTECTIONS), epoch (u48)
 *     first log (u48): redo begins there; 0: nothing is to be redone
 *     sequence (u48): the pages have everything up to here
 *     time (u48): that of the last commit, ms since 1970
 *     page count, count of free pages, their ids (varints)
 *     count of places, places (varints); a count of 0: pages lie by their ids
 *     CRC-32 of everything before
 */
const MAGIC = new TextEncoder().encode('varvtree')
const FORMAT_VERSION = 1
const CRC_BYTES = 4

/** The state of a store on disk, but for what the logs from `firstLog` on say. */
export interface CheckpointRecord {
  readonly databaseId: Uint8Array
  readonly pageBytes: number
  readonly protection: TornPageProtection
  /** How many lives have written. */
  readonly epoch: number
  /** Where redo begins; 0 where the last life ended well, or has not begun. */
  readonly firstLog: number
  readonly sequence: number
  readonly timeMs: number
  readonly space: SpaceState
  /** Where each page lies; undefined where all lie by their ids. */
  readonly places: readonly number[] | undefined
}

export function encodeCheckpoint(record: CheckpointRecord): Uint8Array {
  const writer = new ByteWriter(256)
  writer.bytes(MAGIC)
  writer.u32(FORMAT_VERSION)
  writer.bytes(record.databaseId)
  writer.u32(record.pageBytes)
  writer.u8(PROTECTIONS.indexOf(record.protection))
  writer.u48(record.epoch)
  writer.u48(record.firstLog)
  writer.u48(record.sequence)
  writer.u48(record.timeMs)
  writer.varint(record.space.pageCount)
  writeAll(writer, record.space.free)
  writeAll(writer, record.places ?? [])
  writer.u32(checksum(writer.buffer, 0, writer.length, 0))
  return writer.finish()
}

/** CORRUPTION for anything but exactly one whole record; UNSUPPORTED_FORMAT for an intact one of a newer version. */
export function decodeCheckpoint(bytes: Uint8Array, file: string): CheckpointRecord {
  const crcAt = bytes.length - CRC_BYTES
  if (crcAt < MAGIC.length || compareBytes(bytes.subarray(0, MAGIC.length), MAGIC) !== 0) {
    throw corruption('this is no checkpoint of a B-tree', file, 0)
  }
  if (new ByteReader(bytes, crcAt, bytes.length, file).u32() !== checksum(bytes, 0, crcAt, 0)) {
    throw corruption('the checkpoint does not match its checksum', file, 0)
  }
  const reader = new ByteReader(bytes, MAGIC.length, crcAt, file)
  const version = reader.u32()
  if (version !== FORMAT_VERSION) {
    const message = `${file} has format ${version}, this version reads ${FORMAT_VERSION}: upgrade varve`
    throw new VarveError('UNSUPPORTED_FORMAT', message, { file })
  }
  const record = {
    databaseId: reader.bytes(DATABASE_ID_BYTES).slice(),
    pageBytes: reader.u32(),
    protection: PROTECTIONS[reader.u8()] ?? reader.fail('an unknown protection of pages'),
    epoch: reader.u48(),
    firstLog: reader.u48(),
    sequence: reader.u48(),
    timeMs: reader.u48(),
    space: { pageCount: reader.varint(), free: readAll(reader) },
  }
  const places = readAll(reader)
  if (reader.remaining > 0) reader.fail('a checkpoint is too long')
  checkRecord(record, places, reader)
  return { ...record, places: record.protection === 'copy-on-write' ? places : undefined }
}

function checkRecord(
  { pageBytes, protection, space }: Pick<CheckpointRecord, 'pageBytes' | 'protection' | 'space'>,
  places: readonly number[],
  reader: ByteReader,
): void {
  if (pageBytes !== 4096 && pageBytes !== 8192 && pageBytes !== 16384) reader.fail('an impossible page size')
  if (space.free.some((id) => id === 0 || id >= space.pageCount)) reader.fail('a free page that does not exist')
  if (new Set(space.free).size !== space.free.length) reader.fail('a page that is free twice')
  if (protection !== 'copy-on-write' && places.length > 0) reader.fail('places for pages that lie by their ids')
  const used = places.filter((place) => place !== 0)
  if (new Set(used).size !== used.length) reader.fail('two pages at one place')
}

function writeAll(writer: ByteWriter, numbers: readonly number[]): void {
  writer.varint(numbers.length)
  for (const number of numbers) writer.varint(number)
}

function readAll(reader: ByteReader): number[] {
  const count = reader.varint()
  // Before anything is allocated: each takes a byte at least.
  if (count > reader.remaining) reader.fail('a list that is longer than the checkpoint')
  const numbers: number[] = []
  for (let i = 0; i < count; i++) numbers.push(reader.varint())
  return numbers
}
