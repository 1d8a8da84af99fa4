import type { AsyncCommand } from 'fast-check'
import type { KeyRange } from '../kv-store/kv-store.ts'
import { type CommitHistory, type State, showValue } from './commit-history.ts'
import { checkAgreement } from './store-agreement.ts'
import { holds, type TextRange } from './store-arbitraries.ts'
import { type StoreSession, toBytes } from './store-session.ts'

/** A command for fast-check's `commands`: it acts on the store and notes in the model what that means. */
export type StoreCommand = AsyncCommand<CommitHistory, StoreSession>

/**
 * A command by what it does. After it, what the store holds must be what the model says, whichever way it is read. `label` is how a counterexample
 * shows it; where `isPossible` says no, nothing happens. Default: always.
 */
export function storeCommand(
  label: string,
  run: (history: CommitHistory, session: StoreSession) => Promise<void>,
  isPossible: (session: StoreSession) => boolean = () => true,
): StoreCommand {
  // What is kept open is known to the session alone, which fast-check does not show to `check`.
  return {
    check: () => true,
    async run(history, session) {
      if (!isPossible(session)) return
      await session.drive(run(history, session))
      await session.drive(checkAgreement(history, session))
    },
    toString: () => label,
  }
}

/** A range as a store takes it. */
export function toKeyRange(range: TextRange): KeyRange {
  const bounds: [string, unknown][] = Object.entries(range)
  return Object.fromEntries(
    bounds.map(([name, text]) => [name, text === undefined ? undefined : toBytes(String(text))]),
  )
}

/** The entries of a range, in order. */
export function entriesOf(state: State, range: TextRange, reverse = false): [string, string][] {
  const entries = [...state].filter(([key]) => holds(range, key)).sort(([a], [b]) => (a < b ? -1 : 1))
  return reverse ? entries.reverse() : entries
}

export function expectEntries(
  what: string,
  actual: readonly (readonly [string, string])[],
  expected: readonly (readonly [string, string])[],
): void {
  const same =
    actual.length === expected.length && actual.every(([k, v], i) => k === expected[i]![0] && v === expected[i]![1])
  if (same) return
  throw new Error(`${what}: read ${showEntries(actual)}, expected ${showEntries(expected)}`)
}

/** What was read must be what one of the states that were visible says. */
export function expectOneOf<T>(what: string, actual: T, states: readonly State[], answer: (state: State) => T): void {
  const read = JSON.stringify(actual) ?? 'none'
  const answers = states.map((state) => JSON.stringify(answer(state)) ?? 'none')
  if (!answers.includes(read)) throw new Error(`${what}: read ${read}, expected ${[...new Set(answers)].join(' or ')}`)
}

function showEntries(entries: readonly (readonly [string, string])[]): string {
  return `[${entries.map(([key, value]) => `${JSON.stringify(key)}: ${showValue(value)}`).join(', ')}]`
}
