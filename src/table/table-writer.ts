import { hashInto } from '../bytes/hash.ts'
import { ByteWriter } from '../bytes/writer.ts'
import { corruption, invariant } from '../errors.ts'
import { encodeFilter } from '../filter/filter.ts'
import { FilterBuilder } from '../filter/filter-builder.ts'
import type { FileHandle } from '../fs/file-system.ts'
import { Kind } from '../key/kind.ts'
import { BlockBuilder } from './block-builder.ts'
import { sealBlock } from './block-codec.ts'
import { BlockIndexBuilder } from './block-index.ts'
import { type CodecName, encodeFooter, MAX_BLOCK_TARGET_BYTES, TRAILER_SIZE, tableSeed } from './format.ts'
import { encodeProperties } from './properties.ts'
import { encodeSectionIndex, type Section, SectionName } from './section.ts'
import { separator } from './separator.ts'
import type { TableSummary } from './table-summary.ts'

export interface TableOptions {
  /** How large a data block grows before it is compressed, to 16 MiB; a larger entry gets a block of its own. */
  readonly blockBytes: number
  /** 0 to 40; 0 writes no filter. */
  readonly filterBitsPerKey: number
  readonly compression: CodecName
}

/** In milliseconds since 1970. */
export interface WriteTimes {
  readonly oldestMs: number
  readonly newestMs: number
}

/** Blocks are gathered and written this many bytes at a time. */
const CHUNK_BYTES = 128 * 1024

/** Writes one table, front to back, into an empty file. If anything throws, the file is not a table: remove it. */
export class TableWriter {
  readonly #file: FileHandle
  readonly #id: Uint8Array
  readonly #seed: number
  readonly #options: TableOptions
  readonly #block: BlockBuilder
  readonly #index = new BlockIndexBuilder()
  readonly #filter: FilterBuilder
  readonly #hash = { hash1: 0, hash2: 0 }
  readonly #sections: Section[] = []
  #chunk = new ByteWriter(CHUNK_BYTES + 8192)
  /** Where in the file the chunk will stand. */
  #chunkOffset = 0
  #lastKey = new Uint8Array(64)
  #lastKeyBytes = 0
  #lastSequence = 0
  #smallest = new Uint8Array(0)
  #smallestSequence = Number.MAX_SAFE_INTEGER
  #largestSequence = 0
  #entries = 0
  #tombstones = 0
  #userBytes = 0
  #finished = false

  /** `id`: 16 random bytes, which every checksum is bound to. */
  constructor(file: FileHandle, id: Uint8Array, options: TableOptions) {
    const { blockBytes } = options
    invariant(blockBytes > 0 && blockBytes <= MAX_BLOCK_TARGET_BYTES, 'blocks have at most 16 MiB')
    this.#file = file
    this.#id = id.slice()
    this.#seed = tableSeed(id)
    this.#options = options
    this.#block = new BlockBuilder(blockBytes)
    this.#filter = new FilterBuilder(options.filterBitsPerKey)
  }

  get entries(): number {
    return this.#entries
  }

  /** An estimate of how large the file would be if it were finished now. */
  get bytesWritten(): number {
    return this.#offset + this.#block.bytes + this.#index.bytes + this.#filter.bytes
  }

