import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compareBytes } from '../../src/bytes/compare.ts'
import { separator } from '../../src/table/separator.ts'

const separate = (left: number[], right: number[]): number[] => [
  ...separator(Uint8Array.from(left), left.length, Uint8Array.from([7, ...right, 7]), 1, 1 + right.length),
]

describe('separator', () => {
  test('is the shortest key from left to before right', () => {
    expect(separate([1, 2, 3], [1, 5, 9])).toEqual([1, 5])
    expect(separate([1, 2, 3], [1, 5])).toEqual([1, 3])
    expect(separate([1, 2, 3, 4], [1, 3])).toEqual([1, 2, 4])
    expect(separate([1, 2, 255, 255, 4, 4], [1, 3])).toEqual([1, 2, 255, 255, 5])
    expect(separate([1, 2, 255, 4], [1, 3])).toEqual([1, 2, 255, 4])
    expect(separate([], [0])).toEqual([])
    expect(separate([1], [1, 0])).toEqual([1])
  })

  test('lies between any two keys, and no shorter key does', () => {
    const key = fc.uint8Array({ maxLength: 4, max: 3 }).map((bytes) => bytes.map((byte) => [0, 1, 2, 255][byte]!))
    fc.assert(
      fc.property(key, key, (a, b) => {
        const order = compareBytes(a, b)
        if (order === 0) return
        const [left, right] = order < 0 ? [a, b] : [b, a]
        const found = separator(left, left.length, right, 0, right.length)
        expect(compareBytes(left, found)).toBeLessThanOrEqual(0)
        expect(compareBytes(found, right)).toBeLessThan(0)
        for (let length = 0; length < found.length; length++) {
          const shorter = right.slice(0, length)
          expect(compareBytes(left, shorter) <= 0 && compareBytes(shorter, right) < 0).toBe(false)
          const above = found.slice(0, length)
          if (length > 0) above[length - 1]!++
          expect(compareBytes(left, above) <= 0 && compareBytes(above, right) < 0).toBe(false)
        }
      }),
      { numRuns: 2000 },
    )
  })
})
