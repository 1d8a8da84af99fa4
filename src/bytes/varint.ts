/** Unsigned LEB128: seven bits a byte, low bits first, the high bit set on all but the last byte. Values to 2^48-1, so at most 7 bytes. */

export const MAX_VARINT: number = 2 ** 48 - 1

/** How many bytes `value` takes. */
export function varintLength(value: number): number {
  let length = 1
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) length++
  return length
}

/** Writes `value` (an integer from 0 to 2^48-1) at `offset` and returns the offset after it. The target must be large enough. */
export function writeVarint(target: Uint8Array, offset: number, value: number): number {
  let rest = value
  while (rest >= 0x80000000) {
    target[offset++] = (rest % 0x80) | 0x80
    rest = Math.floor(rest / 0x80)
  }
  while (rest >= 0x80) {
    target[offset++] = (rest & 0x7f) | 0x80
    rest >>>= 7
  }
  target[offset++] = rest
  return offset
}
