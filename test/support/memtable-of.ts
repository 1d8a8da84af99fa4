import { Memtable } from '../../src/memtable/memtable.ts'
import type { ModelEntry } from './model-entry.ts'

const PADDING = 5

/** Inserts from larger buffers, which are spoiled afterwards: a memtable must have copied. */
export function insertModelEntry(memtable: Memtable, entry: ModelEntry): void {
  const key = new Uint8Array(entry.key.length + 2 * PADDING).fill(0xaa)
  const value = new Uint8Array(entry.value.length + 2 * PADDING).fill(0xbb)
  key.set(entry.key, PADDING)
  value.set(entry.value, PADDING)
  const keyEnd = key.length - PADDING
  const valueEnd = value.length - PADDING
  memtable.insert(entry.sequence, entry.kind, key, PADDING, keyEnd, value, PADDING, valueEnd)
  key.fill(0xcc)
  value.fill(0xcc)
}

/** A memtable that holds the entries, inserted in the given order. */
export function memtableOf(entries: readonly ModelEntry[]): Memtable {
  const memtable = new Memtable()
  for (const entry of entries) insertModelEntry(memtable, entry)
  return memtable
}
