import type { Waitable } from '../fs/job.ts'
import type { Runtime } from '../runtime.ts'
import type { Health } from './health.ts'

/** What the timer needs of an engine. */
export interface TimedLogs {
  /** A sync of everything appended so far. */
  readonly all: Waitable
  readonly isSynced: boolean
  appendPromise(): void
}

interface TimerContext {
  readonly runtime: Runtime
  readonly health: Health
  readonly options: { readonly syncIntervalMs: number }
}

/**
 * Begins a sync at most `syncIntervalMs` after the oldest byte that waits for one. When the queue is idle after a sync it appends a promise, so
 * that damage to the last records can be told from a torn write; the promise itself starts neither a sync nor another promise.
 */
export class LogSyncTimer {
  readonly #context: TimerContext
  readonly #logs: TimedLogs
  readonly #rested: () => void
  #cancel: (() => void) | undefined
  #appendedSince = false
  #isIdle = false
  #stopped = false

  /** `rested` is called when nothing was written for a whole interval. */
  constructor(context: TimerContext, logs: TimedLogs, rested: () => void) {
    this.#context = context
    this.#logs = logs
    this.#rested = rested
  }

  /** Operations were appended. */
  start(): void {
    this.#appendedSince = true
    this.#isIdle = false
    if (this.#cancel !== undefined || this.#stopped) return
    const { runtime, options } = this.#context
    this.#cancel = runtime.timer(options.syncIntervalMs, this.#fire, false)
  }

  /** Nothing is queued, and nothing on its way. */
  noteIdle(): void {
    this.#isIdle = true
  }

  stop(): void {
    this.#stopped = true
    this.#cancel?.()
    this.#cancel = undefined
  }

  readonly #fire = (): void => {
    // Bytes that come while the sync runs are not in it: they begin an interval of their own.
    this.#cancel = undefined
    this.#context.runtime.spawn('log sync', () => this.#sync())
  }

  async #sync(): Promise<void> {
    this.#appendedSince = false
    try {
      await this.#logs.all.wait()
    } catch (error) {
      this.#context.health.poison(error)
      return
    }
    if (this.#stopped || this.#appendedSince || !this.#isIdle) return
    this.#rested()
    if (this.#logs.isSynced && this.#context.health.refusal() === undefined) this.#logs.appendPromise()
  }
}
