import { compareSlices } from '../bytes/compare.ts'

/**
 * Internal order, which all rooms share: user key ascending by unsigned bytes, then sequence descending, so that the newest version of a
 * key comes first. Two entries never share key and sequence.
 *
 * On disk an internal key is the user key followed by the trailer: sequence (6 bytes, little-endian), kind (1 byte).
 */
export const TRAILER_BYTES: number = 7

/** Limits of user keys and values, in bytes. */
export const MAX_KEY_BYTES: number = 64 * 1024
export const MAX_VALUE_BYTES: number = 256 * 1024 * 1024

/** Internal order of two entries. */
export function compareInternal(
  a: Uint8Array,
  aStart: number,
  aEnd: number,
  aSequence: number,
  b: Uint8Array,
  bStart: number,
  bEnd: number,
  bSequence: number,
): number {
  const order = compareSlices(a, aStart, aEnd, b, bStart, bEnd)
  return order !== 0 ? order : bSequence - aSequence
}

export function writeTrailer(target: Uint8Array, offset: number, sequence: number, kind: number): void {
  const low = sequence >>> 0
  const high = (sequence - low) / 0x100000000
  target[offset] = low
  target[offset + 1] = low >>> 8
  target[offset + 2] = low >>> 16
  target[offset + 3] = low >>> 24
  target[offset + 4] = high
  target[offset + 5] = high >>> 8
  target[offset + 6] = kind
}

/** The sequence of the trailer at `offset`. */
export function trailerSequence(source: Uint8Array, offset: number): number {
  const low = source[offset]! + source[offset + 1]! * 0x100 + source[offset + 2]! * 0x10000 + source[offset + 3]! * 0x1000000
  return low + (source[offset + 4]! + source[offset + 5]! * 0x100) * 0x100000000
}
