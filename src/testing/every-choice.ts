import type { Choices } from './choices.ts'

/** Options of `everyChoice`. */
export interface EveryChoiceOptions {
  /** More runs than these end with an error, since a bound that is reached in silence proves nothing. Default: 100,000. */
  maxRuns?: number
}

/**
 * Runs a procedure once for every way its choices can go, the benign one first, and yields what each run returns. A procedure may be
 * asynchronous: then await each outcome before you ask for the next. Throws a RangeError after `maxRuns` runs.
 */
export function* everyChoice<Outcome>(
  run: (choices: Choices) => Outcome,
  options: EveryChoiceOptions = {},
): Generator<Outcome, void, void> {
  const { maxRuns = 100_000 } = options
  const odometer: { choice: number; readonly options: number }[] = []
  for (let runs = 0; runs === 0 || odometer.length > 0; runs++) {
    if (runs === maxRuns) throw new RangeError(`there are more than ${maxRuns} ways: allow more, or shorten the run`)
    let depth = 0
    yield run({
      pick(count, label) {
        const wheel = (odometer[depth++] ??= { choice: 0, options: count })
        if (wheel.options === count) return wheel.choice
        throw new Error(`the run is not a function of its choices: ${label} had ${wheel.options} options, now ${count}`)
      },
    })
    while (odometer.length > 0 && odometer.at(-1)!.choice + 1 === odometer.at(-1)!.options) odometer.pop()
    if (odometer.length > 0) odometer.at(-1)!.choice++
  }
}
