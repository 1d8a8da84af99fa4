import { checksum, seedAt } from '../bytes/checksum.ts'
import type { FileHandle } from '../fs/file-system.ts'
import { u32At } from '../table/block-codec.ts'
import { type BlockHandle, Codec, MAX_BLOCK_BYTES, TRAILER_SIZE } from '../table/format.ts'
import { damageOf } from './findings.ts'

/** How much of the file is held at a time. */
const WINDOW_BYTES = 256 * 1024
/** How much is checksummed at a time. */
const PIECE_BYTES = 64 * 1024
/** What a disk gives up at a time, at least. */
const SECTOR_BYTES = 4096
/**
 * The shortest block: one entry of an empty key and value, one restart point and their count. Compressed it may be
 * shorter.
 */
const RAW_BYTES_MIN = 18
/**
 * A larger table was not written by a store that keeps to its defaults; a sparse file may be larger than there is time
 * for.
 */
const SCANNED_BYTES_MAX = 2 ** 32
/** So many times the file's size may be checksummed in vain. */
const BUDGET = 16

/**
 * Finds the data blocks of a table whose index is lost. What ends an uncompressed block tells its size, so each is
 * found alone; a compressed one is found where the one before it ends. A checksum bound to the table and the place
 * proves each. Ends early where a file was made to take long.
 */
export class BlockScan {
  readonly #file: FileHandle
  readonly #seed: number
  readonly #end: number
  readonly #window: Uint8Array
  #windowStart = 0
  #windowBytes = 0
  readonly #piece = new Uint8Array(PIECE_BYTES)
  /** Where the last block found ends, and so perhaps the next begins. */
  #from = 0
  /** The checksum, begun for a block at `#from`, of what lies from there up to `#summed`. */
  #sum: number
  #summed = 0
  #budget: number

  /** Looks at the first `end` bytes of the file. */
  constructor(file: FileHandle, seed: number, end: number) {
    this.#file = file
    this.#seed = seed
    this.#end = Math.min(end, SCANNED_BYTES_MAX)
    this.#window = new Uint8Array(Math.max(TRAILER_SIZE, Math.min(WINDOW_BYTES, end)))
    this.#sum = seedAt(seed, 0)
    this.#budget = BUDGET * end
  }

  *blocks(): Generator<BlockHandle> {
    for (let at = 1; at + TRAILER_SIZE <= this.#end && this.#budget > 0; at++) {
      const block = this.#blockEndingAt(at)
      if (block === undefined) continue
      this.#from = this.#summed = at + TRAILER_SIZE
      this.#sum = seedAt(this.#seed, this.#from)
      at = this.#from
      yield block
    }
  }

  /** The block whose trailer is at `at`. */
  #blockEndingAt(at: number): BlockHandle | undefined {
    const window = this.#window
    const trailer = this.#windowAt(at)
    const codec = window[trailer]!
    if (codec > Codec.deflate) return undefined
    const rawSize = u32At(window, trailer + 1)
    const size = codec === Codec.none ? rawSize : at - this.#from
    const offset = at - size
    const isPossible = offset >= this.#from && rawSize >= RAW_BYTES_MIN && rawSize <= MAX_BLOCK_BYTES && size <= rawSize
    if (!isPossible) return undefined
    const sum = offset === this.#from ? this.#sumUpTo(at) : this.#sumOf(offset, at)
    if (checksum(window, trailer, trailer + 5, sum) !== u32At(window, trailer + 5)) return undefined
    return { offset, size }
  }

  /** Where in the window `at` is; moves the window on as needed. */
  #windowAt(at: number): number {
    if (at + TRAILER_SIZE > this.#windowStart + this.#windowBytes) {
      this.#windowStart = at
      this.#windowBytes = this.#read(this.#window, at)
    }
    return at - this.#windowStart
  }

  /** The checksum of a block that begins at `#from`, up to `at`: it grows along, so that all of them cost one pass. */
  #sumUpTo(at: number): number {
    this.#sum = this.#sumOn(this.#summed, at, this.#sum)
    this.#summed = at
    return this.#sum
  }

  #sumOf(offset: number, at: number): number {
    this.#budget -= at - offset
    return this.#sumOn(offset, at, seedAt(this.#seed, offset))
  }

  #sumOn(start: number, end: number, sum: number): number {
    for (let at = start; at < end; at += this.#piece.length) {
      const piece = this.#piece.subarray(0, Math.min(this.#piece.length, end - at))
      this.#read(piece, at)
      sum = checksum(piece, 0, piece.length, sum)
    }
    return sum
  }

  /** Reads what the disk can read; what it cannot is zeros, which are no part of any block that could be proven. */
  #read(target: Uint8Array, at: number): number {
    try {
      return this.#file.readSync(target, at)
    } catch (error) {
      damageOf(error)
      if (target.length <= SECTOR_BYTES) {
        target.fill(0)
        return target.length
      }
    }
    for (let start = 0; start < target.length; start += SECTOR_BYTES) {
      this.#read(target.subarray(start, start + SECTOR_BYTES), at + start)
    }
    return target.length
  }
}
