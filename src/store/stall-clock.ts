import type { Step, Waitable } from '../fs/job.ts'
import type { Activity } from '../observe/activity.ts'
import type { StallReason } from '../observe/store-events.ts'
import type { StoreObserver } from '../observe/store-observer.ts'

/** How often and for how long writers waited for background work. */
export class StallClock {
  count = 0
  milliseconds = 0
  readonly #observer: StoreObserver

  constructor(observer: StoreObserver) {
    this.#observer = observer
  }

  /** A wait that is counted. */
  measured(on: Waitable, reason: StallReason): Step {
    return {
      kind: 'wait',
      on: {
        wait: async () => {
          const stall = this.#begin(reason)
          try {
            await on.wait()
          } catch (error) {
            this.milliseconds += stall.failed(error)
            throw error
          }
          this.milliseconds += stall.done(nothing)
        },
        waitSync: () => {
          const stall = this.#begin(reason)
          try {
            on.waitSync()
          } catch (error) {
            this.milliseconds += stall.failed(error)
            throw error
          }
          this.milliseconds += stall.done(nothing)
        },
      },
    }
  }

  #begin(reason: StallReason): Activity<object> {
    this.count++
    return this.#observer.stall(reason)
  }
}

function nothing(): object {
  return {}
}
