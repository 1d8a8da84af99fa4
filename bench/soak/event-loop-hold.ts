import { monitorEventLoopDelay } from 'node:perf_hooks'

/** Measures how long the event loop is held, in two ways that know nothing of each other. */
export class EventLoopHold {
  readonly #histogram = monitorEventLoopDelay({ resolution: 1 })
  #last = performance.now()
  #longest = 0
  #isOn = true

  constructor() {
    this.#histogram.enable()
    setImmediate(this.#turn)
  }

  /** The longest time between two turns of the event loop so far, in milliseconds. */
  get longestMs(): number {
    return this.#longest
  }

  /** The same by the histogram of the runtime, whose timer fires every millisecond at best. */
  get longestByHistogramMs(): number {
    return this.#histogram.max / 1e6
  }

  stop(): void {
    this.#isOn = false
    this.#histogram.disable()
  }

  /** Begins anew: what comes next is measured by itself. */
  reset(): void {
    this.#longest = 0
    this.#last = performance.now()
    this.#histogram.reset()
  }

  readonly #turn = (): void => {
    if (!this.#isOn) return
    const now = performance.now()
    this.#longest = Math.max(this.#longest, now - this.#last)
    this.#last = now
    setImmediate(this.#turn)
  }
}
