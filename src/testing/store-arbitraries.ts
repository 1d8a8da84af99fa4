import type fc from 'fast-check'
import type { Arbitrary } from 'fast-check'
import type { Durability } from '../kv-store/kv-store.ts'
import type { Operation } from './commit-history.ts'

/** The caller's own fast-check, version 4: this package brings none. */
export type FastCheck = typeof fc

/** Few keys, so that commands meet on them, and their neighbours: successors, prefixes, the empty key, runs of 0xff. */
const KEYS: readonly string[] = ['a', 'ab', 'b', 'ba', 'm', 'z']
const NEIGHBOURS: readonly string[] = [
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

/** Options of the arbitraries of a store; sizes are bytes. */
export interface StoreArbitrariesOptions {
  /** Keys that most operations are on. Default: six. One character for each byte, as everywhere here. */
  readonly keys?: readonly string[]
  /** Keys that are used more rarely. Default: twelve that lie next to the default keys, and the empty one. */
  readonly rareKeys?: readonly string[]
  /** Values are about as long as this, its neighbours, nothing, and three times as much. Default: 64, the smallest block. */
  readonly blockBytes?: number
  /** The most operations of a batch. Default: 6. */
  readonly maxBatch?: number
}

/** A range as text. */
export interface TextRange {
  readonly gt?: string | undefined
  readonly gte?: string | undefined
  readonly lt?: string | undefined
  readonly lte?: string | undefined
  readonly prefix?: string | undefined
}

/** The options of one scan that a command makes. */
export interface ScanCase {
  readonly range: TextRange
  readonly reverse: boolean
  readonly limit: number | undefined
}

/** One write of a batch, as the model keeps it. */
export interface Write {
  readonly batch: readonly Operation[]
  /** Undefined: the store's own. */
  readonly durability: Durability | undefined
}

/** What commands are made of. Keys and values are strings with one character for each byte. */
export interface StoreArbitraries {
  /** All keys that `key` makes. */
  readonly keys: readonly string[]
  readonly key: Arbitrary<string>
  readonly value: Arbitrary<string>
  readonly durability: Arbitrary<Durability | undefined>
  readonly operation: Arbitrary<Operation>
  /** Mostly single operations, sometimes several; none, too. */
  readonly batch: Arbitrary<Operation[]>
  readonly write: Arbitrary<Write>
  readonly range: Arbitrary<TextRange>
  readonly scan: Arbitrary<ScanCase>
}

/** Keys that meet, values around the size of a block, batches, ranges of every form. */
export function storeArbitraries(fc: FastCheck, options: StoreArbitrariesOptions = {}): StoreArbitraries {
  const {
    keys = KEYS,
    rareKeys = options.keys === undefined ? NEIGHBOURS : [],
    blockBytes = 64,
    maxBatch = 6,
  } = options
  const common = { arbitrary: fc.constantFrom(...keys), weight: 3 }
  const key = rareKeys.length === 0 ? common.arbitrary : fc.oneof(common, fc.constantFrom(...rareKeys))
  const lengths = fc.constantFrom(1, 0, blockBytes - 1, blockBytes, blockBytes + 1, 3 * blockBytes)
  const value = fc
    .tuple(lengths, fc.integer({ min: 33, max: 126 }))
    .map(([length, character]) => String.fromCharCode(character).repeat(length))
  const durability = fc.constantFrom('none', 'process', 'power', undefined)
  const operation = fc.record({ key, value: fc.option(value, { nil: undefined, freq: 3 }) })
  const batch = fc.oneof(
    { arbitrary: operation.map((only) => [only]), weight: 3 },
    { arbitrary: fc.array(operation, { maxLength: maxBatch }), weight: 1 },
  )
  const range = aRange(fc, key)
  const limit = fc.option(fc.integer({ min: 0, max: 5 }), { nil: undefined })
  const scan = fc.record({ range, reverse: fc.boolean(), limit })
  const write = fc.record({ batch, durability })
  return { keys: [...keys, ...rareKeys], key, value, durability, operation, batch, write, range, scan }
}

function aRange(fc: FastCheck, key: Arbitrary<string>): Arbitrary<TextRange> {
  const bound = fc.option(key, { nil: undefined, freq: 2 })
  const rare = fc.option(key, { nil: undefined, freq: 1 })
  return fc.oneof(
    fc.constant({}),
    fc.record({ gte: bound, lt: bound }),
    fc.record({ gt: bound, lte: bound }),
    fc.record({ prefix: key }),
    fc.record({ gt: rare, gte: rare, lt: rare, lte: rare, prefix: rare }),
  )
}

/** What a range means, said once more in another way than the engines do. */
export function holds(range: TextRange, key: string): boolean {
  const { gt, gte, lt, lte, prefix } = range
  if (gte !== undefined ? key < gte : gt !== undefined && key <= gt) return false
  if (lte !== undefined ? key > lte : lt !== undefined && key >= lt) return false
  return prefix === undefined || key.startsWith(prefix)
}
