import { validateChoice } from '../compaction/choice-rules.ts'
import { pickRange } from '../compaction/range.ts'
import type { Choice, CompactionState, CompactionStrategy, Pressure } from '../compaction/strategy.ts'
import { BROKEN_INVARIANT, invariant, VarveError } from '../errors.ts'

/** The store's strategy, which may be the user's own: what it answers is checked, and INVALID_ARGUMENT says which rule it broke. */
export class AskedStrategy {
  readonly #strategy: CompactionStrategy

  constructor(strategy: CompactionStrategy) {
    this.#strategy = strategy
  }

  /** Whether tables may be dropped, so that a snapshot has to hold on to what it sees. */
  get drops(): boolean {
    return this.#strategy.drops === true
  }

  pick(state: CompactionState): Choice {
    return this.#ask(() => this.#checked(state, this.#strategy.pick(state)))
  }

  /** What `compact(range)` is to do. */
  pickRange(state: CompactionState, lower: Uint8Array | undefined, upper: Uint8Array | undefined): Choice {
    return this.#ask(() => this.#checked(state, pickRange(state, this.#strategy, lower, upper)))
  }

  pressure(state: CompactionState): Pressure {
    return this.#ask(() => {
      const pressure = this.#strategy.pressure(state)
      const isShared = pressure?.kind === 'slow' && pressure.share >= 0 && pressure.share <= 1
      const isKnown = isShared || pressure?.kind === 'none' || pressure?.kind === 'stop'
      invariant(isKnown, 'pressure is none, stop, or slow with a share from 0 to 1')
      return pressure
    })
  }

  /** From when on an idle store has to be asked again. */
  wakeAtMs(state: CompactionState): number | undefined {
    return this.#ask(() => {
      const atMs = this.#strategy.wakeAtMs?.(state)
      const isTime = atMs === undefined || (typeof atMs === 'number' && !Number.isNaN(atMs))
      invariant(isTime, 'wakeAtMs answers with milliseconds since 1970, or undefined')
      return atMs
    })
  }

  #checked(state: CompactionState, choice: Choice): Choice {
    validateChoice(state, choice)
    invariant(choice.kind !== 'drop' || this.drops, "a strategy that drops tables says so by 'drops: true'")
    return choice
  }

  #ask<T>(question: () => T): T {
    try {
      return question()
    } catch (cause) {
      // A rule that the strategy breaks is none of the store's own invariants.
      const why = String(cause instanceof Error ? cause.message : cause).replace(BROKEN_INVARIANT, '')
      const message = `the compaction strategy '${this.#strategy.name}' failed (${why}): mend it, or open the store with another`
      throw new VarveError('INVALID_ARGUMENT', message, { cause })
    }
  }
}