  /** Adds an entry, which must come after the one before in internal order. The slices are copied. */
  add(
    key: Uint8Array,
    keyStart: number,
    keyEnd: number,
    sequence: number,
    kind: number,
    value: Uint8Array,
    valueStart: number,
    valueEnd: number,
  ): void {
    const keyBytes = keyEnd - keyStart
    const valueBytes = valueEnd - valueStart
    const shared = this.#sharedWithLast(key, keyStart, keyBytes)
    const sameKey = shared === keyBytes && shared === this.#lastKeyBytes && this.#entries > 0
    this.#checkOrder(key, keyStart, keyBytes, shared, sequence, sameKey)
    const block = this.#block
    if (block.entries > 0 && block.bytes + block.growth(keyBytes, shared, valueBytes) > this.#options.blockBytes) {
      if (sameKey) this.#endBlock(this.#lastKey.subarray(0, this.#lastKeyBytes), this.#lastSequence)
      else this.#endBlock(separator(this.#lastKey, this.#lastKeyBytes, key, keyStart, keyEnd), 0)
    }
    block.add(shared, key, keyStart, keyEnd, sequence, kind, value, valueStart, valueEnd)
    if (!sameKey) {
      hashInto(this.#hash, key, keyStart, keyEnd)
      this.#filter.add(this.#hash.hash1, this.#hash.hash2)
      this.#rememberKey(key, keyStart, keyBytes, shared)
      if (this.#entries === 0) this.#smallest = key.slice(keyStart, keyEnd)
    }
    this.#lastSequence = sequence
    if (sequence < this.#smallestSequence) this.#smallestSequence = sequence
    if (sequence > this.#largestSequence) this.#largestSequence = sequence
    if (kind === Kind.Delete) this.#tombstones++
    this.#userBytes += keyBytes + valueBytes
    this.#entries++
  }

  /** Ends the table at once: see `finishInSteps`. */
  finish(times: WriteTimes): TableSummary {
    const steps = this.finishInSteps(times)
    let step = steps.next()
    while (!step.done) step = steps.next()
    return step.value
  }

  /**
   * Writes what is left (it does not sync) and tells what the table holds. The times are those of the commits of the
   * oldest and the newest entry. REQUIRES at least one entry. Yields every few milliseconds: the filter of a large table
   * takes many.
   */
  *finishInSteps(times: WriteTimes): Generator<void, TableSummary> {
    invariant(!this.#finished && this.#entries > 0, 'a table is finished once, and holds an entry')
    this.#finished = true
    const largest = this.#lastKey.slice(0, this.#lastKeyBytes)
    this.#endBlock(largest, 0)
    const { compression: codec, filterBitsPerKey } = this.#options
    const properties = {
      smallest: this.#smallest,
      largest,
      smallestSequence: this.#smallestSequence,
      largestSequence: this.#largestSequence,
      oldestMs: times.oldestMs,
      newestMs: times.newestMs,
      entries: this.#entries,
      tombstones: this.#tombstones,
      rangeDeletes: 0,
      merges: 0,
      entriesWithoutExpiry: this.#entries,
      largestExpiryMs: 0,
      userBytes: this.#userBytes,
      codec,
    }
    this.#addSection(SectionName.blockIndex, true, this.#index.finish())
    const filter = yield* this.#filter.fill()
    if (filter !== undefined) this.#addSection(SectionName.filter, false, encodeFilter(filter))
    this.#addSection(SectionName.properties, true, encodeProperties({ ...properties, filterBitsPerKey }))
    const sectionIndex = { offset: this.#offset, size: this.#seal(encodeSectionIndex(this.#sections)) }
    this.#chunk.bytes(encodeFooter({ sectionIndex, id: this.#id }, this.#offset))
    this.#writeChunk()
    return { bytes: this.#offset, ...properties }
  }

  /** Where in the file the next block will stand. */
  get #offset(): number {
    return this.#chunkOffset + this.#chunk.length
  }

  #sharedWithLast(key: Uint8Array, keyStart: number, keyBytes: number): number {
    const last = this.#lastKey
    const common = Math.min(keyBytes, this.#lastKeyBytes)
    let shared = 0
    while (shared < common && last[shared] === key[keyStart + shared]) shared++
    return shared
  }

  #checkOrder(
    key: Uint8Array,
    keyStart: number,
    keyBytes: number,
    shared: number,
    sequence: number,
    sameKey: boolean,
  ): void {
    invariant(!this.#finished, 'a finished table takes no entries')
    if (this.#entries === 0) return
    let ascends = true
    if (sameKey) ascends = sequence < this.#lastSequence
    else if (shared < this.#lastKeyBytes)
      ascends = shared < keyBytes && key[keyStart + shared]! > this.#lastKey[shared]!
    // Entries of other tables come here, too, whose checksums may be right and their order still wrong.
    if (!ascends) throw corruption('entries that are not in order were to be written', this.#file.path)
  }

  #rememberKey(key: Uint8Array, keyStart: number, keyBytes: number, shared: number): void {
    if (keyBytes > this.#lastKey.length) {
      const larger = new Uint8Array(Math.max(keyBytes, 2 * this.#lastKey.length))
      larger.set(this.#lastKey.subarray(0, shared))
      this.#lastKey = larger
    }
    const last = this.#lastKey
    for (let i = shared; i < keyBytes; i++) last[i] = key[keyStart + i]!
    this.#lastKeyBytes = keyBytes
  }

  #endBlock(separator: Uint8Array, sequence: number): void {
    const { output } = this.#block
    this.#block.finish()
    sealBlock(output, this.#options.compression, this.#seed, this.#offset)
    this.#index.add(separator, sequence, output.length - TRAILER_SIZE)
    if (this.#chunk.length + output.length > CHUNK_BYTES) this.#writeChunk()
    if (output.length > CHUNK_BYTES) {
      this.#file.appendSync(output.view())
      this.#chunkOffset += output.length
    } else {
      this.#chunk.bytes(output.view())
    }
    this.#block.clear()
  }

  #addSection(name: string, mustUnderstand: boolean, content: Uint8Array): void {
    const offset = this.#offset
    this.#sections.push({ name, mustUnderstand, offset, size: this.#seal(content) })
  }

  /** Writes a section with its trailer; returns its stored size. */
  #seal(content: Uint8Array): number {
    this.#writeChunk()
    this.#chunk.bytes(content)
    sealBlock(this.#chunk, 'none', this.#seed, this.#chunkOffset)
    return content.length
  }

  #writeChunk(): void {
    if (this.#chunk.length === 0) return
    this.#file.appendSync(this.#chunk.view())
    this.#chunkOffset += this.#chunk.length
    this.#chunk.clear()
  }
}
