/** Unsigned byte order of two slices: negative, zero or positive. Inlined loops beat `Buffer.compare` for keys of usual length. */
export function compareSlices(
  a: Uint8Array,
  aStart: number,
  aEnd: number,
  b: Uint8Array,
  bStart: number,
  bEnd: number,
): number {
  const aLength = aEnd - aStart
  const bLength = bEnd - bStart
  const common = aLength < bLength ? aLength : bLength
  for (let i = 0; i < common; i++) {
    const difference = a[aStart + i]! - b[bStart + i]!
    if (difference !== 0) return difference
  }
  return aLength - bLength
}

/** Unsigned byte order of two keys. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  return compareSlices(a, 0, a.length, b, 0, b.length)
}

/** The smallest key greater than `key`: the key and a zero byte. */
export function successor(key: Uint8Array): Uint8Array {
  const next = new Uint8Array(key.length + 1)
  next.set(key)
  return next
}

/** The smallest key greater than every key that begins with `prefix`; undefined where there is none (a prefix of 0xff only, or empty). */
export function prefixEnd(prefix: Uint8Array): Uint8Array | undefined {
  for (let last = prefix.length - 1; last >= 0; last--) {
    if (prefix[last]! === 0xff) continue
    const end = prefix.slice(0, last + 1)
    end[last]! += 1
    return end
  }
  return undefined
}
