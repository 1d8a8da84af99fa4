const NOTHING = new Uint8Array(0)

/**
 * A position in a stream of entries in internal order. While `valid`, the fields describe the current entry as slices of shared buffers:
 * they hold until the cursor moves, and no object is made per entry. A cursor starts invalid; the four seeks position it.
 * Every class extends this one, so that the merge reads one shape of object.
 */
export abstract class EntryCursor {
  valid = false
  key: Uint8Array = NOTHING
  keyStart = 0
  keyEnd = 0
  sequence = 0
  kind = 0
  value: Uint8Array = NOTHING
  valueStart = 0
  valueEnd = 0

  abstract seekToFirst(): void
  abstract seekToLast(): void
  /** To the first entry at or after (user key, sequence) in internal order; a greater sequence comes first. */
  abstract seek(key: Uint8Array, keyStart: number, keyEnd: number, sequence: number): void
  /** To the last entry whose user key is less than the given one. */
  abstract seekBefore(key: Uint8Array, keyStart: number, keyEnd: number): void
  /** REQUIRES `valid`. */
  abstract next(): void
  /** REQUIRES `valid`. */
  abstract previous(): void
  /** Gives back whatever the cursor pins. Afterwards it is invalid for good. */
  abstract close(): void
}
