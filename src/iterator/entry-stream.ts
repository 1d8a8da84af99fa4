const NOTHING = new Uint8Array(0)

/**
 * Entries in internal order, read from the first to the last. While `valid`, the fields describe the current entry as slices of shared
 * buffers: they hold until the stream moves, and no object is made per entry. Every class extends this one, so that the merge reads one
 * shape of object.
 */
export abstract class EntryStream {
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
  /** REQUIRES `valid`. */
  abstract next(): void
  /** Gives back whatever the stream pins. Afterwards it is invalid for good. */
  abstract close(): void
}
