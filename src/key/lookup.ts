const NOTHING = new Uint8Array(0)

/**
 * One point lookup on its way through memtables and tables: the question, the key's hash (computed once, used by every filter) and the
 * answer. Reused from lookup to lookup, so that a read makes no object but its result.
 */
export class Lookup {
  key: Uint8Array = NOTHING
  /** The newest version at or below this sequence is the answer. */
  sequence = 0
  /** The two lanes of the key's filter hash, once `hashed`. */
  hashed = false
  hash1 = 0
  hash2 = 0
  /** The kind of the version found: a delete answers too. Meaningful once a `find(lookup)` returned true. */
  kind = 0
  /** The value found: a slice of a shared buffer that holds until the store's next operation. */
  value: Uint8Array = NOTHING
  valueStart = 0
  valueEnd = 0

  ask(key: Uint8Array, sequence: number): this {
    this.key = key
    this.sequence = sequence
    this.hashed = false
    return this
  }
}
