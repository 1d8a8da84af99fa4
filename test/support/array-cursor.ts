import { EntryCursor } from '../../src/iterator/entry-cursor.ts'
import { compareModelEntries, type ModelEntry } from './model-entry.ts'

const GARBAGE = 0xee

/** A cursor over an array. With every move it spoils the slices it gave before, as a cursor over blocks may. */
export class ArrayCursor extends EntryCursor {
  closed = false
  readonly #entries: readonly ModelEntry[]
  readonly #buffer: Uint8Array = new Uint8Array(256)
  #at = -1

  constructor(entries: readonly ModelEntry[]) {
    super()
    this.#entries = [...entries].sort(compareModelEntries)
  }

  override seekToFirst(): void {
    this.#moveTo(0)
  }

  override seekToLast(): void {
    this.#moveTo(this.#entries.length - 1)
  }

  override seek(key: Uint8Array, keyStart: number, keyEnd: number, sequence: number): void {
    const target = { key: key.slice(keyStart, keyEnd), sequence, kind: 0, value: key }
    const found = this.#entries.findIndex((entry) => compareModelEntries(entry, target) >= 0)
    this.#moveTo(found)
  }

  override seekBefore(key: Uint8Array, keyStart: number, keyEnd: number): void {
    const target = key.slice(keyStart, keyEnd)
    this.#moveTo(this.#entries.findLastIndex((entry) => Buffer.compare(entry.key, target) < 0))
  }

  override next(): void {
    if (!this.valid) throw new Error('next of an invalid cursor')
    this.#moveTo(this.#at + 1)
  }

  override previous(): void {
    if (!this.valid) throw new Error('previous of an invalid cursor')
    this.#moveTo(this.#at - 1)
  }

  override close(): void {
    this.closed = true
    this.#moveTo(-1)
  }

  #moveTo(at: number): void {
    this.#at = at
    this.#buffer.fill(GARBAGE)
    const entry = this.closed ? undefined : this.#entries[at]
    this.valid = entry !== undefined
    if (entry === undefined) return
    this.key = this.value = this.#buffer
    this.keyStart = 3
    this.keyEnd = this.valueStart = 3 + entry.key.length
    this.valueEnd = this.valueStart + entry.value.length
    this.#buffer.set(entry.key, this.keyStart)
    this.#buffer.set(entry.value, this.valueStart)
    this.sequence = entry.sequence
    this.kind = entry.kind
  }
}
