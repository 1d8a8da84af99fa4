import { bytesOf } from '../compaction/key-range.ts'
import type { Choice } from '../compaction/strategy.ts'
import type { Job } from '../fs/job.ts'
import type { TableEntry } from '../manifest/table-entry.ts'
import type { Memtable } from '../memtable/memtable.ts'
import { observed } from '../observe/activity.ts'
import type { FlushResult } from '../observe/store-events.ts'
import type { StoreObserver } from '../observe/store-observer.ts'

/** A choice that changes something. */
export type Change = Exclude<Choice, { kind: 'idle' }>

/** Measures and tells of a flush; the job returns the tables that it has written. */
export function* observedFlush(
  observer: StoreObserver,
  { entries, entryBytes }: Memtable,
  job: Job<readonly TableEntry[]>,
): Job<void> {
  yield* observed(
    observer.flush(() => ({ entries, entryBytes })),
    job,
    sizeOf,
  )
}

/** Measures and tells of a merge, move or drop of `inputs`; the job returns the tables that it has written. */
export function* observedCompaction(
  observer: StoreObserver,
  choice: Change,
  inputs: readonly TableEntry[],
  job: Job<readonly TableEntry[]>,
): Job<void> {
  const level = choice.kind === 'drop' ? undefined : choice.level
  yield* observed(
    observer.compaction(() => ({ kind: choice.kind, ...sizeOf(inputs), level })),
    job,
    sizeOf,
  )
}

function sizeOf(tables: readonly TableEntry[]): FlushResult {
  return { tables: tables.length, tableBytes: bytesOf(tables) }
}
