import { VarveError } from '../errors.ts'
import { MAX_KEY_BYTES, TRAILER_BYTES, trailerSequence } from '../key/internal-key.ts'
import { isReadableKind } from '../key/kind.ts'
import type { Block } from './block.ts'

/**
 * One entry of a raw block, as offsets into it: reused from entry to entry. This is where the bytes of a file are first
 * believed, so every length is held against the block: a hostile one gives CORRUPTION.
 */
export class BlockEntry {
  /** How many bytes of the key come from the entry before. */
  shared = 0
  /** The rest of the key lies from here to `suffixEnd`. */
  suffixStart = 0
  suffixEnd = 0
  kind = 0
  valueStart = 0
  /** Where the value ends, and the next entry begins. */
  end = 0
  #at = 0

  /** Reads the entry at `at`, which follows one whose key is `previousKeyBytes` long. */
  read(block: Block, at: number, previousKeyBytes: number): void {
    const { bytes, entriesEnd } = block
    if (at + 3 > entriesEnd) block.fail('an entry does not fit into its block')
    let shared: number = bytes[at]!
    let unshared: number = bytes[at + 1]!
    let valueBytes: number = bytes[at + 2]!
    if ((shared | unshared | valueBytes) < 0x80) {
      at += 3
    } else {
      this.#at = at
      shared = this.#varint(block)
      unshared = this.#varint(block)
      valueBytes = this.#varint(block)
      at = this.#at
    }
    const suffixEnd = at + unshared
    const valueStart = suffixEnd + TRAILER_BYTES
    if (shared > previousKeyBytes) block.fail('an entry shares more bytes of a key than there are')
    if (shared + unshared > MAX_KEY_BYTES) block.fail('a key is longer than keys can be')
    if (valueStart + valueBytes > entriesEnd) block.fail('an entry does not fit into its block')
    const kind = bytes[valueStart - 1]!
    if (!isReadableKind(kind)) {
      throw new VarveError('UNSUPPORTED_FORMAT', `an entry of kind ${kind} needs a newer version of varve`, {
        file: block.file,
        offset: block.offset,
      })
    }
    this.shared = shared
    this.suffixStart = at
    this.suffixEnd = suffixEnd
    this.kind = kind
    this.valueStart = valueStart
    this.end = valueStart + valueBytes
  }

  get keyBytes(): number {
    return this.shared + this.suffixEnd - this.suffixStart
  }

  sequence(block: Block): number {
    return trailerSequence(block.bytes, this.suffixEnd)
  }

  /** A varint to 2^32-1, in its shortest form. */
  #varint(block: Block): number {
    const { bytes, entriesEnd } = block
    let value = 0
    let scale = 1
    for (let count = 0; count < 5; count++) {
      if (this.#at >= entriesEnd) block.fail('an entry does not fit into its block')
      const byte = bytes[this.#at++]!
      value += (byte & 0x7f) * scale
      if (byte < 0x80) {
        if (byte === 0 && count > 0) block.fail('a varint is not in its shortest form')
        return value
      }
      scale *= 0x80
    }
    return block.fail('a length in a block is impossibly large')
  }
}
