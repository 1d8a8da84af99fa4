/** Little-endian integers at a place that is known to lie in the array: hot paths check bounds once, not per field. */

export function u16At(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8)
}

export function u32At(bytes: Uint8Array, at: number): number {
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0
}

export function u48At(bytes: Uint8Array, at: number): number {
  return u32At(bytes, at) + u16At(bytes, at + 4) * 0x1_0000_0000
}

export function putU16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value
  bytes[at + 1] = value >>> 8
}

export function putU32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value
  bytes[at + 1] = value >>> 8
  bytes[at + 2] = value >>> 16
  bytes[at + 3] = value >>> 24
}

export function putU48(bytes: Uint8Array, at: number, value: number): void {
  putU32(bytes, at, value % 0x1_0000_0000)
  putU16(bytes, at + 4, Math.floor(value / 0x1_0000_0000))
}
