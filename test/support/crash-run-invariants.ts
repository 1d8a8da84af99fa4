/** What must hold after each crash, fault or re-open, by number. */
export const INVARIANTS: readonly string[] = [
  'an acknowledged durable write survives a power cut',
  'an acknowledged write survives a killed process',
  'what is recovered is a prefix of the commit order',
  'a batch is there whole or not at all',
  'every value was written by somebody',
  'what was deleted stays deleted',
  'sequences grow: none that was promised is given out again',
  'opening twice finds the same, and the same sequence',
  'a recovery cut short, and cut short again, finds the same',
  'after a clean close everything is there, un-synced writes too',
  'every way of reading says the same as the model',
  'snapshots and scans see what they saw, whatever happens meanwhile',
  'every file is what the manifest says, and every key is found through its filter',
  'no file is missing, and none is left over',
  'nothing stays open: files, timers, snapshots, scans',
  'every fault is told or overcome, and nothing is acknowledged behind a poison',
  'an opening that is refused, or only reads, changes no byte',
  'everything settles within a bound of steps',
  'recovery reads and calls in proportion to what is there',
  'a recovered store takes writes, flush, compaction and another opening',
]

/** The number of an invariant, from 1. */
export type Invariant = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12 | 13 | 14 | 15 | 16 | 17 | 18 | 19 | 20

export class BrokenInvariant extends Error {
  readonly invariant: Invariant

  constructor(invariant: Invariant, what: string, cause?: unknown) {
    super(`invariant ${invariant} (${INVARIANTS[invariant - 1]}): ${what}`, cause === undefined ? undefined : { cause })
    this.name = 'BrokenInvariant'
    this.invariant = invariant
  }
}

/** Counts the checks that were made, by invariant. */
export class InvariantChecks {
  readonly counts: number[] = INVARIANTS.map(() => 0)

  /** Counts checks that were made and held. */
  held(invariant: Invariant, checks = 1): void {
    this.counts[invariant - 1]! += checks
  }

  require(invariant: Invariant, holds: boolean, what: () => string): void {
    this.held(invariant)
    if (!holds) throw new BrokenInvariant(invariant, what())
  }
}
