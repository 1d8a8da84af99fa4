import { type TapeBody, type TapeFailure, type TapeSummary, TapeTest } from './level-tape.ts'

/** Collects tests as tape does, and runs them one after the other. */
export class TapeRun {
  readonly #tests: { readonly name: string; readonly body: TapeBody }[] = []
  readonly #limitMs: number
  readonly #onFailure: (failure: TapeFailure) => void
  readonly #failures: TapeFailure[] = []
  #assertions = 0
  #skipped = 0

  /** A test that takes longer than `limitMs` never ends. `onFailure` also hears of failures after the run. */
  constructor(limitMs: number, onFailure: (failure: TapeFailure) => void) {
    this.#limitMs = limitMs
    this.#onFailure = onFailure
  }

  readonly test = (name: string, body: TapeBody): void => {
    if (typeof name !== 'string' || typeof body !== 'function') throw new TypeError('a test is a name and a function')
    this.#tests.push({ name, body })
  }

  async run(): Promise<TapeSummary> {
    for (const { name, body } of this.#tests) await this.#runOne(name, body)
    const { length: tests } = this.#tests
    return { tests, assertions: this.#assertions, skipped: this.#skipped, failures: [...this.#failures] }
  }

  async #runOne(name: string, body: TapeBody): Promise<void> {
    const t = new TapeTest((failure, skipped) => {
      this.#assertions++
      if (skipped) this.#skipped++
      if (failure !== undefined) this.#fail(name, failure)
    })
    let timer: NodeJS.Timeout | undefined
    const limit = new Promise<void>((resolve) => {
      timer = setTimeout(() => {
        this.#fail(name, `has not ended after ${this.#limitMs} ms`)
        resolve()
      }, this.#limitMs)
    })
    try {
      await Promise.race([finish(t, body), limit])
    } catch (error) {
      this.#fail(name, `throws ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
    } finally {
      clearTimeout(timer)
    }
  }

  #fail(test: string, message: string): void {
    const failure = { test, message }
    this.#failures.push(failure)
    this.#onFailure(failure)
  }
}

/** A planned test may meet its plan before its promise is fulfilled, or after its function returned. */
async function finish(t: TapeTest, body: TapeBody): Promise<void> {
  const returned = body(t)
  if (returned instanceof Promise) {
    await returned
    t.settle()
  }
  await t.done
}
