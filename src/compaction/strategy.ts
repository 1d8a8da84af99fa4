import type { TableEntry } from '../manifest/table-entry.ts'
import type { Level, Run } from '../manifest/version.ts'

export type { Level, Run, TableEntry }

/** What a strategy sees: plain data, nothing that can change under it. */
export interface CompactionState {
  readonly levels: readonly Level[]
  /** Numbers of tables that a running job reads; no choice may name them. */
  readonly busy: ReadonlySet<number>
  /** Wall clock in milliseconds since 1970, passed in so that a strategy has no clock of its own. */
  readonly nowMs: number
}

/** What to do next. Tables are named by number. */
export type Choice =
  | { readonly kind: 'idle' }
  /** Puts tables elsewhere without reading them. REQUIRES that nothing at the target run overlaps them. */
  | { readonly kind: 'move'; readonly tables: readonly number[]; readonly level: number; readonly run: number }
  /**
   * Merges tables into new ones at one run. Inputs are consecutive in age wherever they overlap. Outputs are cut at `tableBytes`, and before
   * a key that would pass one of `boundaries` (ascending user keys) once an output holds half of `tableBytes`.
   */
  | {
      readonly kind: 'merge'
      readonly tables: readonly number[]
      readonly level: number
      readonly run: number
      readonly tableBytes: number
      readonly boundaries: readonly Uint8Array[]
    }
  /** Forgets tables: the user's deletion policy. Oldest first, so that no old value outlives its newer tombstone. */
  | { readonly kind: 'drop'; readonly tables: readonly number[] }

/** How far behind compaction is. 'slow': writers pay with some of the work; 'stop': they wait until it is done. */
export type Pressure =
  | { readonly kind: 'none' }
  | { readonly kind: 'slow'; readonly share: number }
  | { readonly kind: 'stop' }

/** Decides, never does: synchronous, pure, no file system, no promise. */
export interface CompactionStrategy {
  /** For messages; 1 to 64 characters. */
  readonly name: string
  /**
   * True where `pick` may answer 'drop', which is refused without it. Each snapshot of such a store then pins the files and the memtable
   * that it sees, because what is dropped is not merged into anything that it could read instead.
   */
  readonly drops?: boolean
  pick(state: CompactionState): Choice
  /** `share` of 'slow' grows from 0 to 1 as the debt nears the stop. A store whose `pick` is idle has no pressure. */
  pressure(state: CompactionState): Pressure
  /**
   * Where `compact(range)` puts the merge of every table that the range touches, and how its outputs are cut. Undefined: what is merged is
   * for `pick` alone to say, and `compact` only flushes.
   */
  bottom(
    state: CompactionState,
  ): { readonly level: number; readonly run: number; readonly tableBytes: number } | undefined
  /**
   * Asked after `pick` has said 'idle': the time, by `nowMs`, from which on it may say something else though no table has come or gone.
   * Undefined or absent: never. An idle store is woken for nothing else.
   */
  wakeAtMs?(state: CompactionState): number | undefined
}
