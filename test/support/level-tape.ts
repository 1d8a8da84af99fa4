import { isDeepStrictEqual } from 'node:util'

export interface TapeFailure {
  readonly test: string
  readonly message: string
}

export interface TapeSummary {
  readonly tests: number
  readonly assertions: number
  /** Times that a test said `pass('skip')` in the place of what it cannot check. */
  readonly skipped: number
  readonly failures: readonly TapeFailure[]
}

export type TapeBody = (t: TapeTest) => unknown

/** One running test, with those assertions of tape that abstract-level's suite uses, as strict as tape's own. */
export class TapeTest {
  readonly done: Promise<void>
  #resolve: () => void = () => undefined
  readonly #onAssertion: (failure: string | undefined, skipped: boolean) => void
  #plan: number | undefined
  #count = 0
  #ended = false

  constructor(onAssertion: (failure: string | undefined, skipped: boolean) => void) {
    this.#onAssertion = onAssertion
    this.done = new Promise((resolve) => {
      this.#resolve = resolve
    })
  }

  plan(count: number): void {
    this.#plan = count
    if (count === 0) this.end()
  }

  /** The test has made all its assertions; one with a plan need not say so. */
  end(): void {
    if (this.#ended) this.#onAssertion('ended twice', false)
    else if (this.#plan !== undefined && this.#plan !== this.#count) {
      this.#onAssertion(`planned ${this.#plan} assertions, made ${this.#count}`, false)
    }
    this.#ended = true
    this.#resolve()
  }

  /** What its function returned has been fulfilled: a test without a plan is over, a plan has to be met. */
  settle(): void {
    if (!this.#ended) this.end()
  }

  pass(message?: unknown): void {
    this.#check(true, message, 'pass')
  }

  fail(message?: unknown): void {
    this.#check(false, message, 'fail')
  }

  ok(value: unknown, message?: unknown): void {
    this.#check(Boolean(value), message, `${value} is not true`)
  }

  is(actual: unknown, expected: unknown, message?: unknown): void {
    this.#check(Object.is(actual, expected), message, `${String(actual)} is not ${String(expected)}`)
  }

  isNot(actual: unknown, refused: unknown, message?: unknown): void {
    this.#check(!Object.is(actual, refused), message, `is ${String(refused)}`)
  }

  same(actual: unknown, expected: unknown, message?: unknown): void {
    this.#check(isDeepStrictEqual(actual, expected), message, 'differs from what was expected')
  }

  throws(body: () => unknown, accepts: (error: unknown) => boolean, message?: unknown): void {
    const thrown = caught(body)
    this.#check(thrown !== undefined && accepts(thrown.error) === true, message, 'does not throw what was expected')
  }

  doesNotThrow(body: () => unknown, message?: unknown): void {
    this.#check(caught(body) === undefined, message, 'throws')
  }

  #check(holds: boolean, message: unknown, otherwise: string): void {
    const surplus = this.#ended || this.#count === this.#plan
    const said = message === undefined ? otherwise : `${String(message)} (${otherwise})`
    this.#count++
    if (surplus) this.#onAssertion(`assertion after the end: ${said}`, false)
    else this.#onAssertion(holds ? undefined : said, holds && message === 'skip')
    if (!this.#ended && this.#count === this.#plan) this.end()
  }
}

function caught(body: () => unknown): { readonly error: unknown } | undefined {
  try {
    body()
  } catch (error) {
    return { error }
  }
  return undefined
}
