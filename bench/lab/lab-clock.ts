import { nodeRuntime, type Runtime } from '../../src/index.ts'

const START_MS: number = Date.UTC(2026, 0, 1)

/** A wall clock that a workload drives, so that two days pass in seconds; everything else is Node's. */
export class LabClock {
  readonly runtime: Runtime
  #nowMs = START_MS

  constructor() {
    this.runtime = { ...nodeRuntime, now: () => Math.floor(this.#nowMs) }
  }

  advance(ms: number): void {
    this.#nowMs += ms
  }
}
