import type { Runtime } from '../runtime.ts'
import { LatencyHistogram } from './latency-histogram.ts'

/** What is read of a runtime here. */
export type Clock = Pick<Runtime, 'monotonic'>

/** The clock of one operation that is measured. */
export class Stopwatch {
  readonly #clock: Clock
  readonly #histogram: LatencyHistogram
  readonly #weight: number
  readonly #sinceMs: number

  constructor(clock: Clock, histogram: LatencyHistogram, weight: number) {
    this.#clock = clock
    this.#histogram = histogram
    this.#weight = weight
    this.#sinceMs = clock.monotonic()
  }

  /** The operation has succeeded. One that fails is not recorded. */
  stop(): void {
    this.#histogram.record(this.#clock.monotonic() - this.#sinceMs, this.#weight)
  }

  /** The same when `resolve` is called, for which it returns a substitute. */
  stopping<Result>(resolve: (result: Result) => void): (result: Result) => void {
    return (result) => {
      this.stop()
      resolve(result)
    }
  }
}

/**
 * Measures some operations of a kind. Reading the clock twice costs as much as a tenth of a cached read, so that hot
 * operations are sampled: the gap from one to the next is drawn, so that no pattern of the load is in step with it, and
 * each one stands for its gap.
 */
export class LatencySampler {
  readonly histogram: LatencyHistogram = new LatencyHistogram()
  readonly #clock: Clock
  readonly #longestGap: number
  #left = 1
  #gap = 1
  /** From a fixed seed: what is measured is a function of the calls. */
  #random = 0x9e3779b9

  /** One in `meanGap` operations is measured. */
  constructor(clock: Clock, meanGap: number) {
    this.#clock = clock
    this.#longestGap = 2 * meanGap - 1
  }

  /** Undefined for an operation that is skipped; `isAlways`: this one is not, and stands for itself alone. */
  start(isAlways: boolean = false): Stopwatch | undefined {
    if (isAlways) return new Stopwatch(this.#clock, this.histogram, 1)
    if (--this.#left > 0) return undefined
    return this.#measured()
  }

  #measured(): Stopwatch {
    const weight = this.#gap
    let random = this.#random
    random ^= random << 13
    random ^= random >>> 17
    random ^= random << 5
    this.#random = random
    this.#gap = 1 + ((random >>> 0) % this.#longestGap)
    this.#left = this.#gap
    return new Stopwatch(this.#clock, this.histogram, weight)
  }
}
