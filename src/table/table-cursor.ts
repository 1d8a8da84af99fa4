import { copyBytes } from '../bytes/copy.ts'
import { invariant } from '../errors.ts'
import { EntryCursor } from '../iterator/entry-cursor.ts'
import { compareInternal } from '../key/internal-key.ts'
import { MAX_SEQUENCE } from '../key/sequence.ts'
import type { Block } from './block.ts'
import { BlockEntry } from './block-entry.ts'
import type { BlockIndex } from './block-index.ts'
import type { BlockSource } from './block-source.ts'
import { RestartInterval } from './restart-interval.ts'

/**
 * Walks the entries of one table. Forwards it puts each key together in a buffer of its own; backwards it steps through
 * decoded restart intervals. It pins the block that it stands in, so the cache may forget that.
 */
export class TableCursor extends EntryCursor {
  readonly #index: BlockIndex
  readonly #source: BlockSource
  readonly #onClose: () => void
  readonly #entry = new BlockEntry()
  #block: Block | undefined
  #blockIndex = 0
  #keyBuffer = new Uint8Array(128)
  /** Where the current entry begins and ends in its block. */
  #start = 0
  #end = 0
  /** Made by the first step backwards. */
  #interval: RestartInterval | undefined
  /** Which entry of which restart interval the cursor stands on; -1 while it goes forwards. */
  #position = -1
  #restart = 0
  #closed = false

  constructor(index: BlockIndex, source: BlockSource, onClose: () => void) {
    super()
    this.#index = index
    this.#source = source
    this.#onClose = onClose
  }

  override seekToFirst(): void {
    this.valid = false
    this.#readForward(this.#enterBlock(0).start, 0)
  }

  override seekToLast(): void {
    this.valid = false
    this.#enterBlock(this.#index.count - 1)
    this.#enterLastInterval()
  }

  override seek(key: Uint8Array, keyStart: number, keyEnd: number, sequence: number): void {
    this.valid = false
    const index = this.#index.find(key, keyStart, keyEnd, sequence)
    if (index === this.#index.count) return
    if (key === this.#keyBuffer || key === this.#interval?.keys) {
      // A cursor may be sent to a key that it lent out itself.
      key = key.slice(keyStart, keyEnd)
      keyEnd -= keyStart
      keyStart = 0
    }
    const block = this.#enterBlock(index)
    let at = block.restart(block.restartBefore(key, keyStart, keyEnd, sequence))
    let keyBytes = 0
    while (at < block.entriesEnd) {
      this.#readForward(at, keyBytes)
      const order = compareInternal(this.key, 0, this.keyEnd, this.sequence, key, keyStart, keyEnd, sequence)
      if (order >= 0) return
      keyBytes = this.keyEnd
      at = this.#end
    }
    this.valid = false
    this.#nextBlock()
  }

  override seekBefore(key: Uint8Array, keyStart: number, keyEnd: number): void {
    this.seek(key, keyStart, keyEnd, MAX_SEQUENCE)
    if (this.valid) this.previous()
    else this.seekToLast()
  }

  override next(): void {
    const block = this.#block!
    if (this.#position >= 0) this.#turnForwards()
    this.valid = false
    if (this.#end < block.entriesEnd) this.#readForward(this.#end, this.keyEnd)
    else this.#nextBlock()
  }

  override previous(): void {
    this.valid = false
    if (this.#position < 0) this.#turnBackwards()
    if (this.#position > 0) {
      this.#stand(this.#position - 1)
    } else if (this.#restart > 0) {
      this.#enterInterval(this.#restart - 1)
      this.#stand(this.#interval!.count - 1)
    } else if (this.#blockIndex > 0) {
      this.#enterBlock(this.#blockIndex - 1)
      this.#enterLastInterval()
    }
  }

  override close(): void {
    this.valid = false
    if (this.#closed) return
    this.#closed = true
    this.#block?.unpin()
    this.#block = undefined
    this.#onClose()
  }

  #enterBlock(index: number): Block {
    invariant(!this.#closed, 'a closed cursor is not moved')
    this.#position = -1
    const block = this.#source.read(index)
    block.pin()
    this.#block?.unpin()
    this.#block = block
    this.#blockIndex = index
    return block
  }

  #nextBlock(): void {
    if (this.#blockIndex + 1 >= this.#index.count) return
    this.#readForward(this.#enterBlock(this.#blockIndex + 1).start, 0)
  }

  /** Stands on the entry at `at`, which follows the one whose key is in the key buffer and `keyBytes` long. */
  #readForward(at: number, keyBytes: number): void {
    const block = this.#block!
    const entry = this.#entry
    entry.read(block, at, keyBytes)
    const { bytes } = block
    const { suffixEnd } = entry
    const keyEnd = entry.keyBytes
    if (keyEnd > this.#keyBuffer.length) this.#growKey(keyEnd)
    const key = this.#keyBuffer
    for (let i = entry.suffixStart, to = entry.shared; i < suffixEnd; i++) key[to++] = bytes[i]!
    this.key = key
    this.keyStart = 0
    this.keyEnd = keyEnd
    this.sequence = entry.sequence(block)
    this.kind = entry.kind
    this.value = bytes
    this.valueStart = entry.valueStart
    this.valueEnd = entry.end
    this.#start = at
    this.#end = entry.end
    this.valid = true
  }

  #growKey(bytes: number): void {
    const larger = new Uint8Array(2 * bytes)
    larger.set(this.#keyBuffer)
    this.#keyBuffer = larger
  }

  /** Puts the key that was lent from the interval back where going forwards needs it. */
  #turnForwards(): void {
    const keyBytes = this.keyEnd - this.keyStart
    if (keyBytes > this.#keyBuffer.length) this.#growKey(keyBytes)
    this.keyEnd = copyBytes(this.#keyBuffer, 0, this.key, this.keyStart, this.keyEnd)
    this.#position = -1
  }

  /** Decodes the interval of the current entry. */
  #turnBackwards(): void {
    const block = this.#block!
    let restart = block.restartCount - 1
    while (restart > 0 && block.restart(restart) > this.#start) restart--
    this.#enterInterval(restart)
    const { starts, count } = this.#interval!
    let position = 0
    while (position < count && starts[position] !== this.#start) position++
    if (position === count) block.fail('a restart point of a block is not the beginning of an entry')
    this.#position = position
  }

  #enterInterval(restart: number): void {
    this.#interval ??= new RestartInterval()
    this.#interval.load(this.#block!, restart)
    this.#restart = restart
  }

  #enterLastInterval(): void {
    this.#enterInterval(this.#block!.restartCount - 1)
    this.#stand(this.#interval!.count - 1)
  }

  /** Stands on an entry of the current interval. */
  #stand(position: number): void {
    const interval = this.#interval!
    this.#position = position
    this.key = interval.keys
    this.keyStart = interval.keyStarts[position]!
    this.keyEnd = interval.keyEnds[position]!
    this.sequence = interval.sequences[position]!
    this.kind = interval.kinds[position]!
    this.value = this.#block!.bytes
    this.valueStart = interval.valueStarts[position]!
    this.valueEnd = interval.ends[position]!
    this.#start = interval.starts[position]!
    this.#end = interval.ends[position]!
    this.valid = true
  }
}
