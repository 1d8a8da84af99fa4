/** One hot part: `run` does so many operations, in about a millisecond. */
export interface Part {
  readonly name: string
  readonly operations: number
  readonly run: () => unknown
  /** Whether `run` returns a promise. */
  readonly isAsync?: boolean
}

/**
 * Parts that share what they run on. Each group is measured in a process of its own, which keeps its code's types
 * apart.
 */
export interface Group {
  readonly parts: readonly Part[]
  close?(): Promise<void>
}

export const KEY_BYTES = 16
export const VALUE: Uint8Array = new Uint8Array(100).fill(7)

/** So many random keys, the same in every run. */
export function randomKeys(count: number, seed = 1): Uint8Array[] {
  let state = seed
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    return state >>> 24
  }
  return Array.from({ length: count }, () => Uint8Array.from({ length: KEY_BYTES }, next))
}

export function sortedKeys(count: number): Uint8Array[] {
  return randomKeys(count).sort(Buffer.compare)
}

/** Goes round the values for ever, in steps that meet each once when there is no common divisor. */
export function roundRobin<T>(values: readonly T[], step = 104_729): () => T {
  let at = 0
  return () => {
    at = (at + step) % values.length
    return values[at]!
  }
}
