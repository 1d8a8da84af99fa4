import { ByteReader } from '../../src/bytes/reader.ts'
import { varintLength, writeVarint } from '../../src/bytes/varint.ts'
import type { Dice } from './fuzz-dice.ts'

/** Bytes in which mistakes about signs, lengths and ends show. */
const TELLING_BYTES = [0, 1, 2, 0x10, 0x7f, 0x80, 0x81, 0xfe, 0xff]

/** Numbers at which the width of something ends. */
export const EXTREMES: readonly number[] = [
  ...[0, 1, 15, 16, 17, 63, 64, 65, 127, 128, 255, 256, 16_383, 16_384, 65_535, 65_536, 65_537],
  ...[2 ** 28, 2 ** 28 + 1, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 2, 2 ** 32 - 1, 2 ** 32, 2 ** 40, 2 ** 47, 2 ** 48 - 1],
]

/** Varints that no writer makes: too large, too long, without end, not in their shortest form. */
const MALFORMED: readonly (readonly number[])[] = [
  [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
  [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80],
  [0x80, 0x00],
  [0xff, 0x80, 0x00],
  [0xff, 0xff, 0xff, 0xff, 0x1f],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f],
]

/** One way to change `bytes`, which stays as it is. `donor` has other bytes of its kind. */
type Mutation = (dice: Dice, bytes: Uint8Array, donor: Uint8Array) => Uint8Array

const MUTATIONS: readonly Mutation[] = [
  (dice, bytes) => changed(bytes, dice.below(bytes.length), (byte) => byte ^ (1 << dice.below(8))),
  (dice, bytes) => changed(bytes, dice.below(bytes.length), () => dice.pick(TELLING_BYTES)),
  (dice, bytes) => changed(bytes, dice.below(bytes.length), () => dice.below(256)),
  (dice, bytes) => changed(bytes, dice.below(bytes.length), (byte) => byte + dice.pick([1, -1])),
  otherVarint,
  otherVarint,
  otherFixed,
  (dice, bytes) => without(bytes, ...rangeOf(dice, bytes)),
  (dice, bytes) => {
    const [start, end] = rangeOf(dice, bytes)
    return spliced(bytes, end, end, bytes.subarray(start, end))
  },
  (dice, bytes) => spliced(bytes, dice.below(bytes.length + 1), undefined, randomBytes(dice, 1 + dice.below(8))),
  swappedRanges,
  (dice, bytes) => bytes.slice(0, dice.below(bytes.length)),
  (dice, bytes) => spliced(bytes, bytes.length, undefined, randomBytes(dice, 1 + dice.below(16))),
  (dice, bytes, donor) => {
    if (donor.length === 0) return bytes
    const [start, end] = rangeOf(dice, donor)
    const at = dice.below(bytes.length)
    return spliced(bytes, at, dice.oneIn(2) ? at : Math.min(bytes.length, at + end - start), donor.subarray(start, end))
  },
]

/** A copy of `bytes` with one to five changes. */
export function mutateBytes(dice: Dice, bytes: Uint8Array, donor: Uint8Array = bytes): Uint8Array {
  let result: Uint8Array = bytes.slice()
  for (let count = dice.few(); count > 0; count--) {
    if (result.length === 0) return randomBytes(dice, dice.below(20))
    result = dice.pick(MUTATIONS)(dice, result, donor)
  }
  return result
}

export function randomBytes(dice: Dice, size: number): Uint8Array {
  const isTelling = dice.oneIn(2)
  return Uint8Array.from({ length: size }, () => (isTelling ? dice.pick(TELLING_BYTES) : dice.below(256)))
}

/** A varint as bytes, most often at some limit, sometimes one that no writer makes. */
export function extremeVarint(dice: Dice): Uint8Array {
  if (dice.oneIn(3)) return Uint8Array.from(dice.pick(MALFORMED))
  return encodedVarint(dice.pick(EXTREMES))
}

export function encodedVarint(value: number): Uint8Array {
  const bytes = new Uint8Array(varintLength(value))
  writeVarint(bytes, 0, value)
  return bytes
}

/** A copy of `bytes` with what lies from `start` to `end` (default `start`) replaced. */
export function spliced(bytes: Uint8Array, start: number, end: number | undefined, inserted: Uint8Array): Uint8Array {
  const rest = bytes.subarray(end ?? start)
  const result = new Uint8Array(start + inserted.length + rest.length)
  result.set(bytes.subarray(0, start))
  result.set(inserted, start)
  result.set(rest, start + inserted.length)
  return result
}

export function concatenated(parts: readonly Uint8Array[]): Uint8Array {
  const result = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    result.set(part, at)
    at += part.length
  }
  return result
}

function changed(bytes: Uint8Array, at: number, change: (byte: number) => number): Uint8Array {
  bytes[at] = change(bytes[at]!)
  return bytes
}

/** Whatever stands at some place is read as a varint and becomes another one: one more, one less, or a limit. */
function otherVarint(dice: Dice, bytes: Uint8Array): Uint8Array {
  const at = dice.below(bytes.length)
  const reader = new ByteReader(bytes, at)
  let value: number
  try {
    value = reader.varint()
  } catch {
    return spliced(bytes, at, at + 1, extremeVarint(dice))
  }
  const near = Math.min(2 ** 48 - 1, Math.max(0, value + dice.pick([1, -1])))
  return spliced(bytes, at, reader.offset, dice.oneIn(2) ? encodedVarint(near) : extremeVarint(dice))
}

/** Four or six bytes at some place become a number at some limit. */
function otherFixed(dice: Dice, bytes: Uint8Array): Uint8Array {
  const size = dice.pick([4, 6])
  const at = dice.below(Math.max(1, bytes.length - size + 1))
  let rest = dice.pick(EXTREMES)
  for (let i = at; i < Math.min(bytes.length, at + size); i++) {
    bytes[i] = rest % 256
    rest = Math.floor(rest / 256)
  }
  return bytes
}

function swappedRanges(dice: Dice, bytes: Uint8Array): Uint8Array {
  const cuts = [0, 0, 0].map(() => dice.below(bytes.length + 1)).sort((a, b) => a - b) as [number, number, number]
  const [a, b, c] = cuts
  return concatenated([bytes.subarray(0, a), bytes.subarray(b, c), bytes.subarray(a, b), bytes.subarray(c)])
}

function without(bytes: Uint8Array, start: number, end: number): Uint8Array {
  return spliced(bytes, start, end, new Uint8Array(0))
}

function rangeOf(dice: Dice, bytes: Uint8Array): [start: number, end: number] {
  const start = dice.below(bytes.length)
  return [start, start + 1 + dice.below(Math.min(dice.pick([1, 4, 16, 256]), bytes.length - start))]
}
