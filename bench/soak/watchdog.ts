import { Worker } from 'node:worker_threads'

/** Cells of the memory that both threads see: which execution runs, and whether all is over. */
export const CURRENT = 0
export const OVER = 1

/** What the thread is given. */
export interface WatchdogData {
  readonly cells: Int32Array
  readonly seconds: number
  /** Printed in front of the number of the execution that does not end. */
  readonly advice: string
}

/**
 * Another thread that ends the process when one execution takes longer than `seconds`: a loop without end lets
 * nobody else do it.
 */
export class Watchdog {
  readonly #cells = new Int32Array(new SharedArrayBuffer(8))

  constructor(seconds: number, advice: string) {
    const workerData: WatchdogData = { cells: this.#cells, seconds, advice }
    new Worker(new URL('./watchdog-thread.js', import.meta.url), { workerData }).unref()
  }

  /** Says that execution `number` (from 0 to 2^31 - 1) begins. */
  begin(number: number): void {
    this.#cells[CURRENT] = number
  }

  close(): void {
    Atomics.store(this.#cells, OVER, 1)
    Atomics.notify(this.#cells, OVER)
  }
}
