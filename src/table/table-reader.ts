import { hashInto } from '../bytes/hash.ts'
import { invariant, VarveError } from '../errors.ts'
import type { Filter } from '../filter/filter.ts'
import type { FileHandle } from '../fs/file-system.ts'
import type { EntryCursor } from '../iterator/entry-cursor.ts'
import type { Lookup } from '../key/lookup.ts'
import { MAX_SEQUENCE } from '../key/sequence.ts'
import { type Block, Found } from './block.ts'
import { SequentialSource } from './block-source.ts'
import { CachedBlocks } from './cached-blocks.ts'
import { TRAILER_SIZE } from './format.ts'
import { TableCursor } from './table-cursor.ts'
import { TableFile } from './table-file.ts'
import type { TableShared } from './table-shared.ts'

/**
 * Reads one table: index and filter are in memory, blocks come from the cache or from disk. All reads are synchronous.
 */
export class TableReader {
  readonly #file: TableFile
  readonly #filter: Filter | undefined
  readonly #shared: TableShared
  readonly #cached: CachedBlocks
  #pins = 0
  #closing = false
  #closed = false

  private constructor(file: TableFile, filter: Filter | undefined, shared: TableShared) {
    this.#file = file
    this.#filter = filter
    this.#shared = shared
    this.#cached = new CachedBlocks(file.index.count)
  }

  /**
   * Opens the table in `file`, which then belongs to the reader (unless this throws). `id` is 32 hex digits, `bytes`
   * the size of the file. CORRUPTION with file and offset for any damage met, but a damaged filter is done without, and
   * counted. UNSUPPORTED_FORMAT for a table that needs a newer version.
   */
  static open(
    file: FileHandle,
    expect: { readonly id: string; readonly bytes: number },
    shared: TableShared,
  ): TableReader {
    const table = new TableFile(file, expect)
    let filter: Filter | undefined
    try {
      filter = table.readFilter()
    } catch (error) {
      if (!(error instanceof VarveError && error.code === 'CORRUPTION')) throw error
      shared.counters.droppedFilters++
    }
    return new TableReader(table, filter, shared)
  }

  /**
   * Whether the table holds a version of the key at or before the lookup's sequence; fills in kind and value. The key
   * is hashed once per lookup, however many tables it visits.
   */
  find(lookup: Lookup): boolean {
    const { counters } = this.#shared
    const { key } = lookup
    const filter = this.#filter
    if (filter !== undefined) {
      if (!lookup.hashed) {
        hashInto(lookup, key, 0, key.length)
        lookup.hashed = true
      }
      counters.filterProbes++
      if (!filter.mayContain(lookup.hash1, lookup.hash2)) {
        counters.filterNegatives++
        return false
      }
    }
    const index = this.#file.index.find(key, 0, key.length, lookup.sequence)
    let found: Found = Found.nothing
    if (index < this.#file.index.count) {
      counters.blockReads++
      found = this.#lookIn(index, lookup)
    }
    if (found === Found.nothing && filter !== undefined) counters.filterFalsePositives++
    return found === Found.version
  }

  /**
   * A cursor over all entries; it pins the reader. `fillCache` false: for reading once from end to end, past the cache.
   */
  cursor(fillCache: boolean): EntryCursor {
    invariant(!this.#closing, 'a closed table has no cursors')
    this.#pins++
    const { index } = this.#file
    const source = fillCache
      ? { read: (block: number) => this.#block(block) }
      : new SequentialSource(this.#file, (block) => this.#cached.at(block))
    return new TableCursor(index, source, () => this.#unpin())
  }

  /** About how many bytes of the file lie before the key. */
  approximateOffset(key: Uint8Array): number {
    const { index } = this.#file
    return index.offset(index.find(key, 0, key.length, MAX_SEQUENCE))
  }

  /** Memory of the block index. */
  get indexBytes(): number {
    return this.#file.index.bytes
  }

  /** Memory of the filter. */
  get filterBytes(): number {
    return this.#filter?.bytes ?? 0
  }

  /** Whether a cursor is open. */
  get pinned(): boolean {
    return this.#pins > 0
  }

  get closed(): boolean {
    return this.#closed
  }

  /** Closes the file and gives up its cached blocks, once nothing pins it. */
  close(): void {
    this.#closing = true
    if (this.pinned || this.#closed) return
    this.#closed = true
    this.#shared.cache.drop(this.#cached)
    this.#file.handle.close()
  }

  #unpin(): void {
    this.#pins--
    if (this.#closing) this.close()
  }

  #lookIn(index: number, lookup: Lookup): Found {
    const { cache } = this.#shared
    const anchored = cache.anchored(this.#cached, index)
    if (anchored !== undefined) return anchored.find(lookup)
    const cached = cache.get(this.#cached, index)
    if (cached === undefined) return this.#load(index).find(lookup)
    cache.anchor(this.#cached, index, cached)
    return cached.find(lookup)
  }

  #block(index: number): Block {
    return this.#shared.cache.get(this.#cached, index) ?? this.#load(index)
  }

  /** A block that the cache has not. */
  #load(index: number): Block {
    const { cache } = this.#shared
    const slab = cache.slabFor(this.#file.index.size(index) + TRAILER_SIZE)
    if (slab === undefined) return this.#file.readBlock(index)
    const block = this.#file.readBlock(index, slab.bytes, slab.end, cache.takeSpare())
    return cache.add(this.#cached, index, block, slab)
  }
}
