import { flushJob } from '../compaction/job/flush-job.ts'
import { JobRun } from '../fs/job-run.ts'
import type { OperationReader } from '../key/operations.ts'
import { tableName } from '../manifest/file-names.ts'
import type { TableEntry } from '../manifest/table-entry.ts'
import { Memtable } from '../memtable/memtable.ts'
import type { MemtableMemory } from '../memtable/memtable-memory.ts'
import type { StoreContext } from './context.ts'
import { DEFAULT_KEYSPACE, SLICE_BYTES, tableOptions } from './table-work.ts'

const NUMBERS_FOR_ONE = 8

/** Takes what replay finds: into a memtable and, where it may write, into tables whenever that is full. */
export class ReplayedContent {
  memtable: Memtable
  readonly tables: TableEntry[] = []
  nextNumber: number
  readonly #context: StoreContext
  readonly #memory: MemtableMemory
  /** Operations up to this sequence are in tables already. */
  readonly #flushedThrough: number
  readonly #mayWrite: boolean

  constructor(
    context: StoreContext,
    memory: MemtableMemory,
    flushedThrough: number,
    nextNumber: number,
    mayWrite: boolean,
  ) {
    this.#context = context
    this.#memory = memory
    this.memtable = new Memtable(memory)
    this.#flushedThrough = flushedThrough
    this.nextNumber = nextNumber
    this.#mayWrite = mayWrite
  }

  /** Takes one commit group. */
  add(operations: OperationReader, firstSequence: number, timeMs: number): void {
    const { memtable } = this
    let sequence = firstSequence
    for (; operations.next(); sequence++) {
      if (sequence <= this.#flushedThrough) continue
      const { kind, buffer, keyStart, keyEnd, valueStart, valueEnd } = operations
      memtable.insert(sequence, kind, buffer, keyStart, keyEnd, buffer, valueStart, valueEnd)
    }
    if (memtable.entries > 0) memtable.noteTime(timeMs)
    if (this.#mayWrite && memtable.entryBytes > this.#context.options.memtableBytes) this.spill()
  }

  /** Writes the memtable to durable tables, which nothing names yet. */
  spill(): void {
    const { memtable, nextNumber: first } = this
    if (memtable.entries === 0) return
    const job = flushJob(this.#context, memtable.cursor(), {
      keyspace: DEFAULT_KEYSPACE,
      run: first,
      numbers: { first, count: NUMBERS_FOR_ONE },
      options: tableOptions(this.#context),
      snapshots: [],
      keepTombstones: true,
      sliceBytes: SLICE_BYTES,
      oldestMs: memtable.oldestMs,
      newestMs: memtable.newestMs,
    })
    this.tables.push(...new JobRun(job, this.#context.driver).finishSync())
    this.nextNumber += NUMBERS_FOR_ONE
    memtable.giveBack()
    this.memtable = new Memtable(this.#memory)
  }

  /** Removes the tables again: an opening that is refused leaves a store as it was. */
  discard(): void {
    const { fileSystem, directory, logger } = this.#context
    for (const { number } of this.tables.splice(0)) {
      const path = `${directory}/${tableName(number)}`
      try {
        fileSystem.unlinkSync(path)
      } catch (error) {
        logger.warn(`${path} could not be removed: ${(error as Error).message}`)
      }
    }
  }
}
