import { VarveError } from '../errors.ts'
import { describeOption } from './describe.ts'
import type { Durability, Encoding, Snapshot } from './kv-store.ts'
import { boundsOf, type GivenRange, optionNames, RANGE_OPTIONS, readRangeOption, UNBOUNDED } from './range.ts'
import type { Bounds } from './scan-cursor.ts'

export const DURABILITIES: readonly Durability[] = ['power', 'process', 'none']
export const ENCODINGS: readonly Encoding[] = ['bytes', 'buffer', 'utf8']

const WRITE_OPTIONS = ['durability']
const READ_OPTIONS = ['snapshot', 'encoding']
const SCAN_OPTIONS = [...RANGE_OPTIONS, ...READ_OPTIONS, 'keyEncoding', 'valueEncoding', 'reverse', 'limit', 'signal']
const COMPACT_OPTIONS = ['signal']

/** Read options, checked. That the snapshot is an open one of the same store is for the engine to see. */
export interface CheckedReadOptions {
  readonly snapshot: Snapshot | undefined
  readonly encoding: Encoding
}

export interface CheckedScanOptions {
  readonly snapshot: Snapshot | undefined
  readonly keyEncoding: Encoding
  readonly valueEncoding: Encoding
  readonly bounds: Bounds
  readonly reverse: boolean
  /** Infinity where none was given. */
  readonly limit: number
  readonly signal: AbortSignal | undefined
}

/** `defaults` is what an absent `options` means, made once by each store, so that such a read makes no object. */
export function checkReadOptions(options: unknown, defaults: CheckedReadOptions): CheckedReadOptions {
  if (options === undefined) return defaults
  let snapshot: unknown
  let encoding: unknown
  for (const name of optionNames(options, 'options', READ_OPTIONS)) {
    const value = (options as Record<string, unknown>)[name]
    if (name === 'snapshot') snapshot = value
    else encoding = value
  }
  return { snapshot: checkSnapshot(snapshot), encoding: checkEncoding(encoding, 'encoding', defaults.encoding) }
}

/** The durability of a write: `fallback` where the options name none. */
export function checkWriteOptions(options: unknown, fallback: Durability): Durability {
  if (options === undefined) return fallback
  let durability: unknown
  for (const name of optionNames(options, 'options', WRITE_OPTIONS)) {
    durability = (options as Record<string, unknown>)[name]
  }
  if (durability === undefined) return fallback
  return checkOneOf(durability, 'durability', DURABILITIES)
}

export function checkScanOptions(options: unknown, defaults: CheckedReadOptions): CheckedScanOptions {
  const range: GivenRange = { gt: undefined, gte: undefined, lt: undefined, lte: undefined, prefix: undefined }
  const given: Record<string, unknown> = {}
  if (options !== undefined) {
    for (const name of optionNames(options, 'options', SCAN_OPTIONS)) {
      if (readRangeOption(options as object, name, range)) continue
      given[name] = (options as Record<string, unknown>)[name]
    }
  }
  const encoding = checkEncoding(given['encoding'], 'encoding', defaults.encoding)
  return {
    bounds: options === undefined ? UNBOUNDED : boundsOf(range),
    reverse: checkBoolean(given['reverse'], 'reverse'),
    limit: checkLimit(given['limit']),
    signal: checkSignal(given['signal']),
    snapshot: checkSnapshot(given['snapshot']),
    keyEncoding: checkEncoding(given['keyEncoding'], 'keyEncoding', encoding),
    valueEncoding: checkEncoding(given['valueEncoding'], 'valueEncoding', encoding),
  }
}

/** The signal of `compact(range, options)`. */
export function checkCompactOptions(options: unknown): AbortSignal | undefined {
  if (options === undefined) return undefined
  let signal: unknown
  for (const name of optionNames(options, 'options', COMPACT_OPTIONS))
    signal = (options as Record<string, unknown>)[name]
  return checkSignal(signal)
}

export function checkSignal(signal: unknown): AbortSignal | undefined {
  if (signal === undefined || signal instanceof AbortSignal) return signal
  throw refused('signal', 'an AbortSignal', signal)
}

function checkSnapshot(snapshot: unknown): Snapshot | undefined {
  if (snapshot === undefined) return undefined
  if (typeof snapshot !== 'object' || snapshot === null) throw refused('snapshot', 'a snapshot of this store', snapshot)
  return snapshot as Snapshot
}

function checkEncoding(encoding: unknown, name: string, fallback: Encoding): Encoding {
  return encoding === undefined ? fallback : checkOneOf(encoding, name, ENCODINGS)
}

function checkBoolean(value: unknown, name: string): boolean {
  if (value === undefined) return false
  if (typeof value !== 'boolean') throw refused(name, 'true or false', value)
  return value
}

function checkLimit(limit: unknown): number {
  if (limit === undefined) return Number.POSITIVE_INFINITY
  if (typeof limit === 'number' && (limit === Number.POSITIVE_INFINITY || (Number.isInteger(limit) && limit >= 0))) {
    return limit
  }
  throw refused('limit', 'an integer of at least 0', limit)
}

function checkOneOf<T extends string>(value: unknown, name: string, allowed: readonly T[]): T {
  if (!allowed.includes(value as T)) throw refused(name, `one of ${allowed.join(', ')}`, value)
  return value as T
}

function refused(name: string, allowed: string, given: unknown): VarveError {
  return new VarveError('INVALID_ARGUMENT', `${name} must be ${allowed}; given was ${describeOption(given)}`)
}
