import { compareModelEntries, type ModelEntry } from './model-entry.ts'

/** A visible entry as text, `key=value` in hex and UTF-8: easy to compare and to read. */
export function describeSlices(of: {
  readonly key: Uint8Array
  readonly keyStart: number
  readonly keyEnd: number
  readonly value: Uint8Array
  readonly valueStart: number
  readonly valueEnd: number
}): string {
  const key = Buffer.from(of.key.slice(of.keyStart, of.keyEnd)).toString('hex')
  return `${key}=${Buffer.from(of.value.slice(of.valueStart, of.valueEnd))}`
}

/** What is visible of the entries at a sequence, in key order. */
export function visibleEntries(entries: readonly ModelEntry[], sequence: number): ModelEntry[] {
  const newest = new Map<string, ModelEntry>()
  for (const entry of [...entries].sort(compareModelEntries)) {
    const name = Buffer.from(entry.key).toString('hex')
    if (entry.sequence <= sequence && !newest.has(name)) newest.set(name, entry)
  }
  return [...newest.values()].filter((entry) => entry.kind !== 0).sort(compareModelEntries)
}

export function describeEntry(entry: ModelEntry): string {
  return `${Buffer.from(entry.key).toString('hex')}=${Buffer.from(entry.value)}`
}
