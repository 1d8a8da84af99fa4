import type { FileCounts } from '../../fs/file-counts.ts'
import type { TableEntry } from '../../manifest/table-entry.ts'
import type { MemtableImage } from '../../memtable/memtable-image.ts'
import type { FlushTask } from '../job/flush-job.ts'
import type { MergeTask } from '../job/merge-job.ts'
import type { PlainError } from './plain-error.ts'

/** What is to be built. */
export type BuildRequest =
  | { readonly kind: 'flush'; readonly memtable: MemtableImage; readonly task: FlushTask }
  | { readonly kind: 'merge'; readonly task: MergeTask }

/** Of which store it is to be. */
export interface BuildPlace {
  /** Absolute path. */
  readonly directory: string
  /** What the store's gate shares. */
  readonly gate: Int32Array
}

/** From the store to a thread. */
export interface StartMessage {
  readonly id: number
  readonly request: BuildRequest
  readonly place: BuildPlace
  /** Shared by both sides: see `Word`. */
  readonly words: Int32Array
  /** Of the thread that it comes from: see `GarbageCollector`. */
  readonly sharedBytesMade: number
}

export type BuildOutcome =
  | { readonly kind: 'built'; readonly tables: TableEntry[] }
  | { readonly kind: 'failed'; readonly error: PlainError }

/** From a thread to the store: a slice that somebody waited for is over, or all is. */
export type ThreadMessage =
  | { readonly id: number; readonly kind: 'slice' }
  | { readonly id: number; readonly kind: 'end'; readonly outcome: BuildOutcome; readonly counts: FileCounts }

/** Places in the words that the two sides of a job share. */
export const Word = {
  /** Grows with everything that the thread does for the job: who stands still waits for that. */
  Steps: 0,
  /** 1: the store wants the job to end, and its files to go. */
  Abandoned: 1,
  /** 1: the store wants to be told of the next slice. */
  Watched: 2,
  count: 3,
} as const
