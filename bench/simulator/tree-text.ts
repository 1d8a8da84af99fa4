import type { Choice, CompactionState, TableEntry } from '../../src/compaction/strategy.ts'
import { type CompactionSimulator, ENTRY_BYTES } from './compaction-simulator.ts'
import { LETTER_KEYS } from './script.ts'
import { keyNumber } from './simulated-entries.ts'

const TABLES_SHOWN = 6

/** How keys are written. */
export type NameKey = (key: Uint8Array) => string

export function numberName(key: Uint8Array): string {
  return String(keyNumber(key))
}

/** The letter that a key begins with. */
export function letterName(key: Uint8Array): string {
  return String.fromCharCode('a'.charCodeAt(0) + Math.floor(keyNumber(key) / LETTER_KEYS))
}

/** Every run on a line of its own, newest first: `L1.7: a-f@10 g-m@5` are two tables, of 10 and 5 entries. */
export function treeText(state: CompactionState, name: NameKey): string[] {
  return state.levels.flatMap((level, i) =>
    level.runs.map(({ number, tables }) => `L${i}.${number}: ${tablesText(tables, name)}`),
  )
}

/** A choice as a line: `merge a-f@10 c-d@4 -> L2.0`. */
export function choiceText(state: CompactionState, choice: Choice, name: NameKey): string {
  if (choice.kind === 'idle') return 'idle'
  const named = new Set(choice.tables)
  const runs = state.levels.flatMap((level) => level.runs)
  const tables = runs.flatMap((run) => run.tables).filter((table) => named.has(table.number))
  const target = choice.kind === 'drop' ? '' : ` -> L${choice.level}.${choice.run}`
  return `${choice.kind} ${tablesText(tables, name)}${target}`
}

/** What it cost: flushed and merged over flushed bytes, stored over live entries, and the runs that a read may have to ask. */
export function costText(simulator: CompactionSimulator): string {
  const { flushes, merges, moves, droppedBytes } = simulator
  const dropped = droppedBytes === 0 ? '' : `, ${droppedBytes / ENTRY_BYTES} entries dropped`
  const write = simulator.writeAmplification.toFixed(2)
  const space = simulator.spaceAmplification.toFixed(2)
  return `write ${write}, space ${space}, read ${simulator.runs} (${flushes} flushes, ${merges} merges, ${moves} moves${dropped})`
}

function tablesText(tables: readonly TableEntry[], name: NameKey): string {
  const shown = tables.slice(0, TABLES_SHOWN).map(({ smallest, largest, entries }) => {
    return `${name(smallest)}-${name(largest)}@${entries}`
  })
  const hidden = tables.slice(TABLES_SHOWN)
  if (hidden.length === 0) return shown.join(' ')
  const entries = hidden.reduce((sum, table) => sum + table.entries, 0)
  return `${shown.join(' ')} and ${hidden.length} more@${entries}`
}
