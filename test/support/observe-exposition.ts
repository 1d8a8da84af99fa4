/** One line of samples in Prometheus' text format. */
export interface ExpositionSample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

export interface ExpositionFamily {
  readonly name: string
  readonly kind: string
  readonly help: string
  readonly samples: readonly ExpositionSample[]
}

const HELP = /^# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)$/
const TYPE = /^# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram|summary|untyped)$/
const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(,|$)/y
const NUMBER = /^(?:[+-]?Inf|NaN|[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)$/i

/** Reads text format 0.0.4 and throws where a rule of it is broken. Strict: HELP, then TYPE, then the samples of each family. */
export function parseExposition(text: string): ExpositionFamily[] {
  if (!text.endsWith('\n')) throw new Error('the last line does not end with a line feed')
  const families: (ExpositionFamily & { samples: ExpositionSample[] })[] = []
  const series = new Set<string>()
  const lines = text.slice(0, -1).split('\n')
  for (let i = 0; i < lines.length; i++) {
    const help = HELP.exec(lines[i]!)
    if (help !== null) {
      const [, name = '', text = ''] = help
      const type = TYPE.exec(lines[++i] ?? '')
      if (type === null || type[1] !== name) throw new Error(`the HELP of ${name} has no TYPE`)
      if (families.some((family) => family.name === name)) throw new Error(`${name} is there twice`)
      families.push({ name, kind: type[2]!, help: text, samples: [] })
      continue
    }
    const family = families.at(-1)
    const sample = parseSample(lines[i]!)
    if (family === undefined || !belongs(sample.name, family)) throw new Error(`${lines[i]} is in no family`)
    const key = `${sample.name}${JSON.stringify(Object.entries(sample.labels).sort())}`
    if (series.has(key)) throw new Error(`${lines[i]} is there twice`)
    series.add(key)
    family.samples.push(sample)
  }
  for (const family of families) checkFamily(family)
  return families
}

function parseSample(line: string): ExpositionSample {
  const [, name, inner = '', number] = SAMPLE.exec(line) ?? []
  if (name === undefined || number === undefined || !NUMBER.test(number)) throw new Error(`no sample: ${line}`)
  const labels: Record<string, string> = {}
  LABEL.lastIndex = 0
  while (LABEL.lastIndex < inner.length) {
    const [, label = '', value = ''] = LABEL.exec(inner) ?? []
    if (label === '' || Object.hasOwn(labels, label)) throw new Error(`bad labels: ${line}`)
    labels[label] = value.replace(/\\(.)/g, (_all, escaped: string) => (escaped === 'n' ? '\n' : escaped))
  }
  const infinite = number.replace(/Inf$/, 'Infinity')
  return { name, labels, value: Number(infinite) }
}

function belongs(name: string, family: ExpositionFamily): boolean {
  if (family.kind !== 'histogram') return name === family.name
  return ['_bucket', '_sum', '_count'].some((suffix) => name === `${family.name}${suffix}`)
}

function checkFamily({ name, kind, samples }: ExpositionFamily): void {
  if (kind === 'counter') {
    if (!name.endsWith('_total')) throw new Error(`the counter ${name} does not end with _total`)
    if (samples.some(({ value }) => !(value >= 0))) throw new Error(`the counter ${name} is negative`)
  }
  if (kind === 'histogram') for (const group of groupsOf(samples)) checkHistogram(name, group)
}

/** The samples of each histogram: those that differ in `le` alone. */
function groupsOf(samples: readonly ExpositionSample[]): ExpositionSample[][] {
  const groups = new Map<string, ExpositionSample[]>()
  for (const sample of samples) {
    const { le: _le, ...rest } = sample.labels
    const key = JSON.stringify(rest)
    groups.set(key, [...(groups.get(key) ?? []), sample])
  }
  return [...groups.values()]
}

function checkHistogram(name: string, samples: readonly ExpositionSample[]): void {
  const buckets = samples.filter((sample) => sample.name === `${name}_bucket`)
  const bounds = buckets.map(({ labels: { le } }) => (le === '+Inf' ? Infinity : Number(le)))
  const counts = buckets.map(({ value }) => value)
  if (bounds.some((bound, i) => !(bound > (bounds[i - 1] ?? -Infinity))))
    throw new Error(`bounds of ${name} do not ascend`)
  if (counts.some((count, i) => !(count >= (counts[i - 1] ?? 0))))
    throw new Error(`buckets of ${name} are not cumulative`)
  const [sum, count] = ['_sum', '_count'].map((end) => samples.filter((sample) => sample.name === `${name}${end}`))
  if (sum?.length !== 1 || count?.length !== 1) throw new Error(`${name} needs one _sum and one _count`)
  if (bounds.at(-1) !== Infinity || counts.at(-1) !== count[0]!.value) throw new Error(`${name} needs +Inf, its count`)
}
