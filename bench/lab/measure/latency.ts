import { createHistogram } from 'node:perf_hooks'

export interface LatencySummary {
  readonly count: number
  readonly meanUs: number
  readonly p50Us: number
  readonly p99Us: number
  readonly p999Us: number
  readonly maxUs: number
  /** Pairs of share (0 to 1) and microseconds, for a cumulative curve. */
  readonly curve: readonly (readonly [share: number, us: number])[]
}

/** From 1 ns to 100 s, three figures: Node's own HDR histogram. */
export class Latencies {
  readonly #histogram = createHistogram({ lowest: 1, highest: 100_000_000_000, figures: 3 })

  record(milliseconds: number): void {
    this.#histogram.record(Math.max(1, Math.round(milliseconds * 1e6)))
  }

  get count(): number {
    return this.#histogram.count
  }

  summary(): LatencySummary {
    const us = (share: number): number => this.#histogram.percentile(100 * share) / 1000
    return {
      count: this.#histogram.count,
      meanUs: this.#histogram.mean / 1000,
      p50Us: us(0.5),
      p99Us: us(0.99),
      p999Us: us(0.999),
      maxUs: this.#histogram.max / 1000,
      curve: CURVE_SHARES.map((share) => [share, us(share)]),
    }
  }
}

/** Denser where it matters: a tenth of what is left at each step of ten. */
const CURVE_SHARES: readonly number[] = [
  ...Array.from({ length: 18 }, (_, i) => 0.05 * (i + 1)),
  ...[0.9, 0.99, 0.999, 0.9999].flatMap((from) =>
    Array.from({ length: 9 }, (_, i) => from + ((1 - from) * (i + 1)) / 10),
  ),
]
