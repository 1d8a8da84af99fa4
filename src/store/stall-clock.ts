import type { Step, Waitable } from '../fs/job.ts'
import type { Runtime } from '../runtime.ts'

/** How often and for how long writers waited for background work. */
export class StallClock {
  count = 0
  milliseconds = 0
  readonly #runtime: Runtime

  constructor(runtime: Runtime) {
    this.#runtime = runtime
  }

  /** A wait that is counted. */
  measured(on: Waitable): Step {
    return {
      kind: 'wait',
      on: {
        wait: async () => {
          const sinceMs = this.#begin()
          try {
            await on.wait()
          } finally {
            this.#end(sinceMs)
          }
        },
        waitSync: () => {
          const sinceMs = this.#begin()
          try {
            on.waitSync()
          } finally {
            this.#end(sinceMs)
          }
        },
      },
    }
  }

  #begin(): number {
    this.count++
    return this.#runtime.monotonic()
  }

  #end(sinceMs: number): void {
    this.milliseconds += this.#runtime.monotonic() - sinceMs
  }
}
