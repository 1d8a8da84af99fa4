/**
 * Decides everything that a run leaves open: what a power cut takes, which call fails, who goes next. 0 is always the benign outcome (nothing
 * lost, no fault, first come, first served), so a list of choices that shrinks towards zeros shrinks towards a run in which nothing happens.
 */
export interface Choices {
  /** A whole number from 0 to `options - 1`. `label` says what it is about, for those who read a recording. */
  pick(options: number, label: string): number
}

/** Nothing is ever lost, fails or overtakes. */
export const benignChoices: Choices = { pick: () => 0 }

/** Options of `seededChoices`. */
export interface SeededChoicesOptions {
  /**
   * How likely a choice is the benign one whatever the options, from 0 to 1; a function decides by label. What is left is spread evenly over
   * all options. Default: 0.
   */
  benign?: number | ((label: string) => number)
}

/** An endless stream, the same for the same seed (any integer). */
export function seededChoices(seed: number, options: SeededChoicesOptions = {}): Choices {
  const next = seededNumbers(seed)
  const { benign = 0 } = options
  return {
    pick(count, label) {
      const weight = typeof benign === 'number' ? benign : benign(label)
      // One number a choice would leave the weight and the outcome correlated.
      if (weight > 0 && next() < weight * 0x1_0000_0000) return 0
      return next() % count
    },
  }
}

/** The choices of a list, one after the other: one that is missing is 0, one that is too large is taken modulo the options. */
export function recordedChoices(list: readonly number[]): Choices {
  let at = 0
  return { pick: (options) => (list[at++] ?? 0) % options }
}

/** One choice that was made. */
export interface Pick {
  readonly label: string
  readonly options: number
  readonly choice: number
}

/** Choices that keep what was chosen, to be replayed. */
export interface Recording extends Choices {
  /** What was picked so far. */
  readonly picks: readonly Pick[]
  /** The choices alone: `recordedChoices(list)` makes them again, also after a way through JSON. */
  readonly list: readonly number[]
}

/** Passes choices on and keeps them. */
export function recording(choices: Choices): Recording {
  const picks: Pick[] = []
  return {
    picks,
    get list() {
      return picks.map(({ choice }) => choice)
    },
    pick(options, label) {
      const choice = choices.pick(options, label)
      picks.push({ label, options, choice })
      return choice
    },
  }
}

/** Unsigned 32-bit numbers (SplitMix32), the same for the same seed: neighbouring seeds have nothing in common. */
export function seededNumbers(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x9e3779b9) | 0
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    return (mixed ^ (mixed >>> 15)) >>> 0
  }
}
