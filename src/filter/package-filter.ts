import { createRequire } from 'node:module'
import { invariant } from '../errors.ts'
import { filterIndexes } from './filter-indexes.ts'

/** What is used of the package bloom-filters 3.0.4, which is pinned: it has no name for its fields but these. */
interface PackageFilter {
  readonly _size: number
  readonly _nbHashes: number
  readonly _filter: { readonly array: Uint8Array }
  _hashing: object
  add(element: string): void
}

interface BloomPackage {
  readonly create: (items: number, rate: number) => PackageFilter
  /** A subclass of the package's Hashing that takes its indexes from lanes hashed elsewhere. */
  readonly LaneHashing: new () => { hash1: number; hash2: number }
}

let loaded: BloomPackage | undefined

/**
 * Loads the package with the first filter: these files take 20 ms, the whole package 60 ms, and a store without filters
 * needs neither. A step for each of the three that bring most of what the others need.
 */
export function* loadInSteps(): Generator<void, void> {
  if (loaded !== undefined) return
  const require = createRequire(import.meta.url)
  require('bloom-filters/dist/hashing/hashing.js')
  yield
  require('bloom-filters/dist/base-filter.js')
  yield
  bloomPackage()
  yield
}

function bloomPackage(): BloomPackage {
  if (loaded !== undefined) return loaded
  const require = createRequire(import.meta.url)
  const { default: BloomFilter } = require('bloom-filters/dist/bloom/bloom-filter.js')
  const { default: Hashing } = require('bloom-filters/dist/hashing/hashing.js') as { default: new () => object }
  class LaneHashing extends Hashing {
    hash1 = 0
    hash2 = 0
    readonly #indexes: number[] = []

    /** The package's own would hash the element twice, slowly, and make an array for each. */
    getIndexes(_element: string, size: number, hashes: number): number[] {
      filterIndexes(this.#indexes, this.hash1, this.hash2, size, hashes)
      return this.#indexes
    }
  }
  loaded = { create: (items, rate) => BloomFilter.create(items, rate), LaneHashing }
  return loaded
}

/** The bits of a filter, and what is needed to probe them. */
export interface FilterData {
  /** Bit i is bit (i mod 8, least significant first) of byte floor(i / 8). */
  readonly bits: Uint8Array
  /** m: how many bits there are. */
  readonly size: number
  /** k: how many bits each key sets. */
  readonly hashes: number
}

/** A bloom filter of the package, which takes keys by the lanes of their hashes. */
export class FilterFill {
  readonly #filter: PackageFilter
  readonly #hashing: { hash1: number; hash2: number }

  /** The package sizes it for so many keys, at least one. */
  constructor(keys: number, rate: number) {
    const { create, LaneHashing } = bloomPackage()
    const hashing = new LaneHashing()
    this.#filter = create(keys, rate)
    this.#filter._hashing = hashing
    this.#hashing = hashing
  }

  /** Adds the first `keys` keys whose lanes lie, two for each, in `lanes`. */
  add(lanes: Int32Array, keys: number): void {
    const filter = this.#filter
    const hashing = this.#hashing
    for (let at = 0; at < 2 * keys; at += 2) {
      hashing.hash1 = lanes[at]!
      hashing.hash2 = lanes[at + 1]!
      filter.add('')
    }
  }

  /** The filter's own bits, not a copy. */
  get data(): FilterData {
    const { _filter, _size, _nbHashes } = this.#filter
    invariant(_filter.array.length === Math.ceil(_size / 8), 'the package bloom-filters holds its bits in bytes')
    return { bits: _filter.array, size: _size, hashes: _nbHashes }
  }
}
