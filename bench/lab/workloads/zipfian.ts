import type { SeededRandom } from '../random.ts'

/** How skewed YCSB and the literature take a Zipfian distribution to be. */
export const ZIPFIAN_THETA = 0.99

/** Terms that are added one by one; behind them the sum is as smooth as its integral. */
const EXACT_TERMS = 10_000

/** The sum of 1 / i^theta for i from 1 to n: one by one at first, the rest by Euler and Maclaurin, good to 1e-12. */
export function zeta(n: number, theta: number): number {
  const exact = Math.min(n, EXACT_TERMS)
  let sum = 0
  for (let i = 1; i <= exact; i++) sum += i ** -theta
  if (exact === n) return sum
  const power = 1 - theta
  const integral = (n ** power - exact ** power) / power
  const ends = (n ** -theta - exact ** -theta) / 2
  const slopes = (-theta * (n ** (-theta - 1) - exact ** (-theta - 1))) / 12
  return sum + integral + ends + slopes
}

/**
 * Ranks from 0 to `items - 1`, of which rank r comes up in proportion to 1 / (r + 1)^theta. The method is that of J. Gray, P. Sundaresan,
 * S. Englert, K. Baclawski and P. J. Weinberger, "Quickly Generating Billion-Record Synthetic Databases", SIGMOD 1994, which YCSB uses too
 * (B. F. Cooper et al., "Benchmarking Cloud Serving Systems with YCSB", SoCC 2010). The constant is computed for the true number of items:
 * YCSB pairs the one of 10^10 items with 10^16 of them.
 */
export class Zipfian {
  readonly items: number
  readonly #random: SeededRandom
  readonly #zetaN: number
  readonly #alpha: number
  readonly #eta: number
  readonly #second: number

  constructor(items: number, random: SeededRandom, theta: number = ZIPFIAN_THETA) {
    this.items = items
    this.#random = random
    this.#zetaN = zeta(items, theta)
    this.#alpha = 1 / (1 - theta)
    this.#second = 1 + 0.5 ** theta
    this.#eta = (1 - (2 / items) ** (1 - theta)) / (1 - zeta(2, theta) / this.#zetaN)
  }

  next(): number {
    const u = this.#random.float()
    const scaled = u * this.#zetaN
    if (scaled < 1) return 0
    if (scaled < this.#second) return Math.min(1, this.items - 1)
    const rank = Math.floor(this.items * (this.#eta * u - this.#eta + 1) ** this.#alpha)
    return Math.min(rank, this.items - 1)
  }
}
