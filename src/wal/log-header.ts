import { checksum } from '../bytes/checksum.ts'
import { compareBytes } from '../bytes/compare.ts'
import { ByteReader } from '../bytes/reader.ts'
import { ByteWriter } from '../bytes/writer.ts'
import { corruption, VarveError } from '../errors.ts'
import { DATABASE_ID_BYTES, FORMAT_VERSION, HEADER_BYTES, type LogHeader, MAGIC, NONCE_BYTES } from './format.ts'

export function encodeLogHeader(header: LogHeader): Uint8Array {
  const writer = new ByteWriter(HEADER_BYTES)
  writer.bytes(MAGIC)
  writer.u32(FORMAT_VERSION)
  writer.bytes(header.databaseId)
  writer.bytes(header.nonce)
  writer.u48(header.number)
  writer.u48(header.epoch)
  writer.u48(header.baseSequence)
  writer.u48(header.baseTimeMs)
  writer.u32(checksum(writer.buffer, 0, writer.length, 0))
  return writer.finish()
}

/** Decodes the first bytes of a log; throws CORRUPTION, or UNSUPPORTED_FORMAT for an intact header of a newer version. */
export function decodeLogHeader(bytes: Uint8Array, file: string): LogHeader {
  if (bytes.length < HEADER_BYTES) throw corruption('the log header is cut short', file, bytes.length)
  const reader = new ByteReader(bytes, 0, HEADER_BYTES, file)
  if (compareBytes(reader.bytes(MAGIC.length), MAGIC) !== 0) throw corruption('this is not a varve log', file, 0)
  const version = reader.u32()
  const header = {
    databaseId: reader.bytes(DATABASE_ID_BYTES).slice(),
    nonce: reader.bytes(NONCE_BYTES).slice(),
    number: reader.u48(),
    epoch: reader.u48(),
    baseSequence: reader.u48(),
    baseTimeMs: reader.u48(),
  }
  const crcOffset = reader.offset
  if (reader.u32() !== checksum(bytes, 0, crcOffset, 0))
    throw corruption('the log header does not match its checksum', file, 0)
  if (version !== FORMAT_VERSION) {
    throw new VarveError(
      'UNSUPPORTED_FORMAT',
      `${file} has log format ${version}, this version reads ${FORMAT_VERSION}: upgrade varve`,
      { file },
    )
  }
  return header
}
