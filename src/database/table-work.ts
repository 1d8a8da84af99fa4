import { olderRanges } from '../compaction/choice-rules.ts'
import { outputCount } from '../compaction/job/merge-job.ts'
import type { TableBuilder } from '../compaction/job/table-builder.ts'
import { bytesOf } from '../compaction/key-range.ts'
import type { Choice, CompactionState, Pressure } from '../compaction/strategy.ts'
import { VarveError } from '../errors.ts'
import type { Job } from '../fs/job.ts'
import type { TableEntry } from '../manifest/table-entry.ts'
import type { Version } from '../manifest/version.ts'
import type { SnapshotList } from '../store/snapshots.ts'
import type { TableOptions } from '../table/table-writer.ts'
import { AskedStrategy } from './asked-strategy.ts'
import type { StoreContext } from './context.ts'
import type { ManifestKeeper } from './manifest-keeper.ts'
import { type Change, observedCompaction, observedFlush } from './observed-work.ts'
import type { PickTimer } from './pick-timer.ts'
import { type RangeRequest, RangeRequests } from './range-requests.ts'
import type { StoreLogs } from './store-logs.ts'
import type { Tree } from './tree.ts'
import type { WorkSource } from './work-source.ts'

/** The default keyspace. */
export const DEFAULT_KEYSPACE: number = 0

/** Bytes of entries that a job handles between two turns of the event loop; at 160 MB/s this is 3 ms. */
export const SLICE_BYTES: number = 512 * 1024

/**
 * The most that one slice may read and write: its entries, once in and once out, and what is read ahead of some twenty inputs, where
 * leveled compaction stops the writers.
 */
export const SLICE_BYTES_MAX: number = 5 * SLICE_BYTES

export function tableOptions({ options }: StoreContext): TableOptions {
  const { blockBytes, filterBitsPerKey, compression } = options
  return { blockBytes, filterBitsPerKey, compression }
}

/** Finds the next flush or merge and carries it through to the manifest. */
export class TableWork implements WorkSource {
  readonly #context: StoreContext
  readonly #tree: Tree
  readonly #manifest: ManifestKeeper
  readonly #logs: StoreLogs
  readonly #snapshots: SnapshotList
  readonly #builder: TableBuilder
  readonly #strategy: AskedStrategy
  readonly #timer: PickTimer
  /** Where replay must begin once the immutable memtable is in tables. */
  #replayFrom = 0
  /** The version for which the strategy has said that there is nothing to do. */
  #idleVersion: Version | undefined
  readonly requests: RangeRequests = new RangeRequests()
  /** A merge's edit is on its way to the manifest: the merge can no more be undone. */
  isInstalling = false
  flushes = 0
  compactions = 0
  droppedBytes = 0

  constructor(
    context: StoreContext,
    tree: Tree,
    manifest: ManifestKeeper,
    logs: StoreLogs,
    snapshots: SnapshotList,
    builder: TableBuilder,
    timer: PickTimer,
  ) {
    this.#context = context
    this.#tree = tree
    this.#manifest = manifest
    this.#logs = logs
    this.#snapshots = snapshots
    this.#builder = builder
    this.#strategy = new AskedStrategy(context.options.compaction)
    this.#timer = timer
  }

  /** The memtable was rotated: everything before log `number` belongs to the immutable one. */
  rotatedTo(number: number): void {
    this.#replayFrom = number
  }

  /** Asks for a merge of what a range of user keys touches, before any other. */
  requestRange(lower: Uint8Array | undefined, upper: Uint8Array | undefined): RangeRequest {
    const request = this.requests.add(lower, upper)
    const refusal = this.#context.health.backgroundRefusal()
    if (refusal !== undefined) this.requests.cancel(request, refusal)
    return request
  }

