import { VarveError } from '../../errors.ts'
import { CountingFileSystem } from '../../fs/counting-file-system.ts'
import type { Job } from '../../fs/job.ts'
import { JobRun } from '../../fs/job-run.ts'
import { nodeFileSystem } from '../../fs/node-file-system.ts'
import { RemoteWriteGate } from '../../fs/write-gate.ts'
import { tableName } from '../../manifest/file-names.ts'
import type { TableEntry } from '../../manifest/table-entry.ts'
import { MemtableStream } from '../../memtable/memtable-image.ts'
import { nodeRuntime } from '../../runtime.ts'
import { scanTable } from '../../table/table-scan.ts'
import { flushJob } from '../job/flush-job.ts'
import { mergeJob } from '../job/merge-job.ts'
import { GarbageCollector } from './garbage-collector.ts'
import { toPlain } from './plain-error.ts'
import { type BuildOutcome, type StartMessage, type ThreadMessage, Word } from './thread-message.ts'

interface Build {
  readonly start: StartMessage
  readonly run: JobRun<TableEntry[]>
  readonly fileSystem: CountingFileSystem
}

/** The work of one thread: any number of jobs, of any stores, in slices. A flush goes before a merge: writers may wait for it. */
export class BuildQueue {
  readonly #post: (message: ThreadMessage) => void
  readonly #flushes: Build[] = []
  readonly #merges: Build[] = []
  readonly #garbage = new GarbageCollector()

  constructor(post: (message: ThreadMessage) => void) {
    this.#post = post
  }

  add(start: StartMessage): void {
    const { gate } = start.place
    this.#garbage.noteMade(start.sharedBytesMade)
    const fileSystem = new CountingFileSystem(nodeFileSystem, nodeRuntime, new RemoteWriteGate(gate, poisoned))
    const run = new JobRun(jobOf(start, fileSystem), { fileSystem, runtime: nodeRuntime })
    const lane = start.request.kind === 'flush' ? this.#flushes : this.#merges
    lane.push({ start, run, fileSystem })
    noteStep(start)
  }

  /** Does one slice of the most urgent job; false where there is none. */
  step(): boolean {
    this.#garbage.collectIfDue()
    const lane = this.#flushes.length > 0 ? this.#flushes : this.#merges
    const build = lane[0]
    if (build === undefined) return false
    const { start, run } = build
    if (Atomics.load(start.words, Word.Abandoned) === 1) run.abandon()
    else run.advanceSync()
    if (run.done) {
      lane.shift()
      this.#end(build)
    } else if (Atomics.exchange(start.words, Word.Watched, 0) === 1) {
      this.#post({ id: start.id, kind: 'slice' })
    }
    // After the message: who wakes up finds it there.
    noteStep(start)
    return true
  }

  #end({ start, run, fileSystem }: Build): void {
    const { id, request } = start
    const outcome = outcomeOf(run)
    this.#post({ id, kind: 'end', outcome, counts: fileSystem.counts })
    if (request.kind === 'flush') for (const { length } of request.memtable.chunks) this.#garbage.noteLetGo(length)
  }
}

function jobOf({ request, place }: StartMessage, fileSystem: CountingFileSystem): Job<TableEntry[]> {
  const { directory } = place
  const output = { fileSystem, directory, runtime: nodeRuntime }
  if (request.kind === 'flush') return flushJob(output, new MemtableStream(request.memtable), request.task)
  const openInput = (table: TableEntry) => scanTable(fileSystem, `${directory}/${tableName(table.number)}`, table)
  return mergeJob({ ...output, openInput }, request.task)
}

function outcomeOf(run: JobRun<TableEntry[]>): BuildOutcome {
  try {
    // Nothing where the job was abandoned: nobody asks then.
    return { kind: 'built', tables: run.result ?? [] }
  } catch (error) {
    return { kind: 'failed', error: toPlain(error) }
  }
}

function noteStep({ words }: StartMessage): void {
  Atomics.add(words, Word.Steps, 1)
  Atomics.notify(words, Word.Steps)
}

function poisoned(): VarveError {
  return new VarveError('POISONED', 'a sync of this store failed meanwhile: close the store and open it again')
}
