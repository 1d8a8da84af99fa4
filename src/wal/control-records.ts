import { ByteReader } from '../bytes/reader.ts'
import { ByteWriter } from '../bytes/writer.ts'

/** A log's first record, where it has a predecessor: what the predecessor must turn out to be. */
export interface Link {
  readonly number: number
  readonly length: number
  readonly lastSequence: number
}

/** Three integers of six bytes: number, length, last sequence. */
export function encodeLink(link: Link): Uint8Array {
  const writer = new ByteWriter(18)
  writer.u48(link.number)
  writer.u48(link.length)
  writer.u48(link.lastSequence)
  return writer.finish()
}

export function decodeLink(bytes: Uint8Array, start: number, end: number, file: string): Link {
  const reader = new ByteReader(bytes, start, end, file)
  const link = { number: reader.u48(), length: reader.u48(), lastSequence: reader.u48() }
  if (reader.remaining > 0) reader.fail('a link record is too long')
  return link
}

/** A log's last record at a clean close: the last sequence that it holds, six bytes. */
export function encodeSeal(lastSequence: number): Uint8Array {
  const writer = new ByteWriter(6)
  writer.u48(lastSequence)
  return writer.finish()
}

export function decodeSeal(bytes: Uint8Array, start: number, end: number, file: string): number {
  const reader = new ByteReader(bytes, start, end, file)
  const lastSequence = reader.u48()
  if (reader.remaining > 0) reader.fail('a seal record is too long')
  return lastSequence
}
