const nothing: Uint8Array = new Uint8Array(0)

/**
 * One write or truncation that no sync has covered yet, with what it takes to undo it. Keeping what was there before, and not what came,
 * makes appends free and a sync a matter of forgetting.
 */
export interface Change {
  readonly kind: 'write' | 'truncate'
  /** Of a write: where it began. Of a truncation: the smaller of both sizes. */
  readonly offset: number
  /** Bytes written, or 1 for a truncation, which cannot happen by halves. */
  readonly length: number
  readonly sizeBefore: number
  /** What was there before, from `offset` on, as far as it was overwritten or cut off. */
  readonly before: Uint8Array
}

/** The contents of a file, an inode: what the system holds, and what of it a power cut would take away. */
export class MemoryFile {
  #bytes: Uint8Array
  #size: number
  #unsynced: Change[] = []

  constructor(contents: Uint8Array = nothing) {
    this.#bytes = contents
    this.#size = contents.length
  }

  get size(): number {
    return this.#size
  }

  /** What was done since the last sync, oldest first. */
  get unsynced(): readonly Change[] {
    return this.#unsynced
  }

  read(target: Uint8Array, offset: number): number {
    const bytes = Math.max(0, Math.min(target.length, this.#size - offset))
    target.set(this.#bytes.subarray(offset, offset + bytes))
    return bytes
  }

  write(bytes: Uint8Array, offset: number): void {
    if (bytes.length === 0) return
    const sizeBefore = this.#size
    const end = offset + bytes.length
    const before = offset < sizeBefore ? this.#bytes.slice(offset, Math.min(end, sizeBefore)) : nothing
    this.#unsynced.push({ kind: 'write', offset, length: bytes.length, sizeBefore, before })
    this.#reserve(end)
    this.#bytes.set(bytes, offset)
    this.#size = Math.max(sizeBefore, end)
  }

  truncate(size: number): void {
    const sizeBefore = this.#size
    if (size === sizeBefore) return
    const before = size < sizeBefore ? this.#bytes.slice(size, sizeBefore) : nothing
    const offset = Math.min(size, sizeBefore)
    this.#unsynced.push({ kind: 'truncate', offset, length: 1, sizeBefore, before })
    this.#reserve(size)
    // What is cut off must read as zeros when the file grows over it again.
    this.#bytes.fill(0, offset, sizeBefore)
    this.#size = size
  }

  sync(): void {
    this.#unsynced = []
  }

  cachedContents(): Uint8Array {
    return this.#bytes.slice(0, this.#size)
  }

  durableContents(): Uint8Array {
    return this.contentsAfter(0)
  }

  /** What the file holds when of all un-synced changes, in order, only the first `kept` bytes were done. */
  contentsAfter(kept: number): Uint8Array {
    let last = this.#unsynced.length
    let done = 0
    for (const change of this.#unsynced) done += change.length
    let contents = this.cachedContents()
    while (last > 0 && done > kept) {
      const change = this.#unsynced[--last]!
      done -= change.length
      contents = undo(change, contents, Math.max(0, kept - done))
    }
    return contents
  }

  /** The same file as another process would find it: nothing becomes durable by that. */
  clone(): MemoryFile {
    const copy = new MemoryFile(this.cachedContents())
    copy.#unsynced = [...this.#unsynced]
    return copy
  }

  #reserve(capacity: number): void {
    if (capacity <= this.#bytes.length) return
    const larger = new Uint8Array(Math.max(capacity, 2 * this.#bytes.length, 256))
    larger.set(this.#bytes.subarray(0, this.#size))
    this.#bytes = larger
  }
}

/** Takes a change back, all but its first `kept` bytes. */
function undo(change: Change, contents: Uint8Array, kept: number): Uint8Array {
  const start = change.offset + kept
  const size = kept === 0 ? change.sizeBefore : Math.max(change.sizeBefore, start)
  const result = new Uint8Array(size)
  result.set(contents.subarray(0, Math.min(size, contents.length)))
  if (kept < change.before.length) result.set(change.before.subarray(kept), start)
  return result
}
