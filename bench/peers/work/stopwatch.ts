import type { CellRequest, CellRun } from '../cell.ts'

/** Operations between two looks at the clock, which costs some 40 ns. */
const STRIDE = 64

/** Measures until the operations of a request are done, or its time is up. */
export class Stopwatch {
  operations = 0
  readonly #limit: number
  readonly #begun = performance.now()
  readonly #end: number

  constructor(limit: number, { milliseconds, operations }: CellRequest) {
    this.#limit = operations ?? limit
    this.#end = this.#begun + milliseconds
  }

  /** One more is done; whether it was the last. */
  tick(operations = 1): boolean {
    this.operations += operations
    if (this.operations >= this.#limit) return true
    return this.operations % STRIDE < operations && performance.now() >= this.#end
  }

  /** The same for operations that take long. */
  tickAtOnce(operations = 1): boolean {
    this.operations += operations
    return this.operations >= this.#limit || performance.now() >= this.#end
  }

  run(extras?: CellRun['extras']): CellRun {
    const seconds = (performance.now() - this.#begun) / 1000
    return { operations: this.operations, perSecond: this.operations / seconds, ...(extras && { extras }) }
  }
}

export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
