import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compareBytes } from '../../src/bytes/compare.ts'
import { contains, isEmpty, toBounds, UNBOUNDED } from '../../src/kv-store/range.ts'

/** All keys of up to two bytes over a small alphabet that has both ends of the byte. */
const ALPHABET = [0x00, 0x01, 0x61, 0xfe, 0xff]
const ALL_KEYS: Uint8Array[] = [
  Uint8Array.of(),
  ...ALPHABET.map((a) => Uint8Array.of(a)),
  ...ALPHABET.flatMap((a) => ALPHABET.map((b) => Uint8Array.of(a, b))),
]

const aBound = fc.option(fc.constantFrom(...ALL_KEYS), { nil: undefined })
const aRange = fc.record({ gt: aBound, gte: aBound, lt: aBound, lte: aBound, prefix: aBound }, { requiredKeys: [] })

function startsWith(key: Uint8Array, prefix: Uint8Array): boolean {
  return compareBytes(key.slice(0, prefix.length), prefix) === 0
}

describe('a range', () => {
  test('in its normal form holds the same keys as its options say', () => {
    const property = fc.property(aRange, (range) => {
      const bounds = toBounds(range)
      const expected = ALL_KEYS.filter((key) => {
        if (range.gte !== undefined && compareBytes(key, range.gte) < 0) return false
        if (range.gte === undefined && range.gt !== undefined && compareBytes(key, range.gt) <= 0) return false
        if (range.lte !== undefined && compareBytes(key, range.lte) > 0) return false
        if (range.lte === undefined && range.lt !== undefined && compareBytes(key, range.lt) >= 0) return false
        return range.prefix === undefined || startsWith(key, range.prefix)
      })
      expect(ALL_KEYS.filter((key) => contains(bounds, key))).toEqual(expected)
      if (isEmpty(bounds)) expect(expected).toEqual([])
    })
    fc.assert(property, { numRuns: 3000 })
  })

  test('that is inverted is empty', () => {
    expect(isEmpty(toBounds({ gte: 'b', lt: 'a' }))).toBe(true)
    expect(isEmpty(toBounds({ gt: 'a', lt: 'a\0' }))).toBe(true)
    expect(isEmpty(toBounds({ lt: '' }))).toBe(true)
    expect(isEmpty(toBounds({ prefix: 'a', gte: 'b' }))).toBe(true)
    expect(isEmpty(toBounds({ gte: 'a', lte: 'a' }))).toBe(false)
    expect(isEmpty(toBounds({ lte: '' }))).toBe(false)
  })

  test('without bounds is unbounded', () => {
    for (const range of [undefined, {}, { gt: undefined, prefix: undefined }]) expect(toBounds(range)).toBe(UNBOUNDED)
  })

  test('owns its bytes and leaves those of the caller as they are', () => {
    const given = Buffer.from([1, 2])
    const bounds = [
      toBounds({ prefix: given }),
      toBounds({ gte: given, lt: given }),
      toBounds({ gt: given, lte: given }),
    ]
    expect([...given]).toEqual([1, 2])
    given.fill(9)
    const seen = bounds.map(({ lower, upper }) => [[...lower!], [...upper!]])
    expect(seen).toEqual([
      [
        [1, 2],
        [1, 3],
      ],
      [
        [1, 2],
        [1, 2],
      ],
      [
        [1, 2, 0],
        [1, 2, 0],
      ],
    ])
  })

  test('refuses what cannot be a bound, by its name', () => {
    for (const name of ['gt', 'gte', 'lt', 'lte', 'prefix']) {
      for (const bad of [null, 7, '\ud800', new Uint8Array(70_000)]) {
        expect(() => toBounds({ [name]: bad })).toThrow(new RegExp(`^${name} `))
      }
    }
    expect(() => toBounds({ start: 'a' } as never)).toThrow("range has no option 'start'; there are gt, gte")
    expect(() => toBounds(JSON.parse('{"__proto__":{"gt":"a"}}'))).toThrow("no option '__proto__'")
    expect(() => toBounds({ 'my secret key': 1 } as never)).toThrow(/no option;/)
  })
})
