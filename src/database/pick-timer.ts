import type { StoreContext } from './context.ts'

/** The wall clock may be set: it is looked at so often at least while something is due. */
const DELAY_MS_MAX = 3_600_000
/** For a strategy that is idle and yet says that something is due already. */
const DELAY_MS_LATE = 1_000

/** Wakes an idle store when time alone gives its strategy something to do. It does not keep the process alive. */
export class PickTimer {
  readonly #context: StoreContext
  readonly #due: () => void
  #cancel: (() => void) | undefined

  constructor(context: StoreContext, due: () => void) {
    this.#context = context
    this.#due = due
  }

  /** Replaces what was set before; undefined: nothing is due at any time. */
  set(atMs: number | undefined): void {
    this.stop()
    if (atMs === undefined) return
    const { runtime } = this.#context
    const delayMs = atMs - this.#context.nowMs()
    const bounded = delayMs <= 0 ? DELAY_MS_LATE : Math.min(Math.ceil(delayMs), DELAY_MS_MAX)
    this.#cancel = runtime.timer(bounded, this.#fire, false)
  }

  stop(): void {
    this.#cancel?.()
    this.#cancel = undefined
  }

  readonly #fire = (): void => {
    this.#cancel = undefined
    this.#due()
  }
}
