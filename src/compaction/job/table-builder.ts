import type { Job } from '../../fs/job.ts'
import type { TableEntry } from '../../manifest/table-entry.ts'
import type { Memtable } from '../../memtable/memtable.ts'
import { type FlushTask, flushJob } from './flush-job.ts'
import { type MergeEnvironment, type MergeTask, mergeJob } from './merge-job.ts'

/** Carries out flushes and merges: the tables that come of them are durable, and may enter the manifest. */
export interface TableBuilder {
  flush(memtable: Memtable, task: FlushTask): Job<TableEntry[]>
  merge(task: MergeTask): Job<TableEntry[]>
  /** Keeps the process alive until the function that it returns is called: somebody waits for what is being built. */
  keepAlive(): () => void
  /** Resolves when nothing is built any more, abandoned work included. */
  quiesce(): Promise<void>
}

/** Does the work where it is asked for, in slices. */
export class InPlaceBuilder implements TableBuilder {
  readonly #environment: MergeEnvironment

  constructor(environment: MergeEnvironment) {
    this.#environment = environment
  }

  flush(memtable: Memtable, task: FlushTask): Job<TableEntry[]> {
    return flushJob(this.#environment, memtable.cursor(), task)
  }

  merge(task: MergeTask): Job<TableEntry[]> {
    return mergeJob(this.#environment, task)
  }

  /** The event loop is busy with the work itself. */
  keepAlive(): () => void {
    return () => {}
  }

  async quiesce(): Promise<void> {}
}
