import { compareBytes } from '../../src/bytes/compare.ts'
import type { CheckedBatch } from '../../src/kv-store/batch-input.ts'
import { toKeyBytes, toValueBytes } from '../../src/kv-store/bytes-input.ts'
import { contains } from '../../src/kv-store/range.ts'
import type { Bounds, ScanCursor } from '../../src/kv-store/scan-cursor.ts'

/** Keys and values in key order; never changed, only replaced. */
export type SortedEntries = readonly (readonly [key: Uint8Array, value: Uint8Array])[]

const NOTHING = new Uint8Array(0)

/** The entries after a batch. */
export function applied(entries: SortedEntries, batch: CheckedBatch): SortedEntries {
  const next = [...entries]
  batch.keys.forEach((key, i) => {
    const value = batch.values[i]
    const found = next.findIndex(([other]) => compareBytes(other, key) >= 0)
    const at = found === -1 ? next.length : found
    const exists = found !== -1 && compareBytes(next[found]![0], key) === 0
    next.splice(at, exists ? 1 : 0, ...(value === undefined ? [] : [[key, value] as const]))
  })
  return next
}

export function putBatch(key: unknown, value: unknown): CheckedBatch {
  const keyBytes = toKeyBytes(key)
  const valueBytes = toValueBytes(value)
  return { keys: [keyBytes], values: [valueBytes], userBytes: keyBytes.length + valueBytes.length }
}

export function deleteBatch(key: unknown): CheckedBatch {
  const keyBytes = toKeyBytes(key)
  return { keys: [keyBytes], values: [undefined], userBytes: keyBytes.length }
}

/** What the caller does to its arrays after the call must not matter. */
export function copyOf(batch: CheckedBatch): CheckedBatch {
  return {
    keys: batch.keys.map((key) => new Uint8Array(key)),
    values: batch.values.map((value) => (value === undefined ? undefined : new Uint8Array(value))),
    userBytes: batch.userBytes,
  }
}

/** A cursor over an array, in either direction. */
export class SortedCursor implements ScanCursor {
  key: Uint8Array = NOTHING
  readonly keyStart = 0
  keyEnd = 0
  value: Uint8Array = NOTHING
  readonly valueStart = 0
  valueEnd = 0
  /** How often it was closed. */
  closings = 0
  readonly #entries: SortedEntries
  readonly #reverse: boolean
  #next = 0

  constructor(entries: SortedEntries, bounds: Bounds, reverse: boolean) {
    const within = entries.filter(([key]) => contains(bounds, key))
    this.#entries = reverse ? within.reverse() : within
    this.#reverse = reverse
  }

  advance(): boolean {
    const entry = this.#entries[this.#next]
    if (entry === undefined) return false
    this.#next++
    this.key = entry[0]
    this.keyEnd = this.key.length
    this.value = entry[1]
    this.valueEnd = this.value.length
    return true
  }

  seek(target: Uint8Array): void {
    const sign = this.#reverse ? -1 : 1
    const found = this.#entries.findIndex(([key]) => sign * compareBytes(key, target) >= 0)
    this.#next = found === -1 ? this.#entries.length : found
  }

  close(): void {
    this.closings++
  }
}
