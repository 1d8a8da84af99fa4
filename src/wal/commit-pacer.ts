import type { Runtime } from '../runtime.ts'

/** Group after group may run in microtasks for so long before other work gets a turn of the event loop. */
const STREAK_MS_MAX = 4
const RESOLVED: Promise<void> = Promise.resolve()

/**
 * Says when the next group is formed. A microtask later, all callers of this turn have joined: those whose writes were just resolved, too, because
 * their continuations were queued first. Now and then it waits for a turn of the event loop, so that a busy writer starves nobody.
 */
export class CommitPacer {
  readonly #runtime: Runtime
  readonly #lingerMs: number
  readonly #pump: () => void
  #scheduled = false
  #cancelLinger: (() => void) | undefined
  #streakStartMs = 0

  constructor(runtime: Runtime, lingerMs: number, pump: () => void) {
    this.#runtime = runtime
    this.#lingerMs = lingerMs
    this.#pump = pump
  }

  /** Calls `pump` soon, once; `isFull` groups do not linger. */
  schedule(isFull: boolean): void {
    if (this.#scheduled) {
      if (isFull && this.#cancelLinger !== undefined) this.#fireNow()
      return
    }
    this.#scheduled = true
    if (this.#lingerMs > 0 && !isFull) {
      this.#cancelLinger = this.#runtime.timer(this.#lingerMs, this.#fireAfterTurn)
    } else if (this.#runtime.monotonic() - this.#streakStartMs > STREAK_MS_MAX) {
      void this.#runtime.yield().then(this.#fireAfterTurn)
    } else {
      this.#fireInMicrotask()
    }
  }

  /** The event loop has had a turn. */
  noteTurn(): void {
    this.#streakStartMs = this.#runtime.monotonic()
  }

  #fireNow(): void {
    this.#cancelLinger?.()
    this.#cancelLinger = undefined
    this.#fireInMicrotask()
  }

  /** Through a promise: Node's queueMicrotask makes a resource to trace for each call, which costs more than the rest. */
  #fireInMicrotask(): void {
    void RESOLVED.then(this.#fire)
  }

  readonly #fireAfterTurn = (): void => {
    this.#cancelLinger = undefined
    this.noteTurn()
    this.#fire()
  }

  readonly #fire = (): void => {
    this.#scheduled = false
    this.#pump()
  }
}
