import { mutateBytes, randomBytes } from './fuzz-bytes.ts'
import type { Dice } from './fuzz-dice.ts'
import type { Trial } from './fuzz-trial.ts'

export interface FuzzInput {
  readonly bytes: Uint8Array
  /** Whether the checksums over what was changed were made right again. */
  readonly isRepaired: boolean
  /** Gives the bytes to the parser; throws what is no refusal. */
  readonly read: (trial: Trial) => void | Promise<void>
}

export interface FuzzTarget {
  readonly name: string
  /** How often its turn comes, compared to others. */
  readonly weight: number
  readonly prepare: (dice: Dice) => FuzzInput
}

/** A file whose checksums are left as they were, or bytes that never were one. */
export function corrupted(dice: Dice, files: readonly Uint8Array[]): Uint8Array {
  if (dice.oneIn(3)) return randomBytes(dice, dice.below(dice.pick([10, 100, 1000])))
  return mutateBytes(dice, dice.pick(files), dice.pick(files))
}
