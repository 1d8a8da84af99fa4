import { invariant } from '../errors.ts'
import { type FilterData, FilterFill, loadInSteps } from './package-filter.ts'

/** Beyond this a key costs more filter than it could save in reads; it keeps k at 28 or less. */
export const MAX_FILTER_BITS_PER_KEY = 40

/** 256 MiB: lanes are 32 bits wide, and a filter must stay well below that to keep its rate. */
const MAX_FILTER_BITS = 2 ** 31

/**
 * The false positive rate of `bitsPerKey` bits and the best k: e^(-bits ln²2). The package turns it back into size and
 * k, both rounded up; a trillionth is taken off first, so that a rounding error does not add a bit to an exact size. 10
 * bits: 0.00819, k = 7.
 */
export function filterRate(bitsPerKey: number): number {
  return Math.exp(-bitsPerKey * Math.LN2 ** 2 * (1 - 1e-12))
}

/** Lanes of filters that are filled, for the next ones: of a table of half a million keys they would be 5 MiB of garbage. */
const spareLanes: Int32Array<ArrayBuffer>[] = []
const SPARE_LANES_MAX = 80

/** Collects the hashes of a table's keys; how large the filter must be is known only at the end. */
export class FilterBuilder {
  readonly #bitsPerKey: number
  /** Of KEYS_PER_STEP keys each: they never move, so that as they become more no memory is left behind. */
  readonly #lanes: Int32Array<ArrayBuffer>[] = []
  #last = new Int32Array(0)
  #keys = 0

  constructor(bitsPerKey: number) {
    invariant(bitsPerKey >= 0 && bitsPerKey <= MAX_FILTER_BITS_PER_KEY, 'filters take 0 to 40 bits per key')
    this.#bitsPerKey = bitsPerKey
  }

  /** How many bytes the filter will take for the keys so far. */
  get bytes(): number {
    return Math.ceil((this.#keys * this.#bitsPerKey) / 8)
  }

  /** Adds a key by the lanes of `hashInto`. */
  add(hash1: number, hash2: number): void {
    if (this.#bitsPerKey === 0) return
    const at = 2 * (this.#keys++ % KEYS_PER_STEP)
    if (at === 0) this.#lanes.push((this.#last = spareLanes.pop() ?? new Int32Array(2 * KEYS_PER_STEP)))
    this.#last[at] = hash1
    this.#last[at + 1] = hash2
  }

  /** The filter, all at once: see `fill`. */
  finish(): FilterData | undefined {
    const steps = this.fill()
    let step = steps.next()
    while (!step.done) step = steps.next()
    return step.value
  }

  /**
   * The filter; undefined where there is nothing to filter: no key, or no bits for them. Yields after every
   * KEYS_PER_STEP keys, because no key can be entered before all are counted, and millions of bits take their time.
   * REQUIRES that nothing is added afterwards: the lanes are given away.
   */
  *fill(): Generator<void, FilterData | undefined> {
    const keys = this.#keys
    if (keys === 0) return undefined
    yield* loadInSteps()
    const fill = new FilterFill(keys, filterRate(Math.min(this.#bitsPerKey, MAX_FILTER_BITS / keys)))
    let left = keys
    for (const lanes of this.#lanes) {
      if (left < keys) yield
      fill.add(lanes, Math.min(left, KEYS_PER_STEP))
      left -= KEYS_PER_STEP
      if (spareLanes.length < SPARE_LANES_MAX) spareLanes.push(lanes)
    }
    return fill.data
  }
}

/** At 3 million keys a second, 3 ms. */
const KEYS_PER_STEP = 8192
