import { randomFillSync } from 'node:crypto'

/** Everything that is not a function of its input: clocks, timers, randomness, scheduling. A seeded one replays a whole run. */
export interface Runtime {
  /** Wall clock, in milliseconds since 1970. */
  now(): number
  /** A clock that never goes back, in milliseconds with fractions. */
  monotonic(): number
  /** Fills `target` with random bytes and returns it. */
  random(target: Uint8Array): Uint8Array
  /**
   * Calls `wake` once after `delayMs` and returns a function that cancels it.
   * `keepAlive` (default true) says whether the process may not end while it waits.
   */
  timer(delayMs: number, wake: () => void, keepAlive?: boolean): () => void
  /** Resolves after `delayMs`; keeps the process alive. */
  sleep(delayMs: number): Promise<void>
  /** Resolves after the event loop has had a turn: input, output and timers that are due have run. */
  yield(): Promise<void>
  /** Starts a background task. Its failure is the task's own to handle: a rejection here is a programming error. */
  spawn(name: string, task: () => Promise<void>): void
}

/** Clock, timers, randomness and scheduling of this process. */
export const nodeRuntime: Runtime = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  random: (target) => randomFillSync(target),
  timer(delayMs, wake, keepAlive = true) {
    const timer = setTimeout(wake, delayMs)
    if (!keepAlive) timer.unref()
    return () => clearTimeout(timer)
  },
  sleep: (delayMs) => new Promise((resolve) => setTimeout(resolve, delayMs)),
  yield: () => new Promise((resolve) => setImmediate(resolve)),
  spawn(_name, task) {
    void task()
  },
}
