import { compareSlices } from '../bytes/compare.ts'
import { copyBytes } from '../bytes/copy.ts'
import { Kind } from '../key/kind.ts'
import type { Block } from '../table/block.ts'
import { BlockEntry } from '../table/block-entry.ts'
import { RESTART_INTERVAL } from '../table/format.ts'

/** Takes one entry; the slices hold until it returns. */
export type EntrySink = (
  sequence: number,
  kind: number,
  key: Uint8Array,
  keyBytes: number,
  value: Uint8Array,
  valueStart: number,
  valueEnd: number,
) => void

/** Walks blocks, each by itself. */
export class BlockEntries {
  readonly #entry = new BlockEntry()
  #key = new Uint8Array(128)

  /**
   * Hands every entry of the block to `sink` and returns how many there were. CORRUPTION, before the first is handed
   * over, where a rule is broken.
   */
  read(block: Block, sink: EntrySink): number {
    this.#walk(block, () => {})
    return this.#walk(block, sink)
  }

  #walk(block: Block, sink: EntrySink): number {
    const entry = this.#entry
    const { bytes } = block
    let keyBytes = 0
    let sequence = 0
    let count = 0
    for (let at = block.start; at < block.entriesEnd; at = entry.end, count++) {
      entry.read(block, at, count % RESTART_INTERVAL === 0 ? 0 : keyBytes)
      const { shared, suffixStart, suffixEnd, kind, valueStart, end } = entry
      const order = compareSlices(this.#key, shared, keyBytes, bytes, suffixStart, suffixEnd)
      const next = entry.sequence(block)
      if (count > 0 && (order > 0 || (order === 0 && next >= sequence)))
        block.fail('the entries of a block are not in order')
      if (kind === Kind.Delete && valueStart !== end) block.fail('a delete holds a value')
      this.#take(bytes, shared, suffixStart, suffixEnd)
      keyBytes = entry.keyBytes
      sequence = next
      sink(sequence, kind, this.#key, keyBytes, bytes, valueStart, end)
    }
    return count
  }

  #take(bytes: Uint8Array, shared: number, suffixStart: number, suffixEnd: number): void {
    const keyBytes = shared + suffixEnd - suffixStart
    if (keyBytes > this.#key.length) {
      const larger = new Uint8Array(2 * keyBytes)
      larger.set(this.#key.subarray(0, shared))
      this.#key = larger
    }
    copyBytes(this.#key, shared, bytes, suffixStart, suffixEnd)
  }
}
