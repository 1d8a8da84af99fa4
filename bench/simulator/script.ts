/** Keys from `least` to `most`, both inclusive. */
export interface KeySpan {
  readonly least: number
  readonly most: number
}

/** Which keys a flush writes or deletes. */
export type Keys =
  /** Spread evenly over a span, its ends included. */
  | { readonly kind: 'spread'; readonly span: KeySpan; readonly count: number }
  /** Drawn evenly from 0 to `from` - 1. */
  | { readonly kind: 'random'; readonly count: number; readonly from: number }
  /** The keys behind all that were flushed in this way before. */
  | { readonly kind: 'next'; readonly count: number }

/** One line of a script, or a block of them. */
export type Command =
  | { readonly kind: 'strategy'; readonly name: string; readonly options: Readonly<Record<string, number>> }
  | { readonly kind: 'seed'; readonly seed: number }
  | { readonly kind: 'flush' | 'delete'; readonly keys: Keys }
  | { readonly kind: 'advance' | 'clock'; readonly ms: number }
  | { readonly kind: 'step' | 'drain' | 'print' }
  | { readonly kind: 'say'; readonly text: string }
  | { readonly kind: 'repeat'; readonly times: number; readonly commands: readonly Command[] }

export interface Script {
  readonly commands: readonly Command[]
  /** Keys are written as letters, each the first of `LETTER_KEYS` numbers. */
  readonly isLettered: boolean
}

/** Keys that a letter stands for. */
export const LETTER_KEYS = 1000

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  KiB: 1024,
  MiB: 1024 ** 2,
}

/** Reads a script; throws an error that names the line which it cannot read. */
export function parseScript(text: string): Script {
  const blocks: { times: number; commands: Command[] }[] = [{ times: 1, commands: [] }]
  text.split('\n').forEach((line, i) => {
    const words = line.replace(/#.*$/, '').trim().split(/\s+/)
    try {
      if (words[0] === '') return
      if (words[0] === 'repeat') {
        blocks.push({ times: amount(words[1]), commands: [] })
      } else if (words[0] === 'end') {
        const block = blocks.pop()
        if (block === undefined || blocks.length === 0) throw new Error("'end' without 'repeat'")
        blocks.at(-1)!.commands.push({ kind: 'repeat', ...block })
      } else blocks.at(-1)!.commands.push(command(words))
    } catch (error) {
      throw new Error(`line ${i + 1}: ${(error as Error).message}`)
    }
  })
  if (blocks.length > 1) throw new Error("a 'repeat' has no 'end'")
  return { commands: blocks[0]!.commands, isLettered: /^\s*(flush|delete)\s+[a-z]-[a-z]\s/m.test(text) }
}

function command(words: readonly string[]): Command {
  const [kind, first, ...rest] = words
  switch (kind) {
    case 'strategy':
      return { kind, name: first ?? '', options: Object.fromEntries(rest.map(option)) }
    case 'seed':
      return { kind, seed: amount(first) }
    case 'flush':
    case 'delete':
      return { kind, keys: keys(words.slice(1)) }
    case 'advance':
    case 'clock':
      return { kind, ms: amount(first) }
    case 'step':
    case 'drain':
    case 'print':
      return { kind }
    case 'say':
      return { kind, text: words.slice(1).join(' ') }
    default:
      throw new Error(`'${kind}' is no command`)
  }
}

function option(text: string): [string, number] {
  const [name, value] = text.split('=')
  return [name!, amount(value)]
}

function keys([what, count, from, limit]: readonly string[]): Keys {
  if (what === 'next') return { kind: 'next', count: amount(count) }
  if (what === 'random' && from === 'from') return { kind: 'random', count: amount(count), from: amount(limit) }
  const [, least, most] = /^([a-z]|\d+)-([a-z]|\d+)$/.exec(what ?? '') ?? []
  if (least === undefined || most === undefined)
    throw new Error(`'${what}' names no keys: 'a-f 10', 'random 10 from 99', 'next 10'`)
  return { kind: 'spread', span: { least: key(least), most: key(most) }, count: amount(count) }
}

function key(text: string): number {
  return /\d/.test(text) ? Number(text) : (text.charCodeAt(0) - 'a'.charCodeAt(0)) * LETTER_KEYS
}

/** A whole number, with a unit of time or bytes or without. */
function amount(text: string | undefined): number {
  const [, digits, unit] = /^(\d+)([A-Za-z]*)$/.exec(text ?? '') ?? []
  const factor = unit === '' ? 1 : UNITS[unit ?? '']
  if (digits === undefined || factor === undefined)
    throw new Error(`'${text ?? ''}' is no amount such as 40, 10KiB or 2h`)
  return Number(digits) * factor
}
