import { VarveError } from '../../errors.ts'
import type { CountingFileSystem } from '../../fs/counting-file-system.ts'
import { addCounts } from '../../fs/file-counts.ts'
import type { FileRemoval } from '../../fs/file-removal.ts'
import type { Job } from '../../fs/job.ts'
import { tableName } from '../../manifest/file-names.ts'
import type { TableEntry } from '../../manifest/table-entry.ts'
import type { Memtable } from '../../memtable/memtable.ts'
import type { FlushTask } from '../job/flush-job.ts'
import type { MergeTask } from '../job/merge-job.ts'
import type { TableBuilder } from '../job/table-builder.ts'
import { bytesOf } from '../key-range.ts'
import { fromPlain } from './plain-error.ts'
import type { JobEnd, ThreadJob } from './thread-job.ts'
import type { BuildRequest } from './thread-message.ts'
import { threadPool } from './thread-pool.ts'

interface BuilderHome {
  readonly fileSystem: CountingFileSystem
  /** Absolute path. */
  readonly directory: string
  readonly removal: FileRemoval
}

/** Sends flushes and merges to the threads of the process, where they are large enough to be worth it. */
export class ThreadBuilder implements TableBuilder {
  readonly #home: BuilderHome
  readonly #inPlace: TableBuilder
  readonly #bytesMin: number
  readonly #running = new Set<ThreadJob>()

  /** Work on fewer than `bytesMin` bytes goes to `inPlace`, and all of it where no thread can be had. */
  constructor(home: BuilderHome, inPlace: TableBuilder, bytesMin: number) {
    this.#home = home
    this.#inPlace = inPlace
    this.#bytesMin = bytesMin
  }

  *flush(memtable: Memtable, task: FlushTask): Job<TableEntry[]> {
    const isSmall = memtable.entryBytes < this.#bytesMin
    const tables = isSmall ? undefined : yield* this.#build({ kind: 'flush', memtable: memtable.share(), task })
    return tables ?? (yield* this.#inPlace.flush(memtable, task))
  }

  *merge(task: MergeTask): Job<TableEntry[]> {
    const isSmall = bytesOf(task.inputs) < this.#bytesMin
    const tables = isSmall ? undefined : yield* this.#build({ kind: 'merge', task })
    return tables ?? (yield* this.#inPlace.merge(task))
  }

  keepAlive(): () => void {
    return threadPool.keepAlive()
  }

  async quiesce(): Promise<void> {
    const release = this.keepAlive()
    try {
      await Promise.all(Array.from(this.#running, ({ ended }) => ended))
    } finally {
      release()
    }
  }

  /** Undefined where no thread has begun it. */
  *#build(request: BuildRequest): Job<TableEntry[] | undefined> {
    const { fileSystem, directory } = this.#home
    const place = { directory, gate: fileSystem.gate.share() }
    const job = threadPool.start(request, place, (counts) => addCounts(fileSystem.counts, counts))
    if (job === undefined) return undefined
    this.#running.add(job)
    let isWanted = true
    void job.ended.then(() => {
      this.#running.delete(job)
      if (!isWanted || (job.end?.kind === 'lost' && job.end.wasBegun)) this.#removeOutputs(request.task)
    })
    try {
      yield { kind: 'away', on: job }
      return resultOf(job.end!)
    } finally {
      if (job.end === undefined) isWanted = false
      job.abandon()
    }
  }

  /** Of a thread that was lost, or had its work done before it heard that nobody wants it. */
  #removeOutputs({ numbers }: FlushTask | MergeTask): void {
    const { directory, removal } = this.#home
    for (let number = numbers.first; number < numbers.first + numbers.count; number++) {
      removal.remove(`${directory}/${tableName(number)}`)
    }
  }
}

/** Undefined where no thread has begun it. */
function resultOf(end: JobEnd): TableEntry[] | undefined {
  if (end.kind === 'built') return end.tables
  if (end.kind === 'failed') throw fromPlain(end.error)
  if (!end.wasBegun) return undefined
  const { cause } = end
  const why = cause instanceof Error ? cause.message : String(cause)
  throw new VarveError('IO', `a background thread was lost (${why}); what it was doing is done again`, { cause })
}
