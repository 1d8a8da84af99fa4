import { type Choices, type Recording, recordedChoices, recording } from '../../src/testing/choices.ts'
import { type ProfileName, profileNames } from '../../src/testing/disk-profile.ts'
import { CrashRun } from './crash-run.ts'
import { crashRunChoices } from './crash-run-choices.ts'
import { BrokenInvariant } from './crash-run-invariants.ts'
import { CrashTally } from './crash-run-tally.ts'

/** A run by its choices alone: what is missing at the end is 0. */
export interface CrashCase {
  readonly profile: ProfileName
  readonly choices: readonly number[]
  /** The own choices of images and of damage, by the seed that the run has drawn for them; those of other seeds follow from the seed. */
  readonly images?: Readonly<Record<string, readonly number[]>>
}

/** A run that broke something. */
export interface CrashFailure extends CrashCase {
  readonly seed: number
  /** 0 for an error that is no broken invariant. */
  readonly invariant: number
  readonly error: unknown
}

/** Of each way to make a list simpler. */
const ATTEMPTS_MAX = 300

/** The one that loses all leaves the same image again and again: it has two turns. */
const TURNS: readonly ProfileName[] = [...profileNames, 'synced-only']

/** The disk of a history: each profile in its turn. */
export function profileOf(seed: number): ProfileName {
  return TURNS[seed % TURNS.length]!
}

/** Runs the history of a seed; returns what broke. */
export async function runSeed(seed: number, tally: CrashTally): Promise<CrashFailure | undefined> {
  const choices = recording(crashRunChoices(seed))
  const profile = profileOf(seed)
  const error = await failureOf(profile, choices, tally)
  if (error === undefined) return undefined
  const invariant = invariantOf(error)
  if (invariant === 1) tally.lost++
  return { seed, profile, choices: choices.list, invariant, error }
}

/** Runs a case; returns the error that it ends with. */
export function runCase(crashCase: CrashCase, tally: CrashTally = new CrashTally()): Promise<unknown> {
  const { profile, choices } = crashCase
  return failureOf(profile, recordedChoices(choices), tally, (seed) => choicesOfSeed(crashCase, seed))
}

function choicesOfSeed({ images }: CrashCase, seed: number): Choices {
  const list = images?.[seed]
  return list === undefined ? crashRunChoices(seed) : recordedChoices(list)
}

async function failureOf(
  profile: ProfileName,
  choices: Choices,
  tally: CrashTally,
  imageChoices: (seed: number) => Choices = crashRunChoices,
): Promise<unknown> {
  try {
    await new CrashRun(profile, choices, tally, imageChoices).run()
    tally.histories++
    return undefined
  } catch (error) {
    return error
  }
}

/** A shorter list of smaller choices that breaks the same invariant; then the same of what is left of each image. */
export async function shrink({ profile, choices, invariant }: CrashFailure): Promise<CrashCase> {
  const breaks = async (candidate: CrashCase): Promise<boolean> => {
    const error = await runCase(candidate)
    return error !== undefined && invariantOf(error) === invariant
  }
  let best: CrashCase = { profile, choices: await shorter(choices, (list) => breaks({ profile, choices: list })) }
  for (const [seed, list] of await choicesOfImages(best)) {
    const withList = (own: readonly number[]): CrashCase => ({ ...best, images: { ...best.images, [seed]: own } })
    if (!(await breaks(withList(list)))) continue
    best = withList(await shorter(list, (own) => breaks(withList(own))))
  }
  return best
}

/** What each image and each damage of a run has drawn, by its seed. */
async function choicesOfImages({ profile, choices }: CrashCase): Promise<Map<number, readonly number[]>> {
  const drawn = new Map<number, Recording>()
  await failureOf(profile, recordedChoices(choices), new CrashTally(), (seed) => {
    const own = recording(crashRunChoices(seed))
    drawn.set(seed, own)
    return own
  })
  return new Map([...drawn].map(([seed, { list }]) => [seed, list]))
}

/** Zeros stretches of a list and takes them out, larger ones first, as long as `holds` is true of what is left. */
async function shorter(
  list: readonly number[],
  holds: (list: readonly number[]) => Promise<boolean>,
): Promise<readonly number[]> {
  let best = trimmed(list)
  for (const way of ['zeros', 'shorter', 'zeros'] as const) {
    let attempts = 0
    for (let size = Math.max(1, best.length >> 1); size >= 1 && attempts < ATTEMPTS_MAX; size >>= 1) {
      for (let at = best.length - size; at >= 0 && attempts < ATTEMPTS_MAX; at -= size) {
        const inside = best.slice(at, at + size)
        if (way === 'zeros' && inside.every((choice) => choice === 0)) continue
        const instead = way === 'zeros' ? inside.map(() => 0) : []
        const candidate = [...best.slice(0, at), ...instead, ...best.slice(at + size)]
        attempts++
        if (await holds(candidate)) best = trimmed(candidate)
      }
    }
  }
  return best
}

function trimmed(choices: readonly number[]): readonly number[] {
  return choices.slice(0, choices.findLastIndex((choice) => choice !== 0) + 1)
}

function invariantOf(error: unknown): number {
  return error instanceof BrokenInvariant ? error.invariant : 0
}
