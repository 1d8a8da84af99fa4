import { VarveError } from '../../src/errors.ts'
import type { Job, Waitable } from '../../src/fs/job.ts'
import { JobRun } from '../../src/fs/job-run.ts'
import { MemoryFileSystem } from '../../src/fs/memory-file-system.ts'
import { OperationReader, writeBatchHeader, writePut } from '../../src/key/operations.ts'
import type { Durability } from '../../src/kv-store/kv-store.ts'
import type { CommitEnvironment, CommitLimits } from '../../src/wal/commit-environment.ts'
import { CommitQueue } from '../../src/wal/commit-queue.ts'
import { bytesOf } from './bytes-text.ts'
import { ManualRuntime } from './manual-runtime.ts'

/** Something to wait for that ends when the test says so, or in place, by a caller that stands still. */
export class Gate implements Waitable {
  readonly #name: string
  readonly #events: string[]
  open: () => void = () => {}
  fail: (error: unknown) => void = () => {}
  readonly #opened: Promise<void>

  constructor(name: string, events: string[]) {
    this.#name = name
    this.#events = events
    this.#opened = new Promise((resolve, reject) => {
      this.open = resolve
      this.fail = reject
    })
    this.#opened.catch(() => {})
  }

  async wait(): Promise<void> {
    this.#events.push(`${this.#name} begins`)
    await this.#opened
    this.#events.push(`${this.#name} ends`)
  }

  waitSync(): void {
    this.#events.push(`${this.#name} in place`)
  }
}

/** An engine under the commit queue that writes down what it is told, and does as the test says. */
export class ScriptedCommits implements CommitEnvironment {
  readonly events: string[] = []
  /** How often it was told that nothing is queued or on its way. */
  idles = 0
  readonly runtime: ManualRuntime = new ManualRuntime()
  /** Pool syncs that wait for the test. */
  readonly syncs: Gate[] = []
  /** Consulted once for each group: undefined lets it in. */
  room: () => Waitable | undefined = () => undefined
  appendError: Error | undefined
  syncInPlaceError: Error | undefined
  /** Waited for by a repair. */
  repairGate: Waitable | undefined
  repairError: Error | undefined
  stopped: VarveError | undefined
  isAheadAllowed = true
  readonly queue: CommitQueue
  readonly log: Waitable
  #roomGiven = false

  constructor(limits: Partial<CommitLimits> = {}, lastSequence = 0) {
    this.queue = new CommitQueue(
      this,
      { lingerMs: 0, maxGroupBytes: 1 << 20, maxPendingBytes: 1 << 20, ...limits },
      lastSequence,
    )
    this.log = {
      wait: () => {
        const gate = new Gate('pool sync', this.events)
        this.syncs.push(gate)
        return gate.wait()
      },
      waitSync: () => {
        if (this.syncInPlaceError !== undefined) throw this.syncInPlaceError
        this.events.push('sync in place')
      },
    }
  }

  refusal(): VarveError | undefined {
    return this.stopped
  }

  stoppage(): VarveError | undefined {
    return this.stopped
  }

  makeRoom(_bytes: number): JobRun | undefined {
    const wait = this.#roomGiven ? undefined : this.room()
    this.#roomGiven = wait !== undefined
    return wait === undefined ? undefined : this.job(wait)
  }

  canApplyAhead(_bytes: number): boolean {
    return this.isAheadAllowed
  }

  append(frame: Uint8Array, start: number, end: number, first: number, last: number): void {
    if (this.appendError !== undefined) throw this.appendError
    this.events.push(`append ${keysOf(frame, start, end)} ${first}-${last}`)
  }

  apply(frame: Uint8Array, start: number, end: number, first: number): void {
    this.events.push(`apply ${keysOf(frame, start, end)} ${first}`)
  }

  publish(sequence: number): void {
    this.events.push(`publish ${sequence}`)
  }

  repair(cause: unknown): JobRun<VarveError> {
    this.events.push('repair')
    const gate = this.repairGate
    const { repairError } = this
    const error = new VarveError('IO', 'the log', { cause }).withOutcome('not-applied')
    return this.#run(function* (): Job<VarveError> {
      if (gate !== undefined) yield { kind: 'wait', on: gate }
      if (repairError !== undefined) throw repairError
      return error
    })
  }

  poison(cause: unknown): VarveError {
    this.stopped ??= new VarveError('POISONED', 'poisoned', { cause })
    return this.stopped
  }

  idle(): void {
    this.idles++
  }

  /** A job that waits for one thing. */
  job(on: Waitable): JobRun {
    return this.#run(function* (): Job<void> {
      yield { kind: 'wait', on }
    })
  }

  gate(name: string): Gate {
    return new Gate(name, this.events)
  }

  /** Submits a put of this key; how it ends is an event. */
  put(key: string, durability: Durability = 'process', valueBytes = 1): void {
    const writer = this.queue.begin(key.length + valueBytes + 16, durability)
    writeBatchHeader(writer, 1)
    writePut(writer, bytesOf(key), new Uint8Array(valueBytes))
    this.note(key, this.queue.end(1))
  }

  putSync(key: string, durability: Durability = 'process'): number {
    const writer = this.queue.beginSync(key.length + 17, durability)
    writeBatchHeader(writer, 1)
    writePut(writer, bytesOf(key), new Uint8Array(1))
    return this.queue.endSync(1)
  }

  note(name: string, ends: Promise<unknown>): void {
    ends.then(
      (value) => this.events.push(value === undefined ? `${name} done` : `${name} = ${value}`),
      (error: VarveError) => this.events.push(`${name} ${error.code} ${error.outcome}`),
    )
  }

  /** What happened since the last call. */
  take(): string[] {
    return this.events.splice(0)
  }

  #run<Result>(job: () => Job<Result>): JobRun<Result> {
    const lateFailure = (error: unknown): void => void this.poison(error)
    return new JobRun(job(), { fileSystem: new MemoryFileSystem(), runtime: this.runtime, lateFailure })
  }
}

function keysOf(frame: Uint8Array, start: number, end: number): string {
  const reader = new OperationReader(frame, start, end)
  const keys: string[] = []
  while (reader.next()) keys.push(new TextDecoder().decode(frame.subarray(reader.keyStart, reader.keyEnd)))
  return keys.join('')
}
