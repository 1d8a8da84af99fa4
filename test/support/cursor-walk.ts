import fc from 'fast-check'
import { expect } from 'vitest'
import type { EntryCursor } from '../../src/iterator/entry-cursor.ts'
import { compareModelEntries, type ModelEntry } from './model-entry.ts'

/** One call on a cursor. */
export type Move =
  | { readonly call: 'seekToFirst' | 'seekToLast' | 'next' | 'previous' }
  | { readonly call: 'seek'; readonly key: Uint8Array; readonly sequence: number }
  | { readonly call: 'seekBefore'; readonly key: Uint8Array }

/** Walks of all moves, steps more often than seeks. */
export function walks(key: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Move[]> {
  const step = fc.constantFrom<Move>({ call: 'next' }, { call: 'previous' })
  const end = fc.constantFrom<Move>({ call: 'seekToFirst' }, { call: 'seekToLast' })
  const seek = fc.record({ call: fc.constant('seek' as const), key, sequence: fc.nat(22) })
  const seekBefore = fc.record({ call: fc.constant('seekBefore' as const), key })
  return fc.array(fc.oneof({ arbitrary: step, weight: 6 }, end, seek, seekBefore), { maxLength: 40, size: 'max' })
}

/** The cursor's entry, copied; undefined where it has none. */
export function currentEntry(cursor: EntryCursor): ModelEntry | undefined {
  if (!cursor.valid) return undefined
  const { key, keyStart, keyEnd, sequence, kind, value, valueStart, valueEnd } = cursor
  return { key: key.slice(keyStart, keyEnd), sequence, kind, value: value.slice(valueStart, valueEnd) }
}

/** Where a move leads among `sorted` entries; a step from `undefined` stays there. */
function moved(sorted: readonly ModelEntry[], from: ModelEntry | undefined, move: Move): ModelEntry | undefined {
  switch (move.call) {
    case 'seekToFirst':
      return sorted[0]
    case 'seekToLast':
      return sorted.at(-1)
    case 'next':
      return from && sorted[sorted.indexOf(from) + 1]
    case 'previous':
      return from && sorted[sorted.indexOf(from) - 1]
    case 'seek': {
      const target = { key: move.key, sequence: move.sequence, kind: 0, value: move.key }
      return sorted.find((entry) => compareModelEntries(entry, target) >= 0)
    }
    case 'seekBefore':
      return sorted.findLast((entry) => Buffer.compare(entry.key, move.key) < 0)
  }
}

function apply(cursor: EntryCursor, move: Move): void {
  if (move.call === 'seek') cursor.seek(move.key, 0, move.key.length, move.sequence)
  else if (move.call === 'seekBefore') cursor.seekBefore(move.key, 0, move.key.length)
  else if (move.call === 'seekToFirst' || move.call === 'seekToLast' || cursor.valid) cursor[move.call]()
}

/** Makes the moves on the cursor and on the entries; `between` may add to the entries before each move. */
export function expectSameWalk(
  cursor: EntryCursor,
  entries: readonly ModelEntry[],
  moves: readonly Move[],
  between: () => readonly ModelEntry[] = () => [],
): void {
  const sorted = [...entries].sort(compareModelEntries)
  let expected: ModelEntry | undefined
  for (const move of moves) {
    const added = between()
    if (added.length > 0) {
      sorted.push(...added)
      sorted.sort(compareModelEntries)
    }
    apply(cursor, move)
    expected = moved(sorted, expected, move)
    expect(currentEntry(cursor)).toEqual(expected)
  }
}