  pressure(): Pressure {
    if (this.#idleVersion === this.#tree.versions.current) return { kind: 'none' }
    return this.#strategy.pressure(this.#state())
  }

  flush(): Job<void> | undefined {
    const { immutable } = this.#tree
    return immutable === undefined ? undefined : observedFlush(this.#context.observer, immutable, this.#flush())
  }

  merge(): Job<void> | undefined {
    const request = this.requests.next()
    if (request !== undefined) return this.#mergeRange(request)
    if (this.#idleVersion === this.#tree.versions.current) return undefined
    const state = this.#state()
    const choice = this.#strategy.pick(state)
    if (choice.kind === 'idle') {
      this.#timer.set(this.#strategy.wakeAtMs(state))
      this.#idleVersion = this.#tree.versions.current
      return undefined
    }
    return this.#compaction(state, choice)
  }

  /** The strategy is asked again though no table has changed: what it answers depends on the time, too. */
  askAgain(): void {
    this.#idleVersion = undefined
  }

  /** Whether tables may be dropped: then a snapshot has to hold on to what it sees. */
  get mayDrop(): boolean {
    return this.#strategy.drops
  }

  stop(): void {
    this.#timer.stop()
  }

  keepAlive(): () => void {
    return this.#builder.keepAlive()
  }

  quiesce(): Promise<void> {
    return this.#builder.quiesce()
  }

  #state(): CompactionState {
    return { levels: this.#tree.versions.current.levels, busy: new Set(), nowMs: this.#context.nowMs() }
  }

  *#flush(): Job<readonly TableEntry[]> {
    const { immutable: memtable } = this.#tree
    if (memtable === undefined) return []
    // A table must not hold what a torn log could still take back: recovery would find a later write without an earlier one.
    yield { kind: 'wait', on: this.#logs.earlier }
    const first = yield* this.#manifest.takeNumbers(FLUSH_NUMBERS)
    const tables = yield* this.#builder.flush(memtable, {
      keyspace: DEFAULT_KEYSPACE,
      run: first,
      numbers: { first, count: FLUSH_NUMBERS },
      options: tableOptions(this.#context),
      snapshots: this.#snapshots.sequences(),
      keepTombstones: this.#tree.versions.current.levels.length > 0,
      sliceBytes: SLICE_BYTES,
      oldestMs: memtable.oldestMs,
      newestMs: memtable.newestMs,
    })
    const replayFrom = this.#replayFrom
    const lastSequence = memtable.largestSequence
    const flushedThrough = [{ keyspace: DEFAULT_KEYSPACE, sequence: lastSequence }]
    yield* this.#manifest.commit({ added: tables, lastSequence, flushedThrough, replayFrom }, (state) => {
      this.#tree.installFlushed(state.version)
    })
    this.flushes++
    // Only now: until the edit was durable, the logs were the only place where these writes were.
    this.#logs.removeBefore(replayFrom)
    return tables
  }

  *#mergeRange(request: RangeRequest): Job<void> {
    request.isRunning = true
    try {
      const state = this.#state()
      const choice = this.#strategy.pickRange(state, request.lower, request.upper)
      yield* this.#compaction(state, choice)
      request.resolve()
    } catch (error) {
      request.reject(error)
      throw error
    } finally {
      this.requests.forget(request)
      // An abandoned job comes here straight: who waits must not wait for ever.
      request.reject(new VarveError('ABORTED', 'the compaction was ended early; what it had finished stays'))
    }
  }

  *#compaction(state: CompactionState, choice: Choice): Job<void> {
    if (choice.kind === 'idle') return
    const inputs = this.#tablesOf(choice.tables)
    yield* observedCompaction(this.#context.observer, choice, inputs, this.#carryOut(state, choice, inputs))
  }

  /** Returns the tables written. */
  *#carryOut(state: CompactionState, choice: Change, inputs: readonly TableEntry[]): Job<readonly TableEntry[]> {
    let outputs: readonly TableEntry[] = []
    const removed = choice.tables
    if (choice.kind === 'drop') {
      // Scans and snapshots that see the tables have pinned them: the files go with the last of these.
      yield* this.#install([], removed, inputs)
      this.droppedBytes += bytesOf(inputs)
    } else if (choice.kind === 'move') {
      const moved = inputs.map((table) => ({ ...table, level: choice.level, run: choice.run }))
      yield* this.#install(moved, removed, [])
    } else {
      const count = outputCount(inputs, choice.tableBytes)
      const first = yield* this.#manifest.takeNumbers(count)
      outputs = yield* this.#builder.merge({
        inputs,
        keyspace: DEFAULT_KEYSPACE,
        level: choice.level,
        run: choice.run,
        tableBytes: choice.tableBytes,
        boundaries: choice.boundaries,
        numbers: { first, count },
        options: tableOptions(this.#context),
        snapshots: this.#snapshots.sequences(),
        olderRanges: olderRanges(state, choice),
        sliceBytes: SLICE_BYTES,
      })
      yield* this.#install(outputs, removed, inputs)
    }
    this.compactions++
    return outputs
  }

  /** A merged version replaces its inputs for readers only once it would also be found after a crash. */
  *#install(added: readonly TableEntry[], removed: readonly number[], givenUp: readonly TableEntry[]): Job<void> {
    this.isInstalling = true
    try {
      yield* this.#manifest.commit({ removed, added }, (state) => this.#tree.versions.install(state.version, givenUp))
    } finally {
      this.isInstalling = false
    }
  }

  #tablesOf(numbers: readonly number[]): TableEntry[] {
    const wanted = new Set(numbers)
    return [...this.#tree.versions.current.tables()].filter((table) => wanted.has(table.number))
  }
}

/** A flush writes one table, several where a giant batch made the memtable larger than a table may be. */
const FLUSH_NUMBERS = 8
