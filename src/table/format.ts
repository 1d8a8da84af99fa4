import { checksum, seedAt } from '../bytes/checksum.ts'
import { ByteReader } from '../bytes/reader.ts'
import { ByteWriter } from '../bytes/writer.ts'
import { corruption, invariant, VarveError } from '../errors.ts'
import type { FileHandle } from '../fs/file-system.ts'
import { MAX_KEY_BYTES, MAX_VALUE_BYTES } from '../key/internal-key.ts'

/**
 * A table: entries in internal order, written once. Integers are little-endian; varints are unsigned LEB128 in their
 * shortest form.
 *
 *     file      data block*  section*  section index  footer          with no byte between them
 *
 *     block     every data block, every section and the section index is one:
 *               stored bytes
 *               codec      u8    0: stored as it is; 1: raw deflate (which this version uses for data blocks only)
 *               raw size   u32   of the bytes once decompressed
 *               CRC        u32   CRC-32 of stored bytes, codec and raw size, begun from
 *                                seedAt(table seed, offset of the block) of bytes/checksum.ts
 *
 *     The table seed is the CRC-32 of the 16 bytes of the table's id, so no block validates at another place or in
 *     another table.
 *     A "stored size" never counts the 9 bytes of the trailer.
 *
 *     data block (raw)
 *       entry*   shared     varint  leading bytes of the user key taken from the entry before; 0 at a restart point
 *                unshared   varint  further bytes of the user key
 *                value size varint
 *                the unshared bytes, sequence (6 bytes), kind (1 byte), the value
 *       restart* u32        where the 1st, 17th, 33rd... entry begins in the raw bytes: every 16th entry is a
 *                           restart point
 *       restarts u32        how many there are, at least 1
 *
 *     section index
 *       count    varint
 *       section* name (varint length, ASCII), flags u8, offset varint, stored size varint; in the order of the file
 *                flags, bit 0: a reader that does not know the name must refuse the table; the others are 0
 *
 *     Names: "block-index" (must understand, block-index.ts), "filter" (filter/filter.ts), "properties" (must
 *     understand, properties.ts); "range-deletes" and "dictionary" are reserved.
 *
 *     footer (44 bytes; these fields stay where they are in all versions to come)
 *       0   section index: offset       u48
 *       6   section index: stored size  u32
 *       10  zero                        u16
 *       12  id of the table             16 bytes, random
 *       28  format version              u32, 1
 *       32  CRC                         u32, of bytes 0 to 32, begun from seedAt(table seed, offset of the footer)
 *       36  magic                       "VARVESST"
 */
export const FORMAT_VERSION = 1
export const RESTART_INTERVAL = 16
export const TRAILER_SIZE = 9
export const FOOTER_SIZE = 44
export const ID_SIZE = 16
export const Codec = { none: 0, deflate: 1 } as const
export type CodecName = keyof typeof Codec

/**
 * The largest `blockBytes`; with the largest key and value it bounds the raw size of a block, and so what a reader
 * allocates.
 */
export const MAX_BLOCK_TARGET_BYTES: number = 16 * 1024 * 1024
export const MAX_BLOCK_BYTES: number = MAX_VALUE_BYTES + MAX_KEY_BYTES + MAX_BLOCK_TARGET_BYTES

const MAGIC = new TextEncoder().encode('VARVESST')
const CRC_AT = 32

/** A block's place in the file; `size` is the stored size, without the trailer. */
export interface BlockHandle {
  readonly offset: number
  readonly size: number
}

export interface Footer {
  readonly sectionIndex: BlockHandle
  readonly id: Uint8Array
}

/** What the checksums of a table begin from, by its id. */
export function tableSeed(id: Uint8Array): number {
  invariant(id.length === ID_SIZE, 'a table id has 16 bytes')
  return checksum(id, 0, ID_SIZE, 0)
}

export function idToText(id: Uint8Array): string {
  let text = ''
  for (const byte of id) text += byte.toString(16).padStart(2, '0')
  return text
}

/** The footer that stands at `offset`. */
export function encodeFooter(footer: Footer, offset: number): Uint8Array {
  const writer = new ByteWriter(FOOTER_SIZE)
  writer.u48(footer.sectionIndex.offset)
  writer.u32(footer.sectionIndex.size)
  writer.u8(0)
  writer.u8(0)
  writer.bytes(footer.id)
  writer.u32(FORMAT_VERSION)
  writer.u32(checksum(writer.buffer, 0, CRC_AT, seedAt(tableSeed(footer.id), offset)))
  writer.bytes(MAGIC)
  return writer.view()
}

/**
 * Reads the footer of a file of `bytes` bytes. CORRUPTION where it is damaged or points outside the file,
 * UNSUPPORTED_FORMAT where a newer version wrote it. The id is what the file says of itself: compare it to what the
 * manifest expects.
 */
export function readFooter(file: FileHandle, bytes: number): Footer {
  const offset = bytes - FOOTER_SIZE
  if (offset < 0) throw corruption('a table is too short to hold its footer', file.path, 0)
  const footer = new Uint8Array(FOOTER_SIZE)
  if (file.readSync(footer, offset) !== FOOTER_SIZE) throw corruption('a table ends early', file.path, offset)
  const reader = new ByteReader(footer, 0, FOOTER_SIZE, file.path, offset)
  const sectionIndex = { offset: reader.u48(), size: reader.u32() }
  const padding = reader.u8() + reader.u8()
  const id = reader.bytes(ID_SIZE)
  const version = reader.u32()
  const sum = reader.u32()
  if (!MAGIC.every((byte) => byte === reader.u8()))
    throw corruption('a table does not end with its magic', file.path, offset)
  if (sum !== checksum(footer, 0, CRC_AT, seedAt(tableSeed(id), offset))) {
    throw corruption("a table's footer does not match its checksum", file.path, offset)
  }
  if (version !== FORMAT_VERSION) {
    throw new VarveError('UNSUPPORTED_FORMAT', `a table of format ${version} needs a newer version of varve`, {
      file: file.path,
    })
  }
  if (padding !== 0 || sectionIndex.offset + sectionIndex.size + TRAILER_SIZE !== offset) {
    throw corruption("a table's section index does not lie before its footer", file.path, offset)
  }
  return { sectionIndex, id }
}
