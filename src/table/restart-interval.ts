import type { Block } from './block.ts'
import { BlockEntry } from './block-entry.ts'
import { RESTART_INTERVAL } from './format.ts'

/**
 * The entries from one restart point to the next, with their keys put together. Prefix compression reads forwards only:
 * a cursor that goes backwards decodes an interval once and then steps through it.
 */
export class RestartInterval {
  count = 0
  /**
   * Of each entry: where it begins and ends in the block, its key within `keys`, its trailer, where its value begins.
   */
  readonly starts: Uint32Array = new Uint32Array(RESTART_INTERVAL)
  readonly ends: Uint32Array = new Uint32Array(RESTART_INTERVAL)
  readonly keyStarts: Uint32Array = new Uint32Array(RESTART_INTERVAL)
  readonly keyEnds: Uint32Array = new Uint32Array(RESTART_INTERVAL)
  readonly sequences: Float64Array = new Float64Array(RESTART_INTERVAL)
  readonly kinds: Uint8Array = new Uint8Array(RESTART_INTERVAL)
  readonly valueStarts: Uint32Array = new Uint32Array(RESTART_INTERVAL)
  keys: Uint8Array = new Uint8Array(512)
  readonly #entry = new BlockEntry()

  /** Decodes the interval of restart point `index`. */
  load(block: Block, index: number): void {
    const entry = this.#entry
    const end = index + 1 < block.restartCount ? block.restart(index + 1) : block.entriesEnd
    let at = block.restart(index)
    let keyStart = 0
    let keyEnd = 0
    this.count = 0
    while (at < end) {
      if (this.count === RESTART_INTERVAL) block.fail('a restart point is missing in a block')
      entry.read(block, at, keyEnd - keyStart)
      this.#reserve(keyEnd + entry.keyBytes)
      this.keys.copyWithin(keyEnd, keyStart, keyStart + entry.shared)
      keyStart = keyEnd
      keyEnd = keyStart + entry.keyBytes
      const { keys } = this
      for (let i = entry.suffixStart, to = keyStart + entry.shared; i < entry.suffixEnd; i++)
        keys[to++] = block.bytes[i]!
      const i = this.count++
      this.starts[i] = at
      this.ends[i] = at = entry.end
      this.keyStarts[i] = keyStart
      this.keyEnds[i] = keyEnd
      this.sequences[i] = entry.sequence(block)
      this.kinds[i] = entry.kind
      this.valueStarts[i] = entry.valueStart
    }
    if (at !== end) block.fail('a restart point of a block is not the beginning of an entry')
  }

  #reserve(bytes: number): void {
    if (bytes <= this.keys.length) return
    const larger = new Uint8Array(2 * bytes)
    larger.set(this.keys)
    this.keys = larger
  }
}
