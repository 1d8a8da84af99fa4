/** Up to so many bytes a loop is quicker than making a view of the source, which is garbage besides. */
const LOOP_BYTES = 48

/** Copies a slice to `at`, where there must be room for it, and returns where it ends there. */
export function copyBytes(target: Uint8Array, at: number, source: Uint8Array, start: number, end: number): number {
  const length = end - start
  if (length > LOOP_BYTES) target.set(source.subarray(start, end), at)
  else for (let i = 0; i < length; i++) target[at + i] = source[start + i]!
  return at + length
}
