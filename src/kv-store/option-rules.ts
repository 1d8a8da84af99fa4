import { VarveError } from '../errors.ts'
import { describeOption, sizeText } from './describe.ts'
import { optionNames } from './range.ts'

/** What one option may be, and what it is when absent. */
export interface OptionRule<T> {
  readonly fallback: T
  /** Completes "name must be ...". */
  readonly allowed: string
  accepts(value: unknown): boolean
}

/** Options by name. */
export type OptionTable = Readonly<Record<string, OptionRule<unknown>>>

/** What checking by a table gives: every option, with its default where it was absent. */
export type CheckedOptions<T extends OptionTable> = {
  readonly [Name in keyof T]: T[Name] extends OptionRule<infer V> ? V : never
}

/** An integer from `from` to `to`, both allowed. */
export function integer(from: number, to: number, fallback: number): OptionRule<number> {
  const accepts = (value: unknown): boolean => Number.isInteger(value) && from <= Number(value) && Number(value) <= to
  return { fallback, allowed: `an integer from ${bound(from)} to ${bound(to)}`, accepts }
}

/** A limit that is a whole number of KiB is one of bytes, and is known by that. */
function bound(limit: number): string {
  return limit > 0 && limit % 1024 === 0 ? `${limit} (${sizeText(limit)})` : `${limit}`
}

export function boolean(fallback: boolean): OptionRule<boolean> {
  return { fallback, allowed: 'true or false', accepts: (value) => typeof value === 'boolean' }
}

export function oneOf<const T extends string>(values: readonly T[], fallback: NoInfer<T>): OptionRule<T> {
  return { fallback, allowed: `one of ${values.join(', ')}`, accepts: (value) => values.includes(value as T) }
}

/** An object that has at least these methods. `what` completes "must be ...". */
export function having<T, F extends T | undefined>(
  what: string,
  methods: readonly string[],
  fallback: F,
): OptionRule<T | F> {
  const accepts = (value: unknown): boolean =>
    typeof value === 'object' &&
    value !== null &&
    methods.every((method) => typeof (value as Record<string, unknown>)[method] === 'function')
  return { fallback, allowed: `${what} with ${methods.join(', ')}`, accepts }
}

/**
 * Checks options against a table and fills in the defaults. Only own properties count, each read once; `undefined`
 * means absent; objects are taken as they are, never merged. Throws INVALID_ARGUMENT for unknown names and for values
 * outside their rule.
 */
export function checkOptions<T extends OptionTable>(given: unknown, table: T): CheckedOptions<T> {
  const checked: Record<string, unknown> = {}
  for (const name of Object.keys(table)) checked[name] = table[name]!.fallback
  if (given === undefined) return checked as CheckedOptions<T>
  for (const name of optionNames(given, 'options', Object.keys(table))) {
    const rule = table[name]!
    const value = (given as Record<string, unknown>)[name]
    if (value === undefined) continue
    if (!rule.accepts(value)) {
      throw new VarveError('INVALID_ARGUMENT', `${name} must be ${rule.allowed}; given was ${describeOption(value)}`)
    }
    checked[name] = value
  }
  return checked as CheckedOptions<T>
}
