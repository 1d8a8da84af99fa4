import { compareBytes, prefixEnd, successor } from '../bytes/compare.ts'
import { nearest } from '../bytes/edit-distance.ts'
import { VarveError } from '../errors.ts'
import { toKeyBytes } from './bytes-input.ts'
import { describe } from './describe.ts'
import type { KeyRange } from './kv-store.ts'
import type { Bounds } from './scan-cursor.ts'

/** Every key. */
export const UNBOUNDED: Bounds = { lower: undefined, upper: undefined }

/** The options that say which keys; ScanOptions has more. */
export const RANGE_OPTIONS: readonly string[] = ['gt', 'gte', 'lt', 'lte', 'prefix']

/** What was given for each of them: `undefined` where absent. */
export interface GivenRange {
  gt: unknown
  gte: unknown
  lt: unknown
  lte: unknown
  prefix: unknown
}

/**
 * The normal form of a range; its bytes are copies. All that is given must hold, except that `gte` wins over `gt` and
 * `lte` over `lt`. An inverted range keeps its bounds: see `isEmpty`. A bound may be one byte longer than the longest
 * key. Throws INVALID_ARGUMENT for unknown names and for bounds that cannot be keys.
 */
export function toBounds(range: KeyRange | undefined): Bounds {
  return range === undefined ? UNBOUNDED : boundsOf(givenRange(range))
}

/**
 * The same for what is about to be deleted. A range that names options, but gives none of them a value, is refused, and so is an empty prefix: a
 * variable that was meant to hold a bound is not there, and everything would go.
 */
export function toDoomedBounds(range: KeyRange | undefined): Bounds {
  if (range === undefined) return UNBOUNDED
  const given = givenRange(range)
  const bounds = boundsOf(given)
  const isAll = bounds.lower === undefined && bounds.upper === undefined
  if (isAll && Object.keys(range).length > 0) throw everything('every option of range is undefined')
  if (given.prefix !== undefined && toKeyBytes(given.prefix, 'prefix').length === 0) throw everything('prefix is empty')
  return bounds
}

function everything(what: string): VarveError {
  return new VarveError('INVALID_ARGUMENT', `${what}: to clear all keys, give no range`)
}

function givenRange(range: KeyRange): GivenRange {
  const given: GivenRange = { gt: undefined, gte: undefined, lt: undefined, lte: undefined, prefix: undefined }
  for (const name of optionNames(range, 'range', RANGE_OPTIONS)) readRangeOption(range, name, given)
  return given
}

/** Reads one option of a range, once; false where `name` is none. */
export function readRangeOption(source: KeyRange, name: string, given: GivenRange): boolean {
  if (!RANGE_OPTIONS.includes(name)) return false
  given[name as keyof GivenRange] = source[name as keyof KeyRange]
  return true
}

/** The own, enumerable names of an options object, all of them known ones. */
export function optionNames(options: unknown, what: string, known: readonly string[]): string[] {
  if (typeof options !== 'object' || options === null || Array.isArray(options) || ArrayBuffer.isView(options)) {
    throw new VarveError('INVALID_ARGUMENT', `${what} must be an object; given was ${describe(options)}`)
  }
  const names = Object.keys(options)
  for (const name of names) {
    if (!known.includes(name)) {
      // What is no identifier may be data that came here by mistake.
      const shown = /^[A-Za-z_]\w{0,31}$/.test(name) ? ` '${name}'` : ''
      throw new VarveError('INVALID_ARGUMENT', `${what} has no option${shown}; ${helpOn(name, known)}`)
    }
  }
  return names
}

function helpOn(name: string, known: readonly string[]): string {
  const near = nearest(name, known)
  if (near !== undefined) return `did you mean ${near}?`
  return known.length === 1 ? `there is only ${known[0]}` : `there are ${known.join(', ')}`
}

export function boundsOf(given: GivenRange): Bounds {
  let lower: Uint8Array | undefined
  let upper: Uint8Array | undefined
  if (given.gt !== undefined) lower = successor(toKeyBytes(given.gt, 'gt'))
  if (given.gte !== undefined) lower = owned(toKeyBytes(given.gte, 'gte'))
  if (given.lt !== undefined) upper = owned(toKeyBytes(given.lt, 'lt'))
  if (given.lte !== undefined) upper = successor(toKeyBytes(given.lte, 'lte'))
  if (given.prefix !== undefined) {
    const prefix = owned(toKeyBytes(given.prefix, 'prefix'))
    const end = prefixEnd(prefix)
    if (lower === undefined || compareBytes(lower, prefix) < 0) lower = prefix
    if (end !== undefined && (upper === undefined || compareBytes(upper, end) > 0)) upper = end
  }
  return lower === undefined && upper === undefined ? UNBOUNDED : { lower, upper }
}

/** Whether no key can lie within. */
export function isEmpty({ lower, upper }: Bounds): boolean {
  if (upper === undefined) return false
  return upper.length === 0 || (lower !== undefined && compareBytes(lower, upper) >= 0)
}

export function contains({ lower, upper }: Bounds, key: Uint8Array): boolean {
  return (lower === undefined || compareBytes(key, lower) >= 0) && (upper === undefined || compareBytes(key, upper) < 0)
}

/** A plain copy: the `slice` of a Buffer would share its memory. */
function owned(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes)
}
