import { type Choices, recordedChoices, recording } from '../../src/testing/choices.ts'
import { type ProfileName, profileNames } from '../../src/testing/disk-profile.ts'
import { CrashRun } from './crash-run.ts'
import { crashRunChoices } from './crash-run-choices.ts'
import { BrokenInvariant } from './crash-run-invariants.ts'
import { CrashTally } from './crash-run-tally.ts'

/** A run by its choices alone: what is missing at the end is 0. */
export interface CrashCase {
  readonly profile: ProfileName
  readonly choices: readonly number[]
}

/** A run that broke something. */
export interface CrashFailure extends CrashCase {
  readonly seed: number
  /** 0 for an error that is no broken invariant. */
  readonly invariant: number
  readonly error: unknown
}

const ATTEMPTS_MAX = 400

/** The disk of a history: each profile in its turn. */
export function profileOf(seed: number): ProfileName {
  return profileNames[seed % profileNames.length]!
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
export function runCase({ profile, choices }: CrashCase, tally: CrashTally = new CrashTally()): Promise<unknown> {
  return failureOf(profile, recordedChoices(choices), tally)
}

async function failureOf(profile: ProfileName, choices: Choices, tally: CrashTally): Promise<unknown> {
  try {
    await new CrashRun(profile, choices, tally).run()
    tally.histories++
    return undefined
  } catch (error) {
    return error
  }
}

/** A shorter list of smaller choices that breaks the same invariant. */
export async function shrink({ profile, choices, invariant }: CrashFailure): Promise<CrashCase> {
  let best = trimmed(choices)
  let attempts = 0
  const accepts = async (list: readonly number[]): Promise<boolean> => {
    if (attempts++ >= ATTEMPTS_MAX) return false
    const error = await runCase({ profile, choices: list })
    if (error === undefined || invariantOf(error) !== invariant) return false
    best = trimmed(list)
    return true
  }
  for (let size = best.length >> 1; size >= 1 && attempts < ATTEMPTS_MAX; size >>= 1) {
    for (let at = best.length - size; at >= 0; at -= size) {
      const [before, inside, after] = [best.slice(0, at), best.slice(at, at + size), best.slice(at + size)]
      if (inside.length === 0) continue
      if (await accepts([...before, ...after])) continue
      if (inside.some((choice) => choice > 0)) await accepts([...before, ...inside.map(() => 0), ...after])
    }
  }
  return { profile, choices: best }
}

function trimmed(choices: readonly number[]): readonly number[] {
  return choices.slice(0, choices.findLastIndex((choice) => choice !== 0) + 1)
}

function invariantOf(error: unknown): number {
  return error instanceof BrokenInvariant ? error.invariant : 0
}
