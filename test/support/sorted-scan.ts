import type { Encoding } from '../../src/kv-store/kv-store.ts'
import { Scan } from '../../src/kv-store/scan.ts'
import type { ScanSettings } from '../../src/kv-store/scan-source.ts'
import { nodeRuntime } from '../../src/runtime.ts'
import { SortedCursor, type SortedEntries } from './sorted-entries.ts'

/** A scan over an array, and what became of its cursor. */
export interface SortedScan<E extends Encoding> {
  readonly scan: Scan<E>
  readonly cursor: SortedCursor
  /** How often the scan said that it is closed. */
  closings(): number
}

export function sortedScan<E extends Encoding>(
  entries: SortedEntries,
  encoding: E,
  settings: Partial<ScanSettings> = {},
): SortedScan<E> {
  const cursor = new SortedCursor(entries, { lower: undefined, upper: undefined }, false)
  let closings = 0
  const scan = new Scan<E>(cursor, {
    keyEncoding: encoding,
    valueEncoding: encoding,
    limit: Number.POSITIVE_INFINITY,
    signal: undefined,
    runtime: nodeRuntime,
    onClose: () => closings++,
    ...settings,
  })
  return { scan, cursor, closings: () => closings }
}

/** Entries whose keys are numbers of four digits. */
export function numbered(count: number, valueBytes = 3): SortedEntries {
  return Array.from({ length: count }, (_, i) => {
    const key = new TextEncoder().encode(String(i).padStart(4, '0'))
    return [key, new Uint8Array(valueBytes).fill(i)] as const
  })
}
