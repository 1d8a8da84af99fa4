import { invariant } from '../errors.ts'
import type { MemtableMemory } from './memtable-memory.ts'

const FIRST_CHUNK_BYTES = 64 * 1024
const LARGEST_CHUNK_BYTES = 1024 * 1024
/**
 * A larger entry gets a chunk of its own size, so that it neither wastes the rest of a chunk nor ends the one in use.
 */
const SHARED_CHUNK_ENTRY_BYTES = LARGEST_CHUNK_BYTES / 4

/** The word offset within a chunk takes the low bits of an address: as many as the largest shared chunk has words. */
const OFFSET_BITS = 18
const OFFSET_MASK = 2 ** OFFSET_BITS - 1
const MAX_CHUNKS = 2 ** (32 - OFFSET_BITS)

/** The chunk that an address lies in. */
export function chunkOf(address: number): number {
  return address >>> OFFSET_BITS
}

/** Where in its chunk an address lies, in words of four bytes. */
export function wordOf(address: number): number {
  return address & OFFSET_MASK
}

/**
 * Memory that only grows and is given back all at once. What lies in it never moves, so a slice of a chunk holds for as
 * long as somebody refers to it. Nothing is allocated before the first entry; chunks then double from 64 KiB to 1 MiB.
 *
 * An address is a 32-bit integer: chunk number (14 bits), offset in words of four bytes (18 bits). As a chunk takes at
 * least 256 KiB once the first few are full, addresses reach to 4 GiB.
 */
export class Arena {
  /** The chunks as bytes, and the same memory as words. */
  readonly chunks: Uint8Array[] = []
  readonly words: Uint32Array[] = []
  /** Bytes handed out, and bytes held. */
  usedBytes = 0
  memoryBytes = 0
  readonly #memory: MemtableMemory
  #current = 0
  #nextWord = 0
  #wordsInChunk = 0
  #nextChunkBytes: number = FIRST_CHUNK_BYTES

  /** Takes its chunks from `memory`; `chunks` are those of another arena, to be read. */
  constructor(memory: MemtableMemory, chunks: readonly Uint8Array[] = []) {
    this.#memory = memory
    for (const chunk of chunks) this.#adopt(chunk)
  }

  /** The address of `words` * 4 fresh bytes in one chunk. */
  allocate(words: number): number {
    if (words > this.#wordsInChunk - this.#nextWord) {
      const bytes = words * 4
      if (bytes > SHARED_CHUNK_ENTRY_BYTES) {
        const chunk = this.#addChunk(bytes)
        this.usedBytes += bytes
        return (chunk << OFFSET_BITS) | 0
      }
      while (this.#nextChunkBytes < bytes) this.#nextChunkBytes *= 2
      this.#current = this.#addChunk(this.#nextChunkBytes)
      this.#wordsInChunk = this.#nextChunkBytes / 4
      this.#nextWord = 0
      this.#nextChunkBytes = Math.min(this.#nextChunkBytes * 2, LARGEST_CHUNK_BYTES)
    }
    const address = (this.#current << OFFSET_BITS) | this.#nextWord
    this.#nextWord += words
    this.usedBytes += words * 4
    return address
  }

  /** REQUIRES that nothing reads the arena any more. */
  giveBack(): void {
    for (const { buffer } of this.chunks) {
      // One that was made for a single large entry may never fit again.
      if (isChunkSize(buffer.byteLength)) this.#memory.give(buffer)
    }
  }

  #addChunk(bytes: number): number {
    invariant(this.chunks.length < MAX_CHUNKS, 'an arena holds at most 4 GiB')
    return this.#adopt(new Uint8Array(this.#memory.take(bytes)))
  }

  #adopt(chunk: Uint8Array): number {
    this.memoryBytes += chunk.length
    this.words.push(new Uint32Array(chunk.buffer))
    return this.chunks.push(chunk) - 1
  }
}

function isChunkSize(bytes: number): boolean {
  return bytes <= LARGEST_CHUNK_BYTES && (bytes & (bytes - 1)) === 0
}
