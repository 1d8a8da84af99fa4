import { EntryStream } from './entry-stream.ts'

/** A position in a stream of entries that can be moved to any of them, both ways. It starts invalid; the four seeks position it. */
export abstract class EntryCursor extends EntryStream {
  abstract seekToLast(): void
  /** To the first entry at or after (user key, sequence) in internal order; a greater sequence comes first. */
  abstract seek(key: Uint8Array, keyStart: number, keyEnd: number, sequence: number): void
  /** To the last entry whose user key is less than the given one. */
  abstract seekBefore(key: Uint8Array, keyStart: number, keyEnd: number): void
  /** REQUIRES `valid`. */
  abstract previous(): void
}
