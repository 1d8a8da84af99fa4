const LANE_MIN = -0x80000000

/**
 * Four bytes of a key from `at`, zeros past its end, as an integer whose signed order is the unsigned order of the
 * bytes. (Signed, because the engine keeps a signed 32-bit integer unboxed wherever it is stored.)
 */
export function lane(key: Uint8Array, at: number, end: number): number {
  if (at + 4 <= end) {
    return ((key[at]! << 24) | (key[at + 1]! << 16) | (key[at + 2]! << 8) | key[at + 3]!) ^ LANE_MIN
  }
  let bits = 0
  for (let shift = 24; at < end; at++, shift -= 8) bits |= key[at]! << shift
  return bits ^ LANE_MIN
}
