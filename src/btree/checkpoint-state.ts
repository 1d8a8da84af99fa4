import type { Job } from '../fs/job.ts'
import type { BTreeContext } from './btree-context.ts'
import type { PagerCounts } from './btree-counts.ts'
import { writeCheckpoint } from './checkpoint-file.ts'
import type { CheckpointRecord } from './checkpoint-record.ts'

/** The checkpoint in force, and its next ones. */
export class CheckpointState {
  readonly #context: BTreeContext
  readonly #counts: PagerCounts
  #record: CheckpointRecord

  constructor(context: BTreeContext, counts: PagerCounts, record: CheckpointRecord) {
    this.#context = context
    this.#counts = counts
    this.#record = record
  }

  get record(): CheckpointRecord {
    return this.#record
  }

  /** Makes a checkpoint like the one in force, but for these fields, durable. */
  *install(change: Partial<CheckpointRecord>): Job<void> {
    const record = { ...this.#record, ...change }
    const { fileSystem, directory } = this.#context
    this.#counts.checkpointFileBytes += yield* writeCheckpoint(fileSystem, directory, record)
    this.#record = record
  }
}
