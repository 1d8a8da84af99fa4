import { expect } from 'vitest'
import type { CompactionSimulator } from '../../bench/simulator/compaction-simulator.ts'
import { keyNumber } from '../../bench/simulator/simulated-entries.ts'
import type { Choice, CompactionState, TableEntry } from '../../src/compaction/strategy.ts'

/** Keys of the histories are below this. */
export const KEYS = 60

/** The tables that hold keys around `key`, newest first. */
function tablesAt(state: CompactionState, key: number): TableEntry[] {
  const runs = state.levels.flatMap((level) => level.runs)
  return runs.flatMap((run) =>
    run.tables.filter((table) => keyNumber(table.smallest) <= key && key <= keyNumber(table.largest)),
  )
}

/** What a choice may name, told key by key and without the engine's own rules: proofs (i), (ii) and (iv). */
export function proveChoice(state: CompactionState, choice: Choice): void {
  if (choice.kind === 'idle') return
  const named = new Set(choice.tables)
  for (const number of named) expect(state.busy.has(number), `busy table ${number}`).toBe(false)
  for (let key = 0; key <= KEYS; key++) {
    const isNamed = tablesAt(state, key).map((table) => named.has(table.number))
    const first = isNamed.indexOf(true)
    const last = isNamed.lastIndexOf(true)
    if (choice.kind === 'merge') {
      expect(isNamed.slice(Math.max(first, 0), last + 1), `merged out of order of age at ${key}`).not.toContain(false)
    } else if (choice.kind === 'drop' && first >= 0) {
      expect(isNamed.slice(first), `dropped before something older at ${key}`).not.toContain(false)
    }
  }
  if (choice.kind === 'drop') proveOldestRuns(state, named)
}

/** A drop takes whole runs, and none that is newer than one which stays. */
function proveOldestRuns(state: CompactionState, named: ReadonlySet<number>): void {
  const runs = state.levels.flatMap((level) => level.runs)
  const gone = runs.map((run) => run.tables.filter((table) => named.has(table.number)).length)
  const oldestThatStays = gone.lastIndexOf(0)
  runs.forEach((run, i) => {
    expect(gone[i], `run ${run.number}`).toBe(i <= oldestThatStays ? 0 : run.tables.length)
  })
}

/** Proof (iii): a key that was deleted stays so, and an overwritten value is not seen again; `mayBeGone` where runs were dropped. */
export function proveReads(
  simulator: CompactionSimulator,
  model: ReadonlyMap<number, number>,
  mayBeGone: boolean,
): void {
  for (const [key, written] of model) {
    const found = simulator.read(key)
    if (found === undefined && mayBeGone) continue
    expect(found, `key ${key}`).toBe(written > 0 ? written : undefined)
  }
}
