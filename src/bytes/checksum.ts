import { crc32 } from 'node:zlib'

/**
 * CRC-32 (ISO-HDLC, as in gzip; not CRC-32C) of a slice, begun from `seed`. Two different seeds give two different sums for the same
 * bytes, which is how a block is bound to its file and offset.
 */
export function checksum(bytes: Uint8Array, start: number, end: number, seed: number): number {
  return crc32(start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end), seed)
}

/** Mixes a file's seed with an offset below 2^32: one-to-one in the offset, so that no two places of a file share a seed. */
export function seedAt(fileSeed: number, offset: number): number {
  return (fileSeed ^ Math.imul(offset | 0, 0x9e3779b1)) >>> 0
}
