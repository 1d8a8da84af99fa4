import type { ErrorCode } from '../errors.ts'

/** What every event says: of which store it is. No event holds keys or values. */
export interface StoreEvent {
  /** The store's directory, as an absolute path. */
  readonly directory: string
  readonly engine: 'lsm' | 'btree'
}

/**
 * The two ends of something that takes time. Both have the same `id`, which no other start of this opening has. What
 * was 'abandoned' was given up for a close; what has 'failed' may be tried again, as another one.
 */
export type ActivityEvent<Start extends object, Result extends object> = StoreEvent & { readonly id: number } & (
    | ({ readonly phase: 'start' } & Readonly<Start>)
    | ({ readonly phase: 'end'; readonly outcome: 'done'; readonly milliseconds: number } & Readonly<Result>)
    | { readonly phase: 'end'; readonly outcome: 'failed'; readonly milliseconds: number; readonly error: EventError }
    | { readonly phase: 'end'; readonly outcome: 'abandoned'; readonly milliseconds: number }
  )

/** An error as plain data. */
export interface EventError {
  /** Undefined for what Varve did not throw itself, such as an error of one's own compaction strategy. */
  readonly code: ErrorCode | undefined
  readonly message: string
  readonly file: string | undefined
  /** In bytes. */
  readonly offset: number | undefined
}

/** What is known when a flush begins. */
export interface FlushStart {
  /** Entries of the memtable, older versions included, and their bytes. */
  entries: number
  entryBytes: number
}

/** What is known when a flush has ended. */
export interface FlushResult {
  /** Tables written, and their bytes. */
  tables: number
  tableBytes: number
}

/** A memtable goes to tables. */
export type FlushEvent = ActivityEvent<FlushStart, FlushResult>

/** What is known when a compaction begins. */
export interface CompactionStart {
  kind: 'merge' | 'move' | 'drop'
  /** Tables taken, and their bytes. */
  tables: number
  tableBytes: number
  /** The level that merged or moved tables go to; undefined for a drop. */
  level: number | undefined
}

/** What is known when a compaction has ended. */
export interface CompactionResult {
  /** Tables written, and their bytes; 0 for a move or a drop. */
  tables: number
  tableBytes: number
}

/** Tables are merged, moved to another level or dropped. */
export type CompactionEvent = ActivityEvent<CompactionStart, CompactionResult>

/** What is known when a checkpoint of a B-tree begins. */
export interface CheckpointStart {
  /** Dirty pages that have to be written, and their bytes. */
  pages: number
  pageBytes: number
}

/** Dirty pages of a B-tree go to its file, which takes the place of a flush. */
export type CheckpointEvent = ActivityEvent<CheckpointStart, object>

/**
 * 'memtables-full': the memtable before waits for its flush. 'compaction-behind': writes stop until compaction has
 * caught up. 'compaction-share': before that, each write waits for its share of the work. 'checkpoint': for the pages
 * of a checkpoint on its way.
 */
export type StallReason = 'memtables-full' | 'compaction-behind' | 'compaction-share' | 'checkpoint'

/** What is known when writers begin to be held up. */
export interface StallStart {
  reason: StallReason
}

/** Writers wait for background work. */
export type StallEvent = ActivityEvent<StallStart, object>

/** What is known when an opening begins to recover. */
export interface RecoveryStart {
  readOnly: boolean
}

/** Numbers of the RecoveryReport, which has more. */
export interface RecoveryResult {
  created: boolean
  clean: boolean
  epoch: number
  groupsReplayed: number
  operationsReplayed: number
  /** Bytes of the logs that were dropped, and why. */
  droppedBytes: number
  droppedReason: string | undefined
  tablesFlushed: number
}

/** A store is opened, with its lock held: new, clean or after a crash. */
export type RecoveryEvent = ActivityEvent<RecoveryStart, RecoveryResult>

/**
 * 'write-refused': the log took no write; its callers know, and the store goes on. 'retried': background work failed,
 * and is tried again. 'suspended': no write is taken until `resume()`. 'poisoned': none is taken until the store is
 * opened again.
 */
export type ErrorConsequence = 'write-refused' | 'retried' | 'suspended' | 'poisoned'

/** Something failed that its store has to live with. */
export interface StoreErrorEvent extends StoreEvent {
  readonly consequence: ErrorConsequence
  readonly error: EventError
}

/** What is published on which channel of `node:diagnostics_channel`. */
export interface StoreEvents {
  'varve:flush': FlushEvent
  'varve:compaction': CompactionEvent
  'varve:checkpoint': CheckpointEvent
  'varve:stall': StallEvent
  'varve:recovery': RecoveryEvent
  'varve:error': StoreErrorEvent
}
