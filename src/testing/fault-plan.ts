import type { FileOperation } from '../fs/file-counts.ts'
import type { WriteCategory } from '../fs/file-system.ts'
import type { Choices } from './choices.ts'
import type { PageFate } from './disk-profile.ts'

/** Measuring an open file and closing it never fail, and are no calls. */
export type { FileOperation }

/** One call of a file system, as a plan of faults sees it. */
export interface FileCall {
  readonly operation: FileOperation
  readonly path: string
  /** What the bytes of a handle are counted as; undefined for a handle that only reads, and where no handle is involved. */
  readonly category: WriteCategory | undefined
  /** Counts all calls of the file system from 0, in the order in which they are made. */
  readonly index: number
  /** What a read, append or write is asked to move, in bytes; 0 for everything else. */
  readonly bytes: number
}

/** A system's error, by its name. */
export type SystemErrorName =
  | 'EIO'
  | 'ENOSPC'
  | 'EDQUOT'
  | 'EMFILE'
  | 'ENFILE'
  | 'EACCES'
  | 'EPERM'
  | 'EROFS'
  | 'ENOENT'
  | 'EBUSY'
  | 'ESTALE'
  | 'ENOMEM'

/** What happens to a call in place of success. */
export type Fault =
  | {
      readonly error: SystemErrorName
      /** A read, append or write moves this many bytes before it fails. Default: 0. */
      readonly afterBytes?: number
      /** The call takes its effect, whole, and fails all the same. Not for syncs. Default: false. */
      readonly afterEffect?: boolean
      /** What becomes of what a failed sync, of a file or a directory, was to write. Default: what the disk's profile and its choices say. */
      readonly pages?: PageFate
    }
  /** A read succeeds with at most this many bytes, though the file has more. Other calls take no notice. */
  | { readonly shortBytes: number }

/** Asked once for each call, at the call: undefined lets it succeed. */
export type FaultPlan = (call: FileCall) => Fault | undefined

/** Which calls are meant: all that agree in every field given, a path by its ending. Default: every call. */
export interface CallPattern {
  readonly operation?: FileOperation
  readonly category?: WriteCategory
  readonly path?: string
}

/** Fails the n-th call of those meant, counted from 0, and no other. */
export function failNth(n: number, fault: Fault, pattern: CallPattern = {}): FaultPlan {
  return countedPlan((count) => count === n, fault, pattern)
}

/** Fails the first call of those meant. */
export function failOnce(fault: Fault, pattern: CallPattern = {}): FaultPlan {
  return failNth(0, fault, pattern)
}

/** Fails all calls of those meant from the n-th on, counted from 0. Default: from the first on. */
export function failForGood(fault: Fault, pattern: CallPattern = {}, n = 0): FaultPlan {
  return countedPlan((count) => count >= n, fault, pattern)
}

/** Which of the next calls may fail, and how. */
export interface FaultOdds {
  /** How many calls a choice looks ahead: each of them is as likely as the others to fail, and so is none. Default: 100. */
  within?: number
  /** What may happen. Default: EIO. */
  faults?: readonly [Fault, ...Fault[]]
  /** Which calls may fail. Default: all. */
  pattern?: CallPattern
}

/**
 * Lets choices decide which calls fail: 0 is none of the next `within`, n is the n-th of them. After a fault, and after `within` calls without one,
 * there is another choice.
 */
export function chosenFaults(choices: Choices, odds: FaultOdds = {}): FaultPlan {
  const { within = 100, faults = [{ error: 'EIO' }], pattern = {} } = odds
  let left = 0
  let countdown = 0
  return (call) => {
    if (!isMeant(call, pattern)) return undefined
    if (left === 0) {
      left = within
      countdown = choices.pick(within + 1, 'calls until a fault')
    }
    left--
    if (countdown === 0 || --countdown > 0) return undefined
    left = 0
    return faults[faults.length === 1 ? 0 : choices.pick(faults.length, 'kind of fault')]!
  }
}

function countedPlan(fails: (count: number) => boolean, fault: Fault, pattern: CallPattern): FaultPlan {
  let count = 0
  return (call) => (isMeant(call, pattern) && fails(count++) ? fault : undefined)
}

function isMeant(call: FileCall, { operation, category, path }: CallPattern): boolean {
  if (operation !== undefined && call.operation !== operation) return false
  if (category !== undefined && call.category !== category) return false
  return path === undefined || call.path.endsWith(path)
}
