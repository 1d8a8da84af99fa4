import { invariant } from '../errors.ts'
import type { TableEntry } from '../manifest/table-entry.ts'
import { hullOf, type KeyRange, mergedRanges, overlapped } from './key-range.ts'
import type { Choice, CompactionState } from './strategy.ts'

/** A place in the order of age: negative where `a` is newer than `b` in whatever keys both hold, 0 for the same run. */
function compareAge(a: Place, b: Place): number {
  return a.level - b.level || b.run - a.run
}

interface Place {
  readonly level: number
  readonly run: number
}

/**
 * Holds a strategy, which may be the user's own, to the rules that reads depend on; breaks an invariant where it does not keep them.
 * The tables named are there, not busy, and named once. A table that stays behind and overlaps one that leaves is on the same side of it
 * in age afterwards as before. Nothing that stays in the run of the output lies in the output's range. A drop leaves nothing older behind.
 */
export function validateChoice(state: CompactionState, choice: Choice): void {
  checkShape(choice)
  if (choice.kind === 'idle') return
  const { inputs, others } = divided(state, choice.tables)
  if (choice.kind === 'drop') {
    for (const [input, other] of overlappingPairs(inputs, others)) {
      invariant(compareAge(other, input) < 0, `a drop of table ${input.number} leaves the older table ${other.number}`)
    }
    return
  }
  invariant(
    isIndex(choice.level, 63) && isIndex(choice.run, 2 ** 48 - 1),
    'a choice names a level or run out of bounds',
  )
  const outputs: readonly KeyRange[] = choice.kind === 'move' ? inputs : [hullOf(inputs)]
  for (const [, other] of overlappingPairs(outputs, others)) {
    invariant(compareAge(other, choice) !== 0, `table ${other.number} is in the way of an output`)
  }
  for (const [input, other] of overlappingPairs(inputs, others)) {
    invariant(
      Math.sign(compareAge(other, input)) === Math.sign(compareAge(other, choice)),
      `tables ${input.number} and ${other.number} change their order of age`,
    )
  }
  if (choice.kind === 'merge') return
  invariant(mergedRanges(inputs).length === inputs.length, 'tables that are moved to one run overlap')
  const isThere = inputs.every((input) => compareAge(input, choice) === 0)
  invariant(!isThere, 'a move leaves its tables where they are, and would be chosen for ever')
}

/** Whether it is a choice at all: what a strategy that was written without types may have got wrong. */
function checkShape(choice: Choice): void {
  const isKnown = ['idle', 'move', 'merge', 'drop'].includes(choice?.kind)
  invariant(isKnown, 'pick answers with no choice: its kind is idle, move, merge or drop')
  if (choice.kind === 'idle') return
  invariant(Array.isArray(choice.tables), 'the tables of a choice are an array of table numbers')
  if (choice.kind !== 'merge') return
  invariant(choice.tableBytes > 0, 'outputs of a merge have a size')
  const { boundaries } = choice
  const isKeys = Array.isArray(boundaries) && boundaries.every((boundary) => boundary instanceof Uint8Array)
  invariant(isKeys, 'the boundaries of a merge are an array of keys as bytes')
}

/**
 * The user keys of which something older than the inputs stays behind, as ascending ranges that do not overlap: a tombstone for one of
 * them must be kept, or the older version would be seen again.
 */
export function olderRanges(state: CompactionState, choice: Choice): readonly KeyRange[] {
  if (choice.kind === 'idle') return []
  const { inputs, others } = divided(state, choice.tables)
  const older = new Set<TableEntry>()
  for (const [input, other] of overlappingPairs(inputs, others)) if (compareAge(input, other) < 0) older.add(other)
  return mergedRanges([...older])
}

/** The tables named, and what stays of each run. */
function divided(
  state: CompactionState,
  numbers: readonly number[],
): { inputs: TableEntry[]; others: readonly TableEntry[][] } {
  const named = new Set(numbers)
  const inputs: TableEntry[] = []
  const others: TableEntry[][] = []
  for (const level of state.levels) {
    for (const run of level.runs) {
      const rest: TableEntry[] = []
      for (const table of run.tables) (named.has(table.number) ? inputs : rest).push(table)
      others.push(rest)
    }
  }
  invariant(numbers.length > 0, 'a choice names no table')
  invariant(inputs.length === numbers.length, 'a choice names a table twice, or one that is not there')
  for (const table of inputs)
    invariant(!state.busy.has(table.number), `a choice names table ${table.number}, which is busy`)
  return { inputs, others }
}

/** Every pair of a range and a table of `others` (a list for each run) that overlap. */
function* overlappingPairs<Range extends KeyRange>(
  ranges: readonly Range[],
  others: readonly TableEntry[][],
): Generator<[Range, TableEntry]> {
  for (const rest of others)
    for (const range of ranges) for (const other of overlapped(rest, range)) yield [range, other]
}

function isIndex(value: number, most: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= most
}
