/** The pages. */
export const PAGES: string = 'pages'

/** Copies of the pages that are just being written in place; only with the protection 'double-write'. */
export const DOUBLE_WRITE: string = 'double-write'

/** The last checkpoint: where redo begins, and what is allocated. Replaced in one step. */
export const CHECKPOINT: string = 'CHECKPOINT'

/** What the next checkpoint is called until it replaces the last one. */
export const NEXT_CHECKPOINT: string = 'CHECKPOINT.tmp'

/** Who holds the store. */
export const LOCK: string = 'LOCK'

const MAX_NUMBER = 2 ** 48 - 1

export function logName(number: number): string {
  return `${String(number).padStart(6, '0')}.log`
}

/** The number of a log; undefined for any name that `logName` does not make. */
export function logNumber(name: string): number | undefined {
  const number = Number(/^(\d{6,})\.log$/.exec(name)?.[1] ?? Number.NaN)
  return number > 0 && number <= MAX_NUMBER && logName(number) === name ? number : undefined
}

/** The numbers of the logs among these names, ascending. */
export function logNumbers(names: readonly string[]): number[] {
  return names.flatMap((name) => logNumber(name) ?? []).sort((a, b) => a - b)
}

const FIXED_NAMES: ReadonlySet<string> = new Set([PAGES, DOUBLE_WRITE, CHECKPOINT, NEXT_CHECKPOINT, LOCK])

/** Whether this is exactly a name of ours. */
export function isOurs(name: string): boolean {
  return FIXED_NAMES.has(name) || logNumber(name) !== undefined
}
