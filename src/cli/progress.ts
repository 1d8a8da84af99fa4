import type { Runtime } from '../index.ts'
import type { TextSink } from './command.ts'

/** How often the line is drawn anew, in milliseconds. */
const INTERVAL_MS = 200

/** One line on a terminal that says how far long work is; silent where there is no terminal. */
export class Progress {
  readonly #stream: TextSink | undefined
  readonly #runtime: Runtime
  #drawnMs = 0
  #isDrawn = false

  /** `stream` undefined: nothing is ever drawn. */
  constructor(stream: TextSink | undefined, runtime: Runtime) {
    this.#stream = stream
    this.#runtime = runtime
  }

  /** Draws what `text` says, unless something was drawn a moment ago. */
  show(text: () => string): void {
    if (this.#stream === undefined) return
    const nowMs = this.#runtime.monotonic()
    if (this.#isDrawn && nowMs - this.#drawnMs < INTERVAL_MS) return
    this.#drawnMs = nowMs
    this.#isDrawn = true
    // Back to the line's start, and what the line before had more is erased.
    this.#stream.write(`\r${text().slice(0, (this.#stream.columns ?? 80) - 1)}\u001b[K`, () => {})
  }

  /** Runs work that does not tell how far it is, and draws `text` of the seconds it has taken. */
  async during<T>(work: Promise<T>, text: (seconds: number) => string): Promise<T> {
    if (this.#stream === undefined) return work
    const sinceMs = this.#runtime.monotonic()
    let cancel = (): void => {}
    const draw = (): void => {
      this.show(() => text(Math.floor((this.#runtime.monotonic() - sinceMs) / 1000)))
      cancel = this.#runtime.timer(INTERVAL_MS, draw, false)
    }
    cancel = this.#runtime.timer(INTERVAL_MS, draw, false)
    try {
      return await work
    } finally {
      cancel()
      this.clear()
    }
  }

  /** Takes the line away, before anything else is written to the terminal. */
  clear(): void {
    if (!this.#isDrawn) return
    this.#isDrawn = false
    this.#stream?.write('\r\u001b[K', () => {})
  }
}
