import { flushRecords, type LoadShape } from '../../bench/lab/oracle/flush.ts'
import type { CompactionStrategy } from '../../src/compaction/strategy.ts'
import { open } from '../../src/database/open.ts'
import { MemoryFileSystem } from '../../src/fs/memory-file-system.ts'
import type { KeyValueStore } from '../../src/kv-store/kv-store.ts'
import type { StoreStatistics } from '../../src/kv-store/statistics.ts'
import { nodeRuntime, type Runtime } from '../../src/runtime.ts'
import { MillionRecords } from './million-records.ts'

export interface LabLoad {
  readonly records: number
  readonly compaction: CompactionStrategy
  readonly shape: LoadShape
  /** The number of the record that is written as the `index`-th; by default all are new, in random order. */
  readonly recordAt?: (index: number) => number
  /** The wall clock when record `index` is written; by default it stands still. */
  readonly clockAt?: (index: number) => number
}

const START_MS = 1_700_000_000_000

/** Without a change in so many looks, so many turns of the event loop apart, a store has nothing more to do. */
const QUIET_LOOKS = 3
const TURNS = 10

/** Writes records of 16 + 100 bytes to a store in memory, which is drained after every flush, as the oracles assume, and at the end. */
export async function labLoad({ records, compaction, shape, recordAt, clockAt }: LabLoad): Promise<StoreStatistics> {
  const source = new MillionRecords(records, 7)
  const { groupRecords = 1, memtableBytes } = shape
  let nowMs = START_MS
  const runtime: Runtime = { ...nodeRuntime, now: () => nowMs }
  const options = { memtableBytes, compaction, runtime, fileSystem: new MemoryFileSystem(), blockCacheBytes: 0 }
  await using store = await open('/store', { ...options, durability: 'process', syncIntervalMs: 3_600_000 })
  const flushed = flushRecords(shape)
  for (let first = 0; first < records; first += groupRecords) {
    nowMs = START_MS + (clockAt?.(first) ?? 0)
    const count = Math.min(groupRecords, records - first)
    const batch = Array.from({ length: count }, (_, i) => {
      const record = recordAt?.(first + i) ?? first + i
      return { type: 'put' as const, key: source.key(record), value: source.value(record) }
    })
    await store.batch(batch)
    // The first group of a memtable has begun the flush of the one before.
    if (first % flushed === 0) await drained(store)
  }
  await store.flush()
  await drained(store)
  return store.stats()
}

export async function drained(store: KeyValueStore): Promise<void> {
  let before = ''
  for (let quiet = 0; quiet < QUIET_LOOKS; quiet++) {
    for (let i = 0; i < TURNS; i++) await new Promise((resolve) => setImmediate(resolve))
    const { flushes, compactions, writtenBytes } = store.stats()
    const now = `${flushes} ${compactions} ${writtenBytes.flush} ${writtenBytes.compaction} ${writtenBytes.manifest}`
    if (now !== before) quiet = 0
    before = now
  }
}

/** Flushed and merged over flushed bytes, as measured. */
export function measuredAmplification({ writtenBytes }: StoreStatistics): number {
  return (writtenBytes.flush + writtenBytes.compaction) / writtenBytes.flush
}
