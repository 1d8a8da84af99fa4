import { COMMON_OPTIONS, usageLine } from './arguments.ts'
import type { CommandSpec, OptionSpec } from './command.ts'
import { columnsText } from './quantity-text.ts'

const EXIT_CODES = 'Exit codes: 0 done, 1 the store or the data is at fault, 2 the command line is, 130 interrupted.'

/** The help of the program. */
export function programHelp(commands: readonly CommandSpec[]): string[] {
  return [
    'Usage: varve <command> <directory> [options]',
    '',
    'Looks into a Varve store, and mends it. Only put, delete, import, compact, repair and unlock write.',
    '',
    'Commands:',
    ...indented(commands.map(({ name, summary }) => [name, summary])),
    '',
    'Options:',
    ...indented([
      ['--help', 'print this help, or that of a command'],
      ['--version', 'print the version'],
    ]),
    '',
    'Examples:',
    ...indented([
      ['varve stats ./my-store', 'what the store holds, and how its last life ended'],
      ['varve scan ./my-store --prefix user: --limit 10', 'the first ten entries below user:'],
      ['varve export ./my-store > backup.ndjson', 'every entry, one JSON line each'],
    ]),
    '',
    EXIT_CODES,
  ]
}

/** The help of one command. */
export function commandHelp(spec: CommandSpec): string[] {
  const { summary, notes = [], operands, options, examples } = spec
  return [
    `Usage: ${usageLine(spec)}`,
    '',
    `${summary[0]!.toUpperCase()}${summary.slice(1)}.`,
    ...notes,
    '',
    'Arguments:',
    ...indented(operands.map(({ name, about }) => [name, about])),
    '',
    'Options:',
    ...indented([...options, ...COMMON_OPTIONS].map((option) => [optionText(option), aboutText(option)])),
    '',
    'Examples:',
    ...indented(examples.map(([line, does]) => [`varve ${line}`, does])),
    '',
    EXIT_CODES,
  ]
}

function optionText({ name, value }: OptionSpec): string {
  return value === undefined ? `--${name}` : `--${name} <${value}>`
}

function aboutText({ about, choices }: OptionSpec): string {
  return choices === undefined ? about : `${about}: ${choices.join(', ')}`
}

function indented(rows: readonly (readonly string[])[]): string[] {
  return columnsText(rows).map((line) => `  ${line}`)
}
