import type { SliceMeter } from '../fs/job-run.ts'

/** The most bytes that one slice of background work handled: this bounds how long it holds the event loop. */
export class LargestSlice implements SliceMeter {
  bytes = 0
  readonly #handled: () => number
  #before = 0

  /** `handled` counts the bytes that such work has read and written so far. */
  constructor(handled: () => number) {
    this.#handled = handled
  }

  begin(): void {
    this.#before = this.#handled()
  }

  end(): void {
    this.bytes = Math.max(this.bytes, this.#handled() - this.#before)
  }
}
