/** What a call gave, as text that tells types apart: what two databases answer is compared by it. */
export type Outcome = string

/** Of a call that was not made, since the database is known to fail it: it agrees with every answer. */
export const UNASKED: Outcome = 'not asked'

/** Between the outcomes of an operation's parts, of which each may be unasked; JSON writes neither of them. */
export const PART_SEPARATOR = '\n'
export const STEP_SEPARATOR = '\t'

/** Whether outcomes are the same but for what was not asked. */
export function agree(
  outcomes: readonly Outcome[],
  separators: readonly string[] = [PART_SEPARATOR, STEP_SEPARATOR],
): boolean {
  const [first, ...others] = outcomes.filter((outcome) => outcome !== UNASKED)
  if (first === undefined || others.every((outcome) => outcome === first)) return true
  const [separator, ...finer] = separators
  if (separator === undefined) return false
  const parts = [first, ...others].map((outcome) => outcome.split(separator))
  const [length] = parts.map((part) => part.length)
  if (parts.some((part) => part.length !== length)) return false
  return parts[0]!.every((_, i) =>
    agree(
      parts.map((part) => part[i]!),
      finer,
    ),
  )
}

export function describe(value: unknown): Outcome {
  if (value instanceof Uint8Array) {
    const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength)
    return `${value.constructor.name}(${showPlain(bytes.toString('latin1'))})`
  }
  if (Array.isArray(value)) return `[${value.map(describe).join(', ')}]`
  if (value instanceof Error) return `throws ${errorName(value)}`
  return showPlain(value)
}

/** JSON in visible ASCII alone: nothing that a terminal would hide or turn into something else. */
export function showPlain(value: unknown): string {
  const json = JSON.stringify(value) ?? 'undefined'
  return json.replace(/[^ -~]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** What a call or its promise gave, or what it threw. */
export async function outcomeOf(call: () => unknown): Promise<Outcome> {
  try {
    return describe(await call())
  } catch (error) {
    return describe(error)
  }
}

/** Overwrites bytes that are ours: a database must neither keep what it was given nor hand out what it keeps. */
export function scribble(value: unknown): void {
  if (value instanceof Uint8Array) value.fill(0x2a)
  if (Array.isArray(value)) value.forEach(scribble)
}

/** Codes are what callers tell errors apart by; messages are each implementation's own. */
function errorName(error: Error): string {
  const { code } = error as NodeJS.ErrnoException
  return typeof code === 'string' ? code : error.name
}
