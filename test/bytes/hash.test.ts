import { describe, expect, test } from 'vitest'
import { hashInto } from '../../src/bytes/hash.ts'

function lanes(bytes: Uint8Array, start = 0, end = bytes.length, seed = 0): string {
  const target = { hash1: 0, hash2: 0 }
  hashInto(target, bytes, start, end, seed)
  return [target.hash1, target.hash2].map((lane) => (lane >>> 0).toString(16).padStart(8, '0')).join(' ')
}

const text = (value: string) => new TextEncoder().encode(value)

/** The definition in the comment, written out once more with 64-bit integers. */
function defined(bytes: Uint8Array, seed = 0n): string {
  const word = (value: bigint) => BigInt.asUintN(32, value)
  const rotate = (value: bigint, by: bigint) => word((value << by) | (value >> (32n - by)))
  const u32 = (at: number) => [3, 2, 1, 0].reduce((sum, i) => sum * 256n + BigInt(bytes[at + i] ?? 0), 0n)
  let h1 = seed
  let h2 = seed
  for (let at = 0; at < bytes.length; at += 8) {
    h1 ^= word(rotate(word(u32(at) * 0x239b961bn), 15n) * 0xab0e9789n)
    h1 = word((rotate(h1, 19n) + h2) * 5n + 0x561ccd1bn)
    h2 ^= word(rotate(word(u32(at + 4) * 0xab0e9789n), 16n) * 0x38b34ae5n)
    h2 = word((rotate(h2, 17n) + h1) * 5n + 0x0bcaa747n)
  }
  h1 ^= BigInt(bytes.length)
  h2 ^= BigInt(bytes.length)
  h1 = word(h1 + h2)
  h2 = word(h2 + h1)
  const mix = (h: bigint) => {
    let mixed = word((h ^ (h >> 16n)) * 0x85ebca6bn)
    mixed = word((mixed ^ (mixed >> 13n)) * 0xc2b2ae35n)
    return mixed ^ (mixed >> 16n)
  }
  h1 = mix(h1)
  h2 = mix(h2)
  h1 = word(h1 + h2)
  h2 = word(h2 + h1)
  return [h1, h2].map((lane) => lane.toString(16).padStart(8, '0')).join(' ')
}

describe('hash', () => {
  test('golden vectors: the file format depends on them', () => {
    expect(lanes(text(''))).toBe('00000000 00000000')
    expect(lanes(text('a'))).toBe('cbf63bee 91620dbc')
    expect(lanes(text('varve'))).toBe('5388e58c 1ef824d2')
    expect(lanes(text('key-0000000001'))).toBe('066e9d03 96f4bc00')
    expect(lanes(text('0123456789abcdef'))).toBe('249efa14 14bb73ae')
    expect(lanes(Uint8Array.of(255, 254, 253, 252, 251, 250, 249), 0, 7, 0xdeadbeef)).toBe('7334bc29 2497cc1d')
  })

  test('follows its definition for every length, and for every place in a buffer', () => {
    const bytes = Uint8Array.from({ length: 64 }, (_, i) => (i * 37 + 11) & 0xff)
    for (let end = 0; end <= bytes.length; end++) {
      for (const start of [0, 1, 5]) {
        if (start > end) continue
        expect(lanes(bytes, start, end, end)).toBe(defined(bytes.slice(start, end), BigInt(end)))
      }
    }
  })

  test('neighbouring keys change half of the bits of both lanes', () => {
    let changed1 = 0
    let changed2 = 0
    const a = { hash1: 0, hash2: 0 }
    const b = { hash1: 0, hash2: 0 }
    const ones = (word: number) => (word >>> 0).toString(2).replaceAll('0', '').length
    for (let bit = 0; bit < 128; bit++) {
      const key = text('0123456789abcdef')
      hashInto(a, key, 0, 16)
      key[bit >>> 3]! ^= 1 << (bit & 7)
      hashInto(b, key, 0, 16)
      changed1 += ones(a.hash1 ^ b.hash1)
      changed2 += ones(a.hash2 ^ b.hash2)
    }
    expect(Math.abs(changed1 / 128 - 16)).toBeLessThan(1)
    expect(Math.abs(changed2 / 128 - 16)).toBeLessThan(1)
  })
})
