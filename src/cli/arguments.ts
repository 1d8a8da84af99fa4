import { parseArgs } from 'node:util'
import { nearest } from '../bytes/edit-distance.ts'
import { escaped, shortened } from './bytes-text.ts'
import { Arguments, type CommandSpec, type OptionSpec } from './command.ts'
import { UsageError } from './usage-error.ts'

/** Options that every command takes. */
export const COMMON_OPTIONS: readonly OptionSpec[] = [
  { name: 'json', about: 'print JSON: one document, or one line for each entry or record' },
  { name: 'help', about: 'print this help' },
]

export interface ParsedArguments {
  readonly operands: readonly string[]
  readonly options: Arguments
}

/** Holds the words behind a command's name against its spec. Throws UsageError for the first thing that is wrong. */
export function parseArguments(spec: CommandSpec, words: readonly string[]): ParsedArguments {
  const known = new Map([...spec.options, ...COMMON_OPTIONS].map((option) => [option.name, option]))
  const types = [...known.values()].map(({ name, value }) => [
    name,
    { type: value === undefined ? ('boolean' as const) : ('string' as const) },
  ])
  const { tokens } = parseArgs({
    args: [...words],
    options: { ...Object.fromEntries(types), help: { type: 'boolean', short: 'h' } },
    allowPositionals: true,
    strict: false,
    tokens: true,
  })
  const operands: string[] = []
  const options = new Map<string, string | true>()
  for (const token of tokens) {
    if (token.kind === 'positional') operands.push(token.value)
    if (token.kind !== 'option') continue
    const option = known.get(token.name)
    if (option === undefined) throw unknownOption(spec, token.rawName)
    if (options.has(option.name)) throw new UsageError(`--${option.name} is given twice`)
    options.set(option.name, checkedValue(option, token.value, token.inlineValue === true))
  }
  if (!options.has('help')) checkOperands(spec, operands)
  return { operands, options: new Arguments(options) }
}

/** How a command is called, in one line. */
export function usageLine({ name, operands, options }: CommandSpec): string {
  const words = operands.map((operand) => (operand.isOptional ? `[${operand.name}]` : `<${operand.name}>`))
  return ['varve', name, ...words, ...(options.length > 0 ? ['[options]'] : [])].join(' ')
}

function unknownOption(spec: CommandSpec, given: string): UsageError {
  const shown = shortened(escaped(given), 40)
  const names = [...spec.options, ...COMMON_OPTIONS].map(({ name }) => `--${name}`)
  const near = given.startsWith('--') ? nearest(given, names) : undefined
  const help = `see varve ${spec.name} --help; a key that begins with a dash goes behind --`
  const advice = near === undefined ? help : `did you mean ${near}?`
  return new UsageError(`varve ${spec.name} has no option ${shown}: ${advice}`)
}

function checkedValue(option: OptionSpec, value: string | undefined, isInline: boolean): string | true {
  const { name, choices } = option
  if (option.value === undefined) {
    if (value !== undefined) throw new UsageError(`--${name} takes no value`)
    return true
  }
  if (value === undefined) throw new UsageError(`--${name} needs a value: --${name} <${option.value}>`)
  if (!isInline && value.startsWith('-') && value !== '-') {
    throw new UsageError(`--${name} needs a value; one that begins with a dash is given as --${name}=<${option.value}>`)
  }
  if (choices !== undefined && !choices.includes(value)) {
    throw new UsageError(`--${name} is one of ${choices.join(', ')}`)
  }
  return value
}

function checkOperands(spec: CommandSpec, given: readonly string[]): void {
  const missing = spec.operands[given.length]
  if (missing !== undefined && missing.isOptional !== true) {
    throw new UsageError(`<${missing.name}> is missing: ${usageLine(spec)}`)
  }
  if (given.length > spec.operands.length) {
    throw new UsageError(`there is one argument too many behind <${spec.operands.at(-1)!.name}>: ${usageLine(spec)}`)
  }
}
