import { copyBytes } from '../bytes/copy.ts'
import type { EntryStream } from '../iterator/entry-stream.ts'
import { type Arena, chunkOf, wordOf } from './arena.ts'

/**
 * An entry in the arena, in words of four bytes:
 *
 *     0   sequence, low 32 bits
 *     1   sequence, high 16 bits; kind in bits 16-23
 *     2   key length
 *     3   value length
 *     4   key, value, zeros to the next word
 */
const HEADER_WORDS = 4
export const KEY_LENGTH_WORD: number = 2
export const VALUE_LENGTH_WORD: number = 3

/** Where in its chunk the key of the entry at `word` begins, in bytes. */
export function keyOffset(word: number): number {
  return (word + HEADER_WORDS) * 4
}

export function sequenceAt(words: Uint32Array, word: number): number {
  return (words[word + 1]! & 0xffff) * 0x100000000 + words[word]!
}

export function kindAt(words: Uint32Array, word: number): number {
  return (words[word + 1]! >>> 16) & 0xff
}

/** Makes the entry at `address` the current one of `stream`. */
export function showEntry(stream: EntryStream, arena: Arena, address: number): void {
  const chunk = chunkOf(address)
  const word = wordOf(address)
  const words = arena.words[chunk]!
  stream.key = stream.value = arena.chunks[chunk]!
  stream.keyStart = keyOffset(word)
  stream.keyEnd = stream.valueStart = stream.keyStart + words[word + KEY_LENGTH_WORD]!
  stream.valueEnd = stream.valueStart + words[word + VALUE_LENGTH_WORD]!
  stream.sequence = sequenceAt(words, word)
  stream.kind = kindAt(words, word)
}

/** Copies an entry into the arena and returns its address. */
export function writeEntry(
  arena: Arena,
  sequence: number,
  kind: number,
  key: Uint8Array,
  keyStart: number,
  keyEnd: number,
  value: Uint8Array,
  valueStart: number,
  valueEnd: number,
): number {
  const keyLength = keyEnd - keyStart
  const valueLength = valueEnd - valueStart
  const address = arena.allocate(HEADER_WORDS + ((keyLength + valueLength + 3) >>> 2))
  const chunk = chunkOf(address)
  const word = wordOf(address)
  const words = arena.words[chunk]!
  const low = sequence >>> 0
  words[word] = low
  words[word + 1] = ((sequence - low) / 0x100000000) | (kind << 16)
  words[word + KEY_LENGTH_WORD] = keyLength
  words[word + VALUE_LENGTH_WORD] = valueLength
  const bytes = arena.chunks[chunk]!
  const at = keyOffset(word)
  copyBytes(bytes, copyBytes(bytes, at, key, keyStart, keyEnd), value, valueStart, valueEnd)
  return address
}
