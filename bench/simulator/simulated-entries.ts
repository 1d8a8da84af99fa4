const SEQUENCES = 2 ** 20

/** Sequences are below this: so many entries a simulated store may be given in all. */
export const SEQUENCES_MAX: number = SEQUENCES

/** An entry as one number that sorts in internal order: key (32 bits), sequence (20 bits, descending), put or delete. */
export function pack(key: number, sequence: number, isPut: boolean): number {
  return (key * SEQUENCES + (SEQUENCES - 1 - sequence)) * 2 + (isPut ? 1 : 0)
}

export function keyOf(entry: number): number {
  return Math.floor(entry / (SEQUENCES * 2))
}

export function sequenceOf(entry: number): number {
  return SEQUENCES - 1 - (Math.floor(entry / 2) % SEQUENCES)
}

export function isPut(entry: number): boolean {
  return entry % 2 === 1
}

export function keyBytes(key: number): Uint8Array {
  return Uint8Array.of(key >>> 24, key >>> 16, key >>> 8, key)
}

/** The key of four bytes that `keyBytes` made. */
export function keyNumber(bytes: Uint8Array): number {
  return ((bytes[0]! << 24) | (bytes[1]! << 16) | (bytes[2]! << 8) | bytes[3]!) >>> 0
}

/** The newest entry of a key in sorted entries. */
export function newestOf(sorted: Float64Array, key: number): number | undefined {
  const first = pack(key, SEQUENCES - 1, false)
  const next = pack(key + 1, SEQUENCES - 1, false)
  return sorted.find((entry) => entry >= first && entry < next)
}

/** The first of each key in sorted entries, which is its newest. */
export function newestOnly(sorted: Float64Array): Float64Array {
  return sorted.filter((entry, i) => i === 0 || keyOf(entry) !== keyOf(sorted[i - 1]!))
}

export function concat(parts: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
