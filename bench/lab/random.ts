/** Numbers that are the same for the same seed, on every machine: sfc32 (Doty-Humphrey), 128 bits of state. */
export class SeededRandom {
  #a: number
  #b: number
  #c: number
  #counter = 1

  constructor(seed: number) {
    this.#a = seed | 0
    this.#b = 0x9e3779b9 | 0
    this.#c = 0x243f6a88 | 0
    for (let i = 0; i < 16; i++) this.uint32()
  }

  uint32(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0
    this.#counter = (this.#counter + 1) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum
    return sum >>> 0
  }

  /** At least 0, less than 1, in steps of 2^-53. */
  float(): number {
    return ((this.uint32() >>> 5) * 2 ** 26 + (this.uint32() >>> 6)) / 2 ** 53
  }

  /** A whole number of at least 0, less than `bound`, which may be up to 2^53. */
  below(bound: number): number {
    return Math.floor(this.float() * bound)
  }

  /** From a normal distribution of mean 0 and deviation 1, by Box and Muller. */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.float())) * Math.cos(2 * Math.PI * this.float())
  }

  /** How often a coin that falls on its face with this probability must be thrown for the first one. */
  geometric(probability: number): number {
    return 1 + Math.floor(Math.log(1 - this.float()) / Math.log(1 - probability))
  }
}

/** A bijection of 32 bits that leaves no order. */
export function scattered(number: number): number {
  let word = Math.imul(number ^ (number >>> 16), 0x7feb352d)
  word = Math.imul(word ^ (word >>> 15), 0x846ca68b)
  return (word ^ (word >>> 16)) >>> 0
}
