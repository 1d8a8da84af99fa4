import { compareBytes, compareSlices } from '../bytes/compare.ts'
import { copyBytes } from '../bytes/copy.ts'
import { hashInto } from '../bytes/hash.ts'
import { corruption, VarveError } from '../errors.ts'
import type { Filter } from '../filter/filter.ts'
import type { FileHandle } from '../fs/file-system.ts'
import { Kind } from '../key/kind.ts'
import { MAX_SEQUENCE } from '../key/sequence.ts'
import type { Block } from './block.ts'
import { BlockEntry } from './block-entry.ts'
import { SequentialSource } from './block-source.ts'
import { RESTART_INTERVAL, TRAILER_SIZE } from './format.ts'
import { SectionName } from './section.ts'
import { TableFile } from './table-file.ts'
import type { TableSummary } from './table-summary.ts'

/** How much is handled between two yields. */
const SLICE_BYTES = 256 * 1024

/**
 * Reads a whole table from disk and holds it against every rule of the format. `expect` as for `TableReader.open`. Yields how many bytes it handled
 * since the last time, at least every 256 KiB where blocks are not larger; returns what it counted. CORRUPTION where a rule is broken; with
 * `onDamage`, it tells that and goes on, as far as the structure allows, and returns nothing.
 */
export function* checkTable(
  handle: FileHandle,
  expect: { readonly id: string; readonly bytes: number },
  onDamage?: (error: VarveError) => void,
): Generator<number, TableSummary | undefined> {
  const file = new TableFile(handle, expect)
  let isSound = true
  const proven = <T>(check: () => T): T | undefined => {
    try {
      return check()
    } catch (error) {
      if (onDamage === undefined || !(error instanceof VarveError) || error.code !== 'CORRUPTION') throw error
      isSound = false
      onDamage(error)
      return undefined
    }
  }
  let handled = file.bytes - file.sections[0]!.offset
  const filter = proven(() => file.readFilter())
  for (const section of file.sections) if (!KNOWN.includes(section.name)) proven(() => file.readRaw(section))
  const entries = new EntryCheck(file, filter)
  for (let index = 0; index < file.index.count; index++) {
    const bytes = file.index.size(index) + TRAILER_SIZE
    if (handled > 0 && handled + bytes > SLICE_BYTES) {
      yield handled
      handled = 0
    }
    if (proven(() => entries.checkBlock(index)) === undefined) entries.passOver()
    handled += bytes
  }
  yield handled
  // What was passed over is missing in the totals.
  return isSound ? entries.finish() : undefined
}

const KNOWN: readonly string[] = Object.values(SectionName)

/** Takes the entries in the order of the file. */
class EntryCheck {
  readonly #file: TableFile
  readonly #filter: Filter | undefined
  readonly #entry = new BlockEntry()
  readonly #hash = { hash1: 0, hash2: 0 }
  /** Many blocks at a time come from disk, none from the cache. */
  readonly #source: SequentialSource
  #smallest: Uint8Array = new Uint8Array(0)
  /** The key of the entry before lies here, and is overwritten by that of the next. */
  #key = new Uint8Array(128)
  #keyBytes = 0
  /** Whether it is that of the entry right before. */
  #hasKey = false
  #sequence = 0
  #smallestSequence = MAX_SEQUENCE
  #largestSequence = 0
  #entries = 0
  #tombstones = 0
  #userBytes = 0

  constructor(file: TableFile, filter: Filter | undefined) {
    this.#file = file
    this.#source = new SequentialSource(file)
    this.#filter = filter
  }

