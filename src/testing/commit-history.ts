import { CallHistory } from './call-history.ts'

/** What a store holds. Keys and values are strings with one character for each byte, whose order is that of the bytes. */
export type State = ReadonlyMap<string, string>

/** One operation of a batch. */
export interface Operation {
  readonly key: string
  /** Undefined: a delete. */
  readonly value: string | undefined
}

/** The model of a key-value store: each call is a batch. */
export class CommitHistory extends CallHistory<State, readonly Operation[]> {
  constructor() {
    super({ initial: new Map(), apply: stateAfter, isSame: sameState, show })
  }
}

function stateAfter(state: State, operations: readonly Operation[]): State {
  const next = new Map(state)
  for (const { key, value } of operations) {
    if (value === undefined) next.delete(key)
    else next.set(key, value)
  }
  return next
}

/** Whether two stores hold the same. */
export function sameState(a: State, b: State): boolean {
  return a.size === b.size && [...a].every(([key, value]) => b.get(key) === value)
}

/** A state as text, values by their first byte and length: a counterexample must fit a screen. */
export function show(state: State): string {
  const entries = [...state].sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([key, value]) => `${JSON.stringify(key)}: ${showValue(value)}`).join(', ')}}`
}

export function showValue(value: string | undefined): string {
  return value === undefined ? 'none' : `${JSON.stringify(value.slice(0, 1))}x${value.length}`
}
