const SMOOTHING = 0.2
const RETRY_MS_MAX = 60_000

/** How fast the queue drains, for telling a refused writer when to come back. */
export class DrainRate {
  #bytesPerMs = 1000
  #lastMs = 0

  settled(bytes: number, nowMs: number): void {
    const rate = bytes / Math.max(0.01, nowMs - this.#lastMs)
    this.#lastMs = nowMs
    this.#bytesPerMs = Math.max(1, this.#bytesPerMs * (1 - SMOOTHING) + rate * SMOOTHING)
  }

  millisecondsFor(bytes: number): number {
    return Math.min(RETRY_MS_MAX, Math.max(1, Math.ceil(bytes / this.#bytesPerMs)))
  }
}
