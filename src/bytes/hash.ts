/** Where a hash is put: a reused object, so that hashing makes none. The lanes are signed 32-bit integers. */
export interface HashTarget {
  hash1: number
  hash2: number
}

/**
 * The hash of filters: 64 bits in two lanes, after MurmurHash3 (two of the lanes of its x86-128 form). It is part of
 * the file format (filter algorithm 1) and never changes. All arithmetic is modulo 2^32, `rotate` turns to the left:
 *
 *     h1 = h2 = seed
 *     for each 8 bytes, the last ones filled up with zeros: a and b are their two little-endian u32
 *       h1 ^= rotate(a * 0x239b961b, 15) * 0xab0e9789;  h1 = (rotate(h1, 19) + h2) * 5 + 0x561ccd1b
 *       h2 ^= rotate(b * 0xab0e9789, 16) * 0x38b34ae5;  h2 = (rotate(h2, 17) + h1) * 5 + 0x0bcaa747
 *     h1 ^= length;  h2 ^= length;  h1 += h2;  h2 += h1
 *     h1 = mix(h1);  h2 = mix(h2);  h1 += h2;  h2 += h1
 *     mix(h): h ^= h >>> 16;  h *= 0x85ebca6b;  h ^= h >>> 13;  h *= 0xc2b2ae35;  h ^= h >>> 16
 */
export function hashInto(target: HashTarget, bytes: Uint8Array, start: number, end: number, seed = 0): void {
  let h1 = seed | 0
  let h2 = seed | 0
  let at = start
  for (const whole = end - 7; at < whole; at += 8) {
    const a = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)
    const b = bytes[at + 4]! | (bytes[at + 5]! << 8) | (bytes[at + 6]! << 16) | (bytes[at + 7]! << 24)
    h1 = step1(h1, h2, a)
    h2 = step2(h2, h1, b)
  }
  if (at < end) {
    let a = 0
    let b = 0
    for (let shift = 0; at < end && shift < 32; shift += 8) a |= bytes[at++]! << shift
    for (let shift = 0; at < end; shift += 8) b |= bytes[at++]! << shift
    h1 = step1(h1, h2, a)
    h2 = step2(h2, h1, b)
  }
  h1 ^= end - start
  h2 ^= end - start
  h1 = (h1 + h2) | 0
  h2 = (h2 + h1) | 0
  h1 = mix(h1)
  h2 = mix(h2)
  target.hash1 = h1 = (h1 + h2) | 0
  target.hash2 = (h2 + h1) | 0
}

function step1(h1: number, h2: number, a: number): number {
  const scaled = Math.imul(a, 0x239b961b)
  const h = h1 ^ Math.imul((scaled << 15) | (scaled >>> 17), 0xab0e9789)
  return (Math.imul(((h << 19) | (h >>> 13)) + h2, 5) + 0x561ccd1b) | 0
}

function step2(h2: number, h1: number, b: number): number {
  const scaled = Math.imul(b, 0xab0e9789)
  const h = h2 ^ Math.imul((scaled << 16) | (scaled >>> 16), 0x38b34ae5)
  return (Math.imul(((h << 17) | (h >>> 15)) + h1, 5) + 0x0bcaa747) | 0
}

function mix(h: number): number {
  let mixed = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return mixed ^ (mixed >>> 16)
}
