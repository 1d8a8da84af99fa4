import fc from 'fast-check'
import type { Durability } from '../../src/kv-store/kv-store.ts'
import type { Operation } from './commit-history.ts'

/** Few keys, so that commands meet on them, and their neighbours: successors, prefixes, the empty key, runs of 0xff. */
const KEYS = ['a', 'ab', 'b', 'ba', 'm', 'z']
const NEIGHBOURS = [
  '',
  '\0',
  'a\0',
  'ab\0',
  'aba',
  'a\xff',
  'b\0',
  '\x80',
  '\xff',
  '\xff\0',
  '\xff\xff',
  '\xff\xff\xff',
]

/** A block of the stores under test. */
const BLOCK_BYTES = 64

export const ALL_KEYS: readonly string[] = [...KEYS, ...NEIGHBOURS]

export const aKey: fc.Arbitrary<string> = fc.oneof(
  { arbitrary: fc.constantFrom(...KEYS), weight: 3 },
  { arbitrary: fc.constantFrom(...NEIGHBOURS), weight: 1 },
)

const aValue: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom(1, 0, BLOCK_BYTES - 1, BLOCK_BYTES, BLOCK_BYTES + 1, 3 * BLOCK_BYTES),
    fc.integer({ min: 33, max: 126 }),
  )
  .map(([length, character]) => String.fromCharCode(character).repeat(length))

export const aDurability: fc.Arbitrary<Durability | undefined> = fc.constantFrom('none', 'process', 'power', undefined)

const anOperation: fc.Arbitrary<Operation> = fc.record({
  key: aKey,
  value: fc.option(aValue, { nil: undefined, freq: 3 }),
})

/** Mostly single operations, sometimes a batch; an empty one too. */
export const operations: fc.Arbitrary<Operation[]> = fc.oneof(
  { arbitrary: anOperation.map((operation) => [operation]), weight: 3 },
  { arbitrary: fc.array(anOperation, { maxLength: 6 }), weight: 1 },
)

/** A range as text. */
export interface TextRange {
  readonly gt?: string | undefined
  readonly gte?: string | undefined
  readonly lt?: string | undefined
  readonly lte?: string | undefined
  readonly prefix?: string | undefined
}

const aBound: fc.Arbitrary<string | undefined> = fc.option(aKey, { nil: undefined, freq: 2 })
const aRareBound: fc.Arbitrary<string | undefined> = fc.option(aKey, { nil: undefined, freq: 1 })

export const aRange: fc.Arbitrary<TextRange> = fc.oneof(
  fc.constant({}),
  fc.record({ gte: aBound, lt: aBound }),
  fc.record({ gt: aBound, lte: aBound }),
  fc.record({ prefix: aKey }),
  fc.record({ gt: aRareBound, gte: aRareBound, lt: aRareBound, lte: aRareBound, prefix: aRareBound }),
)

/** What a range means, said once more in another way than the engines do. */
export function holds(range: TextRange, key: string): boolean {
  const { gt, gte, lt, lte, prefix } = range
  if (gte !== undefined ? key < gte : gt !== undefined && key <= gt) return false
  if (lte !== undefined ? key > lte : lt !== undefined && key >= lt) return false
  return prefix === undefined || key.startsWith(prefix)
}
