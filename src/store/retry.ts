import type { Runtime } from '../runtime.ts'

const DELAY_MS_MIN = 100
const DELAY_MS_MAX = 5_000
const FAILURES_MAX = 8

/** Pauses between tries of work that failed, each twice as long as the one before. */
export class Retry {
  readonly #runtime: Runtime
  readonly #again: () => void
  #failures = 0
  #cancel: (() => void) | undefined

  constructor(runtime: Runtime, again: () => void) {
    this.#runtime = runtime
    this.#again = again
  }

  get isWaiting(): boolean {
    return this.#cancel !== undefined
  }

  succeeded(): void {
    this.#failures = 0
  }

  /** Begins a pause; false once it has failed so often that trying again is no use. */
  failed(): boolean {
    if (++this.#failures >= FAILURES_MAX) return false
    const delayMs = Math.min(DELAY_MS_MAX, DELAY_MS_MIN * 2 ** (this.#failures - 1))
    this.#cancel?.()
    this.#cancel = this.#runtime.timer(delayMs, () => {
      this.#cancel = undefined
      this.#again()
    })
    return true
  }

  /** Ends the pause, and forgets the failures. */
  reset(): void {
    this.#cancel?.()
    this.#cancel = undefined
    this.#failures = 0
  }
}
