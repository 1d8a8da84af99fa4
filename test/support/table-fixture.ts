import fc from 'fast-check'
import { compareBytes } from '../../src/bytes/compare.ts'
import type { FileHandle } from '../../src/fs/file-system.ts'
import type { EntryCursor } from '../../src/iterator/entry-cursor.ts'
import { Kind } from '../../src/key/kind.ts'
import { BlockCache } from '../../src/table/block-cache.ts'
import { checkTable } from '../../src/table/table-check.ts'
import { TableReader } from '../../src/table/table-reader.ts'
import { TableCounters, type TableShared } from '../../src/table/table-shared.ts'
import type { TableSummary } from '../../src/table/table-summary.ts'
import { type TableOptions, TableWriter } from '../../src/table/table-writer.ts'
import { TableMemoryFile } from './table-memory-file.ts'

export interface TableItem {
  readonly key: Uint8Array
  readonly sequence: number
  readonly kind: number
  readonly value: Uint8Array
}

export const TABLE_ID: Uint8Array = Uint8Array.from({ length: 16 }, (_, i) => 17 * i)
export const TABLE_ID_TEXT = '00112233445566778899aabbccddeeff'
export const TABLE_OPTIONS: TableOptions = { blockBytes: 4096, filterBitsPerKey: 10, compression: 'none' }

export interface BuiltTable {
  readonly file: TableMemoryFile
  readonly summary: TableSummary
}

export function inTableOrder(a: TableItem, b: TableItem): number {
  return compareBytes(a.key, b.key) || b.sequence - a.sequence
}

export function buildTable(items: readonly TableItem[], options?: Partial<TableOptions>, path?: string): BuiltTable {
  const file = new TableMemoryFile(path)
  const writer = new TableWriter(file, TABLE_ID, { ...TABLE_OPTIONS, ...options })
  for (const { key, sequence, kind, value } of items) {
    writer.add(key, 0, key.length, sequence, kind, value, 0, value.length)
  }
  return { file, summary: writer.finish({ oldestMs: 1000, newestMs: 2000 }) }
}

export function tableShared(cacheBytes: number = 1 << 20): TableShared {
  return { cache: new BlockCache(cacheBytes), counters: new TableCounters() }
}

export function openTable(file: TableMemoryFile, shared?: TableShared): TableReader {
  return TableReader.open(file, { id: TABLE_ID_TEXT, bytes: file.sizeSync() }, shared ?? tableShared())
}

/** What a cursor stands on; undefined where it is invalid. */
export function current(cursor: EntryCursor): TableItem | undefined {
  if (!cursor.valid) return undefined
  return {
    key: cursor.key.slice(cursor.keyStart, cursor.keyEnd),
    sequence: cursor.sequence,
    kind: cursor.kind,
    value: cursor.value.slice(cursor.valueStart, cursor.valueEnd),
  }
}

/** Runs a check to its end. */
export function checkedTable(file: FileHandle, id: string = TABLE_ID_TEXT): { slices: number[]; totals: TableSummary } {
  const slices: number[] = []
  const check = checkTable(file, { id, bytes: file.sizeSync() })
  for (;;) {
    const step = check.next()
    if (step.done) {
      if (step.value === undefined) throw new Error('a check that throws returns what it counted')
      return { slices, totals: step.value }
    }
    slices.push(step.value)
  }
}

/** Numbered keys: `key-000042`, sequences descending from the end so that none is special. */
export function numberedItems(count: number, valueBytes = 20, step = 1): TableItem[] {
  return Array.from({ length: count }, (_, i) => ({
    key: numberedKey(i * step),
    sequence: 1 + ((i * 7919) % count),
    kind: Kind.Put,
    value: new Uint8Array(valueBytes).fill(i),
  }))
}

export function numberedKey(number: number): Uint8Array {
  return new TextEncoder().encode(`key-${String(number).padStart(6, '0')}`)
}

/**
 * Sorted entries: few letters, so that keys repeat, are prefixes of each other and share much; many versions; a value
 * that is large now and then.
 */
export function tableItems(): fc.Arbitrary<TableItem[]> {
  const key = fc.uint8Array({ maxLength: 6, max: 3 }).map((bytes) => bytes.map((byte) => [0, 97, 98, 255][byte]!))
  const item = fc.record({
    key: fc.oneof({ weight: 9, arbitrary: key }, { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }) }),
    sequence: fc.oneof(
      fc.nat(20),
      fc.maxSafeNat().map((number) => number % 2 ** 48),
    ),
    kind: fc.constantFrom(Kind.Delete, Kind.Put),
    value: fc.oneof(
      { weight: 9, arbitrary: fc.uint8Array({ maxLength: 20 }) },
      { weight: 1, arbitrary: fc.nat(3000).map((size) => new Uint8Array(size).fill(size)) },
    ),
  })
  const identity = ({ key, sequence }: TableItem) => `${sequence} ${key.join()}`
  return fc
    .uniqueArray(item, { minLength: 1, maxLength: 120, selector: identity })
    .map((items) => items.sort(inTableOrder))
}
