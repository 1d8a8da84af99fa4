import type { Runtime } from '../../src/runtime.ts'

interface ManualTimer {
  readonly dueMs: number
  readonly keepAlive: boolean
  readonly wake: () => void
}

/** Lets all microtasks run that are queued, and those that they queue. */
export async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
}

/** A runtime whose clock stands still until the test moves it. Yields are granted at once unless `holdsYields`. */
export class ManualRuntime implements Runtime {
  nowMs = 1_000_000
  holdsYields = false
  readonly #timers = new Set<ManualTimer>()
  readonly #yields: (() => void)[] = []
  #nextByte = 1

  now(): number {
    return this.nowMs
  }

  monotonic(): number {
    return this.nowMs
  }

  random(target: Uint8Array): Uint8Array {
    for (let i = 0; i < target.length; i++) target[i] = this.#nextByte = (this.#nextByte * 167 + 13) & 0xff
    return target
  }

  timer(delayMs: number, wake: () => void, keepAlive = true): () => void {
    const timer = { dueMs: this.nowMs + delayMs, keepAlive, wake }
    this.#timers.add(timer)
    return () => this.#timers.delete(timer)
  }

  sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => void this.timer(delayMs, resolve))
  }

  yield(): Promise<void> {
    return new Promise((resolve) => {
      if (this.holdsYields) this.#yields.push(resolve)
      else setImmediate(resolve)
    })
  }

  spawn(_name: string, task: () => Promise<void>): void {
    void task()
  }

  /** How many yields wait to be granted. */
  get waitingYields(): number {
    return this.#yields.length
  }

  /** Milliseconds until each timer is due, soonest first. */
  get timers(): number[] {
    return [...this.#timers].map(({ dueMs }) => dueMs - this.nowMs).sort((a, b) => a - b)
  }

  grantYields(): Promise<void> {
    for (const grant of this.#yields.splice(0)) grant()
    return settle()
  }

  /** Moves the clock and calls what has become due, in order. */
  async advance(ms: number): Promise<void> {
    const untilMs = this.nowMs + ms
    for (;;) {
      const due = [...this.#timers].filter(({ dueMs }) => dueMs <= untilMs).sort((a, b) => a.dueMs - b.dueMs)[0]
      if (due === undefined) break
      this.#timers.delete(due)
      this.nowMs = Math.max(this.nowMs, due.dueMs)
      due.wake()
      await settle()
    }
    this.nowMs = untilMs
    await settle()
  }
}
