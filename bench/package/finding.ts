/** What one check found. */
export interface Finding {
  readonly check: string
  readonly ok: boolean
  /** A figure, or what is wrong; empty where there is nothing to say. */
  readonly what: string
  readonly milliseconds?: number
}

/** The last lines of what a failed program said; nothing for one that did as it should. */
export function complaint({ ok, output }: { readonly ok: boolean; readonly output: string }): string {
  return ok ? '' : output.trim().split('\n').slice(-25).join('\n')
}

export function atMost(check: string, figure: number, limit: number, unit: string): Finding {
  return { check, ok: figure <= limit, what: `${figure} ${unit}, at most ${limit}` }
}
