import type { VerifyReport } from './kv-store/kv-store.ts'

/**
 * What went wrong, chosen by what the caller does next.
 *
 * | code | what to do |
 * |---|---|
 * | CORRUPTION | data on disk is provably damaged: run `verify()`, and restore what it names |
 * | LOCKED | another opener holds the store: close it, or wait |
 * | POISONED | a sync failed: close the store and open it again |
 * | NO_SPACE | free some disk space, then `resume()` |
 * | OVERLOADED | the write queue is full: retry after `retryAfterMs` |
 * | READ_ONLY | the store was opened read-only |
 * | CLOSED | the store, scan or snapshot is closed |
 * | INVALID_ARGUMENT | fix the call |
 * | UNSUPPORTED_FORMAT | the files were written by a newer version: upgrade |
 * | EXISTS / NOT_FOUND | the store is there, or is not |
 * | CONFLICT | a writer has changed the store since it was opened read-only: open it again |
 * | TIMEOUT / ABORTED | the operation was not applied |
 * | IO | the operating system refused: see `cause` |
 */
export type ErrorCode =
  | 'CORRUPTION'
  | 'LOCKED'
  | 'POISONED'
  | 'NO_SPACE'
  | 'OVERLOADED'
  | 'READ_ONLY'
  | 'CLOSED'
  | 'INVALID_ARGUMENT'
  | 'UNSUPPORTED_FORMAT'
  | 'EXISTS'
  | 'NOT_FOUND'
  | 'CONFLICT'
  | 'TIMEOUT'
  | 'ABORTED'
  | 'IO'

/** Whether a failed write may be retried blindly ('not-applied'), or must be looked up after the next opening ('unknown'). */
export type WriteOutcome = 'not-applied' | 'unknown'

export interface ErrorDetails {
  cause?: unknown
  /** The file that the error is about, where there is one. */
  file?: string | undefined
  /** The byte offset within `file`, where there is one. */
  offset?: number | undefined
  outcome?: WriteOutcome | undefined
  retryAfterMs?: number | undefined
  /** What `verify()` has found. */
  report?: VerifyReport | undefined
}

/** The only error that Varve throws on purpose. Its message never holds the user's bytes. */
export class VarveError extends Error {
  readonly code: ErrorCode
  // Declared only: what is absent is no property, so that a printed error shows what there is.
  declare readonly file: string | undefined
  declare readonly offset: number | undefined
  declare readonly outcome: WriteOutcome | undefined
  declare readonly retryAfterMs: number | undefined
  /** What `verify()` has found, where that is what has failed. */
  declare readonly report: VerifyReport | undefined

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    const { cause, file, offset, outcome, retryAfterMs, report } = details
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'VarveError'
    this.code = code
    for (const [name, value] of Object.entries({ file, offset, outcome, retryAfterMs, report })) {
      if (value !== undefined) Object.defineProperty(this, name, { value, enumerable: true })
    }
  }

  /** The same error, with what to do behind what went wrong. */
  withAdvice(advice: string): VarveError {
    return this.#again(`${this.message}; ${advice}`, this.outcome)
  }

  /** The same error, as what a write with this outcome is told. */
  withOutcome(outcome: WriteOutcome): VarveError {
    return this.#again(this.message, outcome)
  }

  #again(message: string, outcome: WriteOutcome | undefined): VarveError {
    const { file, offset, retryAfterMs, report, cause } = this
    return new VarveError(this.code, message, { cause, file, offset, retryAfterMs, report, outcome })
  }
}

/** What `open` adds to the message of damage. */
export const DAMAGE_ADVICE: string =
  'nothing was changed; restore a backup, or let repair() build a new store from what can be proven'

/** Damage that is proven: `what` says which rule the bytes break, never the bytes. */
export function corruption(what: string, file?: string, offset?: number): VarveError {
  const where = file === undefined ? '' : ` in ${file}${offset === undefined ? '' : ` at byte ${offset}`}`
  return new VarveError('CORRUPTION', `${what}${where}`, { file, offset })
}

/** A sync failed: what was written may or may not be on the disk, and asking again would not tell. */
export function syncFailed(path: string, cause: unknown): VarveError {
  const advice = 'no further write is taken: close the store and open it again'
  return new VarveError('POISONED', `a sync of ${path} failed; ${advice}`, { cause, file: path })
}

/** How the message of `invariant` begins. */
export const BROKEN_INVARIANT = 'varve: broken invariant: '

/** Holds a programming rule in production too. */
export function invariant(condition: boolean, rule: string): asserts condition {
  if (!condition) throw new Error(`${BROKEN_INVARIANT}${rule}`)
}
