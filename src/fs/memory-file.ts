const nothing: Uint8Array = new Uint8Array(0)
const noErrors: readonly string[] = []

/** What a disk writes whole or not at all. */
export const SECTOR_BYTES = 512

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
  /** Its place among all changes of the file system. */
  readonly order: number
}

/** The contents of a file, an inode: what the system holds, and what of it a power cut would take away. */
export class MemoryFile {
  /** What write-backs of this file have met, oldest first. A descriptor reports those that came after it was opened. */
  syncErrors: readonly string[] = noErrors
  #bytes: Uint8Array
  #size: number
  /** Below this offset others look at the same bytes: they are copied before they change. */
  #frozen: number
  #view: Uint8Array | undefined
  #unsynced: Change[] = []
  #durableSize: number
  #abandoned: ReadonlyMap<number, Uint8Array> | undefined

  /** A file with these contents, all of them durable; they are copied when the file first changes. */
  constructor(contents: Uint8Array = nothing) {
    this.#bytes = contents
    this.#size = contents.length
    this.#frozen = contents.length
    this.#view = contents
    this.#durableSize = contents.length
  }

  get size(): number {
    return this.#size
  }

  /** The size that is left when no un-synced change survives. */
  get durableSize(): number {
    return this.#durableSize
  }

  /** What was done since the last sync and may still reach the disk, oldest first. */
  get unsynced(): readonly Change[] {
    return this.#unsynced
  }

  /**
   * By number of the sector, what the disk holds where a failed sync made the system believe that it holds what is cached. Written only when
   * the sector changes again.
   */
  get abandoned(): ReadonlyMap<number, Uint8Array> | undefined {
    return this.#abandoned
  }

  /** True where a power cut would change nothing. */
  get isDurable(): boolean {
    return this.#unsynced.length === 0 && this.#abandoned === undefined
  }

