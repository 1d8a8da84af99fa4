import { VarveError } from '../errors.ts'

/** Bounds of one option of a strategy: an integer from `least` to `most`, `fallback` where it is absent. */
export interface OptionRule {
  readonly least: number
  readonly most: number
  readonly fallback: number | undefined
}

/** Checks a strategy's options against its rules: an unknown name or a value out of bounds is INVALID_ARGUMENT. The result is frozen. */
export function checkedOptions<Name extends string>(
  strategy: string,
  rules: Readonly<Record<Name, OptionRule>>,
  options: Readonly<Partial<Record<Name, number | undefined>>>,
): Readonly<Record<Name, number | undefined>> {
  if (typeof options !== 'object' || options === null) {
    throw new VarveError('INVALID_ARGUMENT', `${strategy} takes an object of options; given was ${shown(options)}`)
  }
  const names = Object.keys(rules) as Name[]
  for (const name of Object.keys(options)) {
    if (!Object.hasOwn(rules, name)) {
      throw new VarveError('INVALID_ARGUMENT', `${strategy} has no option '${name}': it has ${names.join(', ')}`)
    }
  }
  const entries = names.map((name): [Name, number | undefined] => {
    const { least, most, fallback } = rules[name]
    const value = options[name] ?? fallback
    if (value !== undefined && (!Number.isInteger(value) || value < least || value > most)) {
      const bounds = `an integer from ${least} to ${most}`
      throw new VarveError('INVALID_ARGUMENT', `${strategy}: ${name} must be ${bounds}; given was ${shown(value)}`)
    }
    return [name, value]
  })
  return Object.freeze(Object.fromEntries(entries)) as Readonly<Record<Name, number | undefined>>
}

function shown(value: unknown): string {
  return typeof value === 'number' || value === null ? `${value}` : `a ${typeof value}`
}
