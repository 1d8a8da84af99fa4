import { VarveError } from '../../errors.ts'

/** Label names with their values. */
export type Labels = Readonly<Record<string, string>>

export interface Sample {
  /** After the family's name: '_bucket', '_sum', '_count' of a histogram, otherwise nothing. */
  readonly suffix: string
  readonly labels: Labels
  readonly value: number
}

/** All samples of one metric, in Prometheus' text format 0.0.4. */
export interface MetricFamily {
  readonly name: string
  readonly kind: 'counter' | 'gauge' | 'histogram'
  readonly help: string
  readonly samples: readonly Sample[]
}

const LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/

/** What the metrics use themselves, and may not be given. */
const OWN_LABELS: ReadonlySet<string> = new Set(['category', 'level', 'operation', 'state', 'le'])

/** Throws INVALID_ARGUMENT for labels of stores that would make the text unreadable, or its samples ambiguous. */
export function checkLabels(all: readonly Labels[]): void {
  for (const labels of all) checkNamesAndValues(labels)
  const different = new Set(all.map((labels) => JSON.stringify(Object.entries(labels).sort())))
  if (different.size < all.length) {
    throw new VarveError('INVALID_ARGUMENT', 'two stores have the same labels, which must tell each from the others')
  }
}

function checkNamesAndValues(labels: Labels): void {
  for (const [name, value] of Object.entries(labels)) {
    if (!LABEL_NAME.test(name) || name.startsWith('__') || OWN_LABELS.has(name)) {
      const allowed = `letters, digits and _, not beginning with a digit or __, and none of ${[...OWN_LABELS].join(', ')}`
      throw new VarveError(
        'INVALID_ARGUMENT',
        `the label ${JSON.stringify(name)} cannot be used: its name must be ${allowed}`,
      )
    }
    if (typeof value !== 'string') {
      throw new VarveError('INVALID_ARGUMENT', `the label ${name} must be a string; given was a ${typeof value}`)
    }
  }
}

export function familyText({ name, kind, help, samples }: MetricFamily): string {
  const head = `# HELP ${name} ${escapedHelp(help)}\n# TYPE ${name} ${kind}\n`
  return head + samples.map(({ suffix, labels, value }) => `${name}${suffix}${labelsText(labels)} ${value}\n`).join('')
}

/** A family of the same metric of several stores: it may appear once only. */
export function merged(families: readonly (readonly MetricFamily[])[]): MetricFamily[] {
  const [first = []] = families
  return first.map((family, i) => ({ ...family, samples: families.flatMap((each) => each[i]!.samples) }))
}

function labelsText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapedValue(value)}"`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

function escapedValue(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}

function escapedHelp(help: string): string {
  return help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')
}