  read(target: Uint8Array, offset: number): number {
    const bytes = Math.max(0, Math.min(target.length, this.#size - offset))
    target.set(this.#bytes.subarray(offset, offset + bytes))
    return bytes
  }

  write(bytes: Uint8Array, offset: number, order = 0): void {
    if (bytes.length === 0) return
    const sizeBefore = this.#size
    const end = offset + bytes.length
    const before = offset < sizeBefore ? this.#bytes.slice(offset, Math.min(end, sizeBefore)) : nothing
    this.#unsynced.push({ kind: 'write', offset, length: bytes.length, sizeBefore, before, order })
    this.#reserve(end, offset)
    this.#bytes.set(bytes, offset)
    this.#size = Math.max(sizeBefore, end)
  }

  truncate(size: number, order = 0): void {
    const sizeBefore = this.#size
    if (size === sizeBefore) return
    const before = size < sizeBefore ? this.#bytes.slice(size, sizeBefore) : nothing
    const offset = Math.min(size, sizeBefore)
    this.#unsynced.push({ kind: 'truncate', offset, length: 1, sizeBefore, before, order })
    this.#reserve(size, offset)
    // What is cut off must read as zeros when the file grows over it again.
    this.#bytes.fill(0, offset, sizeBefore)
    this.#size = size
  }

  sync(): void {
    if (this.#abandoned === undefined || this.#unsynced.length > 0) this.#durableSize = this.#size
    if (this.#abandoned !== undefined) {
      const left = new Map(this.#abandoned)
      for (const change of this.#unsynced) for (const sector of sectorsOf(change)) left.delete(sector)
      this.#abandoned = left.size === 0 && this.#durableSize === this.#size ? undefined : left
    }
    this.#unsynced = []
  }

  /** A sync failed, and the system calls the pages clean: they are read as before, and no later sync writes them. */
  abandon(): void {
    if (this.#unsynced.length === 0) return
    const abandoned = new Map(this.#abandoned)
    const durable = this.durableContents()
    for (const change of this.#unsynced) {
      for (const sector of sectorsOf(change)) {
        const start = sector * SECTOR_BYTES
        abandoned.set(sector, durable.slice(start, start + SECTOR_BYTES))
      }
    }
    this.#abandoned = abandoned
    this.#unsynced = []
  }

  /** A sync failed, and the system goes back to what is on the disk. */
  revert(): void {
    this.#bytes = this.durableContents()
    this.#size = this.#durableSize = this.#bytes.length
    this.#frozen = 0
    this.#view = undefined
    this.#unsynced = []
    this.#abandoned = undefined
  }

  cachedContents(): Uint8Array {
    return this.#bytes.slice(0, this.#size)
  }

  /** The same without a copy: it never changes, and it is the same object until the file does. Not to be written to. */
  frozenContents(): Uint8Array {
    this.#view ??= this.#bytes.subarray(0, this.#size)
    this.#frozen = Math.max(this.#frozen, this.#size)
    return this.#view
  }

  durableContents(): Uint8Array {
    if (this.#abandoned === undefined) return this.contentsAfter(0)
    const contents = new Uint8Array(this.#durableSize)
    contents.set(this.contentsAfter(0).subarray(0, contents.length))
    overlaySectors(contents, this.#abandoned)
    return contents
  }

  /** What the file holds when of all un-synced changes, in order, only the first `kept` bytes were done. Not to be written to. */
  contentsAfter(kept: number): Uint8Array {
    let done = 0
    let capacity = this.#size
    let overwrites = false
    for (const change of this.#unsynced) {
      done += change.length
      capacity = Math.max(capacity, change.sizeBefore)
      overwrites ||= change.before.length > 0
    }
    // Appends are undone by the size alone.
    const contents = overwrites ? new Uint8Array(capacity) : this.frozenContents()
    if (overwrites) contents.set(this.#bytes.subarray(0, this.#size))
    let size = this.#size
    for (let last = this.#unsynced.length; last > 0 && done > kept; ) {
      const change = this.#unsynced[--last]!
      done -= change.length
      const keptOfIt = Math.max(0, kept - done)
      const start = change.offset + keptOfIt
      if (overwrites) {
        contents.fill(0, start, change.offset + (change.kind === 'write' ? change.length : change.before.length))
        if (keptOfIt < change.before.length) contents.set(change.before.subarray(keptOfIt), start)
      }
      size = keptOfIt === 0 ? change.sizeBefore : Math.max(change.sizeBefore, start)
    }
    return contents.subarray(0, size)
  }

  /** The same file as another process would find it: nothing becomes durable by that. */
  clone(): MemoryFile {
    const copy = new MemoryFile(this.frozenContents())
    copy.#unsynced = [...this.#unsynced]
    copy.#durableSize = this.#durableSize
    copy.#abandoned = this.#abandoned
    copy.syncErrors = this.syncErrors
    return copy
  }

  /** Room for `capacity` bytes, of which those from `offset` on may change. */
  #reserve(capacity: number, offset: number): void {
    this.#view = undefined
    if (capacity <= this.#bytes.length && offset >= this.#frozen) return
    const larger = new Uint8Array(Math.max(capacity, capacity > this.#bytes.length ? 2 * this.#size : this.#size, 256))
    larger.set(this.#bytes.subarray(0, this.#size))
    this.#bytes = larger
    this.#frozen = 0
  }
}

/** The sectors in which a change may have altered a byte. */
export function* sectorsOf(change: Change): Generator<number> {
  const bytes = change.kind === 'write' ? change.length : change.before.length
  const end = bytes === 0 ? 0 : Math.ceil((change.offset + bytes) / SECTOR_BYTES)
  for (let sector = Math.floor(change.offset / SECTOR_BYTES); sector < end; sector++) yield sector
}

/** Puts whole sectors over `contents`, whose size stays; what a sector lacks is zeros. */
export function overlaySectors(contents: Uint8Array, sectors: Iterable<readonly [number, Uint8Array]>): void {
  for (const [sector, bytes] of sectors) {
    const start = sector * SECTOR_BYTES
    if (start >= contents.length) continue
    contents.fill(0, start, start + SECTOR_BYTES)
    contents.set(bytes.subarray(0, contents.length - start), start)
  }
}
