import { seededNumbers } from './seeded-numbers.ts'

/** Choices that follow from a seed alone. Seeds that lie side by side give streams that have nothing in common. */
export class Dice {
  readonly #next: () => number

  constructor(seed: number) {
    this.#next = seededNumbers(scattered(seed))
  }

  /** From 0 to `count` - 1. */
  below(count: number): number {
    return Math.floor((this.#next() / 2 ** 32) * count)
  }

  /** True once in `times`. */
  oneIn(times: number): boolean {
    return this.below(times) === 0
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!
  }

  /** 1, seldom 2, ever more seldom more. */
  few(): number {
    let count = 1
    while (count < 5 && this.oneIn(3)) count++
    return count
  }
}

function scattered(seed: number): number {
  let mixed = Math.imul((seed + 1) ^ Math.floor(seed / 2 ** 32), 0x9e3779b1)
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return mixed ^ (mixed >>> 16)
}
