import type { KeyRange } from '../index.ts'
import { givenBytes, type TextEncoding } from './bytes-text.ts'
import type { Arguments, OperandSpec, OptionSpec } from './command.ts'
import { UsageError } from './usage-error.ts'

export const DIRECTORY: OperandSpec = { name: 'directory', about: "the store's directory" }

export const KEY: OperandSpec = { name: 'key', about: 'the key, as --encoding says' }

const ENCODINGS: readonly TextEncoding[] = ['utf8', 'hex', 'base64']

export const ENCODING: OptionSpec = {
  name: 'encoding',
  value: 'name',
  choices: ENCODINGS,
  about: 'how keys and values are given and shown (default utf8)',
}

export const RANGE: readonly OptionSpec[] = [
  { name: 'gte', value: 'key', about: 'from this key on' },
  { name: 'gt', value: 'key', about: 'from behind this key on' },
  { name: 'lte', value: 'key', about: 'up to this key' },
  { name: 'lt', value: 'key', about: 'up to before this key' },
  { name: 'prefix', value: 'key', about: 'only keys that begin with this' },
]

export const WINDOW: readonly OptionSpec[] = [
  { name: 'limit', value: 'number', about: 'at most so many entries' },
  { name: 'reverse', about: 'greatest key first' },
]

export const CREATE: readonly OptionSpec[] = [
  { name: 'create', about: 'make the store if there is none' },
  {
    name: 'kind',
    value: 'name',
    choices: ['lsm', 'btree'],
    about: 'what --create makes (default lsm)',
  },
]

export function encodingOf(options: Arguments): TextEncoding {
  return (options.text('encoding') ?? 'utf8') as TextEncoding
}

/** The range that the options name. */
export function rangeOf(options: Arguments): KeyRange {
  const encoding = encodingOf(options)
  const given = RANGE.flatMap(({ name }) => {
    const text = options.text(name)
    return text === undefined ? [] : [[name, givenBytes(text, encoding, `--${name}`)]]
  })
  return Object.fromEntries(given)
}

/** The range, the limit and the direction. */
export function windowOf(options: Arguments): KeyRange & { readonly limit?: number; readonly reverse: boolean } {
  const limit = limitOf(options)
  return { ...rangeOf(options), reverse: options.has('reverse'), ...(limit === undefined ? {} : { limit }) }
}

function limitOf(options: Arguments): number | undefined {
  const text = options.text('limit')
  if (text === undefined) return undefined
  const limit = Number(text)
  if (/^\d+$/.test(text) && Number.isSafeInteger(limit)) return limit
  throw new UsageError('--limit is a whole number of at least 0')
}