  checkBlock(index: number): true {
    const block = this.#source.read(index)
    const blocks = this.#file.index
    let at = block.start
    for (let count = 0; at < block.entriesEnd; count++) {
      const isRestart = count % RESTART_INTERVAL === 0
      if (isRestart) this.#checkRestart(block, count / RESTART_INTERVAL, at)
      this.#entry.read(block, at, isRestart ? 0 : this.#keyBytes)
      this.#checkEntry(block)
      if (count === 0 && index > 0 && blocks.compare(index - 1, this.#key, 0, this.#keyBytes, this.#sequence) >= 0) {
        block.fail('a block begins before the separator of the one before')
      }
      at = this.#entry.end
      if (at >= block.entriesEnd && count < (block.restartCount - 1) * RESTART_INTERVAL) {
        block.fail('a block has too many restart points')
      }
    }
    if (blocks.compare(index, this.#key, 0, this.#keyBytes, this.#sequence) < 0) {
      block.fail('a block ends after its separator')
    }
    return true
  }

  /** The block that was to come is damaged: what follows it is held against nothing before it. */
  passOver(): void {
    this.#hasKey = false
  }

  /** Holds the totals against the properties. */
  finish(): TableSummary {
    const { filterBitsPerKey: _, ...told } = this.#file.properties
    const counted = {
      smallestSequence: this.#smallestSequence,
      largestSequence: this.#largestSequence,
      entries: this.#entries,
      tombstones: this.#tombstones,
      userBytes: this.#userBytes,
      rangeDeletes: 0,
      merges: 0,
    }
    for (const name of Object.keys(counted) as (keyof typeof counted)[]) {
      if (counted[name] !== told[name]) this.#refuse(`its ${name}`)
    }
    const largest = this.#key.slice(0, this.#keyBytes)
    if (compareBytes(this.#smallest, told.smallest) !== 0) this.#refuse('its smallest key')
    if (compareBytes(largest, told.largest) !== 0) this.#refuse('its largest key')
    if (told.oldestMs > told.newestMs) this.#refuse('its times')
    return { bytes: this.#file.bytes, ...told, ...counted, smallest: this.#smallest, largest }
  }

  #checkRestart(block: Block, index: number, at: number): void {
    if (index >= block.restartCount || block.restart(index) !== at) {
      block.fail('the restart points of a block are not every 16th entry')
    }
  }

  #checkEntry(block: Block): void {
    const { shared, suffixStart, suffixEnd } = this.#entry
    const sequence = this.#entry.sequence(block)
    // The shared bytes are equal by definition (none at a restart point), so order is decided by what follows them.
    const order = compareSlices(this.#key, shared, this.#keyBytes, block.bytes, suffixStart, suffixEnd)
    if (this.#hasKey && (order > 0 || (order === 0 && sequence >= this.#sequence))) {
      block.fail('the entries of a table are not in order')
    }
    const keyBytes = this.#entry.keyBytes
    if (keyBytes > this.#key.length) {
      const larger = new Uint8Array(2 * keyBytes)
      larger.set(this.#key)
      this.#key = larger
    }
    this.#keyBytes = copyBytes(this.#key, shared, block.bytes, suffixStart, suffixEnd)
    this.#sequence = sequence
    if (this.#entries === 0) this.#smallest = this.#key.slice(0, keyBytes)
    if (order !== 0 || !this.#hasKey) this.#checkFilter(block)
    this.#hasKey = true
    this.#count(sequence, keyBytes)
  }

  #checkFilter(block: Block): void {
    if (this.#filter === undefined) return
    hashInto(this.#hash, this.#key, 0, this.#keyBytes)
    if (!this.#filter.mayContain(this.#hash.hash1, this.#hash.hash2))
      block.fail('the filter of a table denies one of its keys')
  }

  #count(sequence: number, keyBytes: number): void {
    this.#entries++
    if (this.#entry.kind === Kind.Delete) this.#tombstones++
    this.#userBytes += keyBytes + this.#entry.end - this.#entry.valueStart
    this.#smallestSequence = Math.min(this.#smallestSequence, sequence)
    this.#largestSequence = Math.max(this.#largestSequence, sequence)
  }

  #refuse(what: string): never {
    throw corruption(`a table does not hold what its properties say: ${what}`, this.#file.handle.path)
  }
}
