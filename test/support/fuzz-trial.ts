import { getHeapStatistics } from 'node:v8'
import { type ErrorCode, VarveError } from '../../src/errors.ts'

/** Beyond twice the input, what a parser may take. */
const ALLOWANCE_BYTES = 8 << 20

const REFUSALS: readonly ErrorCode[] = ['CORRUPTION', 'UNSUPPORTED_FORMAT']

/** Wherever a checksum or a magic number ends the reading, the parser behind it was not reached. */
const AT_CHECKSUM = /checksum|magic|not a varve log|cut short|the line that names the manifest/

/**
 * One input on its way through a parser: counts steps and refusals, and throws where something is not as it must
 * be.
 */
export class Trial {
  /** Distinct messages, without their numbers. */
  readonly refusals: Set<string> = new Set()
  stoppedAtChecksum = false
  steps = 0
  readonly #mostSteps: number

  constructor(inputBytes: number) {
    this.#mostSteps = 8 * inputBytes + 2000
  }

  get isAccepted(): boolean {
    return this.refusals.size === 0 && !this.stoppedAtChecksum
  }

  /** Work is bounded by the input's length, not by the clock. */
  step(count = 1): void {
    this.steps += count
    if (this.steps > this.#mostSteps) throw new Error(`more than ${this.#mostSteps} steps: it may never end`)
  }

  /** Undefined where the parser refuses. It may do so only with errors of its own that say the file is at fault. */
  attempt<T>(action: () => T): T | undefined {
    try {
      return action()
    } catch (error) {
      this.refuse(error)
      return undefined
    }
  }

  refuse(error: unknown): void {
    if (!(error instanceof VarveError) || !REFUSALS.includes(error.code)) throw error
    if (AT_CHECKSUM.test(error.message)) this.stoppedAtChecksum = true
    const message = error.message
      .replace(/ (in|of) \S*(\/|\.sst|MANIFEST|log|wal)\S* ?/, ' ')
      .replace(/ at byte \d+/, '')
    this.refusals.add(`${error.code}: ${message.replace(/\d+/g, '#').trim()}`)
  }
}

type ArrayName = 'Uint8Array' | 'Uint32Array' | 'Float64Array'

/**
 * Counts what parsers ask for, in two ways that know nothing of each other: the sizes given to constructors of
 * typed arrays (exact, whatever the collector does), and the growth of the heap and of the memory outside (which
 * sees everything else, but only what the collector has not taken back yet).
 */
export class AllocationGuard {
  readonly #originals: Record<ArrayName, unknown>
  #asked = 0

  constructor() {
    const count = (bytes: number): void => void (this.#asked += bytes)
    this.#originals = { Uint8Array, Uint32Array, Float64Array }
    globalThis.Uint8Array = counting(Uint8Array, 1, count)
    globalThis.Uint32Array = counting(Uint32Array, 4, count)
    globalThis.Float64Array = counting(Float64Array, 8, count)
  }

  /**
   * Runs `read` and throws if it takes more than twice `inputBytes` and 8 MiB. Returns what it took beyond the
   * former.
   */
  async watch(inputBytes: number, read: () => void | Promise<void>): Promise<number> {
    this.#asked = 0
    const before = heldBytes()
    const result = read()
    if (result !== undefined) await result
    const taken = Math.max(this.#asked, heldBytes() - before) - 2 * inputBytes
    if (taken > ALLOWANCE_BYTES)
      throw new Error(`${taken} bytes were taken beyond twice the ${inputBytes} of the input`)
    return taken
  }

  restore(): void {
    Object.assign(globalThis, this.#originals)
  }
}

function heldBytes(): number {
  const { used_heap_size, external_memory } = getHeapStatistics()
  return used_heap_size + external_memory
}

function counting<T extends new (...given: never[]) => object>(
  original: T,
  bytesEach: number,
  count: (bytes: number) => void,
): T {
  return new Proxy(original, {
    construct(target, given: unknown[]) {
      if (typeof given[0] === 'number') count(given[0] * bytesEach)
      return Reflect.construct(target, given)
    },
  })
}
