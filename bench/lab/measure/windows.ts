import type { OpenedArm } from '../arms/arm.ts'
import type { Client } from '../client.ts'
import type { Amplification, ByteClasses, Window } from '../result.ts'
import { diskUse } from './disk.ts'

const LOGS: readonly string[] = ['wal', 'full-page-image', 'split']

/** The course of one run: what was written, and what lies on the disk, whenever a window ends. */
export class Windows {
  readonly all: Window[] = []
  readonly #directory: string
  readonly #opened: OpenedArm
  readonly #classes: () => ByteClasses
  #client: Client | undefined
  #begunMs = 0
  #before: ByteClasses = {}
  #stallsBefore = 0
  #operations = 0

  constructor(directory: string, opened: OpenedArm, classes: () => ByteClasses) {
    this.#directory = directory
    this.#opened = opened
    this.#classes = classes
  }

  begin(client: Client): void {
    this.#client = client
    this.#begunMs = performance.now()
    this.#before = { ...this.#classes() }
    this.#stallsBefore = this.#opened.store.stats().stalls.milliseconds
  }

  note(operations: number): void {
    this.#operations = operations
    this.all.push(this.#look())
  }

  /** What draining wrote belongs to the operations before it: the last window has it. */
  end(): void {
    this.all[Math.max(0, this.all.length - 1)] = this.#look()
  }

  get last(): Window {
    return this.all.at(-1)!
  }

  /** Of each window by itself; one without writes has none. */
  get writeAmplifications(): number[] {
    const figures: number[] = []
    let before: Pick<Window, 'userBytes' | 'classes'> = { userBytes: 0, classes: {} }
    for (const window of this.all) {
      const user = window.userBytes - before.userBytes
      if (user > 0) figures.push((sum(window.classes) - sum(before.classes)) / user)
      before = window
    }
    return figures
  }

  amplification(engine: 'lsm' | 'btree', pace: 'drained' | 'full'): Amplification {
    const { classes, userBytes } = this.last
    const share = (bytes: number): number => (userBytes === 0 ? 0 : bytes / userBytes)
    const log = LOGS.reduce((bytes, name) => bytes + (classes[name] ?? 0), 0)
    const { flush = 0, compaction = 0 } = classes
    // What a B-tree has not checkpointed is not in its file, and a run at full speed has merges left to do: their last window counts.
    const from = engine === 'lsm' && pace === 'drained' ? this.all.length >> 1 : this.all.length - 1
    const half = this.all.slice(from)
    const spaces = half.map(({ dataBytes, liveBytes }) => (liveBytes === 0 ? 0 : dataBytes / liveBytes))
    return {
      write: share(sum(classes)),
      writeWithoutLog: share(sum(classes) - log),
      ...(engine === 'lsm' && flush > 0 && { writeOfFlushes: (flush + compaction) / flush }),
      space: spaces.reduce((sum, each) => sum + each, 0) / spaces.length,
      spacePeak: Math.max(...spaces),
    }
  }

  #look(): Window {
    const client = this.#client!
    const now = this.#classes()
    const classes = Object.fromEntries(
      Object.entries(now).flatMap(([name, bytes]) => {
        const written = bytes - (this.#before[name] ?? 0)
        return written === 0 ? [] : [[name, written]]
      }),
    )
    return {
      ms: performance.now() - this.#begunMs,
      operations: this.#operations,
      userBytes: client.userBytes,
      classes,
      dataBytes: diskUse(this.#directory).dataBytes,
      liveBytes: client.liveBytes,
      stallMs: this.#opened.store.stats().stalls.milliseconds - this.#stallsBefore,
      ...(this.#opened.counters && { counters: this.#opened.counters() }),
    }
  }
}

function sum(classes: ByteClasses): number {
  return Object.values(classes).reduce((bytes, more) => bytes + more, 0)
}
