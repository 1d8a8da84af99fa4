import { createRequire } from 'node:module'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hashInto } from '../../src/bytes/hash.ts'
import { VarveError } from '../../src/errors.ts'
import { encodeFilter, Filter } from '../../src/filter/filter.ts'
import { FilterBuilder, filterRate } from '../../src/filter/filter-builder.ts'
import { filterIndexes, remainder } from '../../src/filter/filter-indexes.ts'

const require = createRequire(import.meta.url)
const { default: BloomFilter } = require('bloom-filters/dist/bloom/bloom-filter.js')
const { default: Hashing } = require('bloom-filters/dist/hashing/hashing.js')

const target = { hash1: 0, hash2: 0 }
const number = new Uint8Array(8)

function hashNumber(value: number): { hash1: number; hash2: number } {
  for (let i = 0; i < 4; i++) number[i] = value >>> (8 * i)
  hashInto(target, number, 0, 8)
  return target
}

function build(keys: number, bitsPerKey: number): FilterBuilder {
  const builder = new FilterBuilder(bitsPerKey)
  for (let i = 0; i < keys; i++) {
    const { hash1, hash2 } = hashNumber(i)
    builder.add(hash1, hash2)
  }
  return builder
}

function decode(section: Uint8Array): Filter {
  return Filter.decode(section, 0, section.length)!
}

describe('filter', () => {
  test('bits per key become exactly that size, and the best number of hashes', () => {
    expect(filterRate(10)).toBeCloseTo(0.00819, 5)
    for (const [bits, hashes] of [
      [1, 1],
      [4, 3],
      [8, 6],
      [10, 7],
      [16, 12],
      [20, 14],
    ] as const) {
      for (const keys of [1, 7, 1000]) {
        expect(build(keys, bits).finish()).toMatchObject({ size: keys * bits, hashes })
      }
    }
  })

  test('the remainder is that of a division, next to every multiple, too', () => {
    const u32 = fc.integer({ min: 0, max: 2 ** 32 - 1 })
    fc.assert(
      fc.property(
        fc.oneof(
          fc.integer({ min: 1, max: 100_000 }),
          u32.filter((m) => m > 0),
        ),
        u32,
        (size, x) => {
          const multiple = x - (x % size)
          for (const near of [x, multiple - 1, multiple, multiple + 1, 0, 2 ** 32 - 1]) {
            if (near < 0 || near >= 2 ** 32) continue
            expect(remainder(near, size, 1 / size)).toBe(near % size)
          }
        },
      ),
      { numRuns: 20_000 },
    )
  })

  test('no keys, or no bits, make no filter', () => {
    expect(build(0, 10).finish()).toBeUndefined()
    expect(build(10, 0).finish()).toBeUndefined()
  })

  test('a million absent keys: the false positive rate is that of the formula, within a tenth', () => {
    const keys = 100_000
    const data = build(keys, 10).finish()!
    const filter = decode(encodeFilter(data))
    for (let i = 0; i < keys; i++) {
      const { hash1, hash2 } = hashNumber(i)
      if (!filter.mayContain(hash1, hash2)) expect.fail(`key ${i} is lost`)
    }
    let positives = 0
    for (let i = keys; i < keys + 1_000_000; i++) {
      const { hash1, hash2 } = hashNumber(i)
      if (filter.mayContain(hash1, hash2)) positives++
    }
    const expected = (1 - Math.exp((-data.hashes * keys) / data.size)) ** data.hashes
    expect(positives / 1_000_000 / expected).toBeGreaterThan(0.9)
    expect(positives / 1_000_000 / expected).toBeLessThan(1.1)
  })

  test('the read path answers as the package does, bit for bit', () => {
    const lane = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })
    const pairs = fc.array(fc.tuple(lane, lane), { minLength: 1, maxLength: 200 })
    class LaneHashing extends Hashing {
      lanes: readonly [number, number] = [0, 0]
      getIndexes(_element: string, size: number, hashes: number): number[] {
        const indexes: number[] = []
        filterIndexes(indexes, ...this.lanes, size, hashes)
        return indexes
      }
    }
    fc.assert(
      fc.property(pairs, pairs, fc.integer({ min: 1, max: 20 }), (added, probed, bitsPerKey) => {
        const builder = new FilterBuilder(bitsPerKey)
        for (const [hash1, hash2] of added) builder.add(hash1, hash2)
        const data = builder.finish()!
        const filter = decode(encodeFilter(data))
        const original = new BloomFilter(data.size, data.hashes)
        const hashing = new LaneHashing()
        original._hashing = hashing
        original._filter.array = data.bits
        for (const lanes of [...added, ...probed]) {
          hashing.lanes = lanes
          expect(filter.mayContain(...lanes)).toBe(original.has(''))
        }
        for (const lanes of added) expect(filter.mayContain(...lanes)).toBe(true)
      }),
      { numRuns: 60 },
    )
  })

  test('golden bytes: the bits of three keys', () => {
    const builder = new FilterBuilder(10)
    for (const key of ['a', 'varve', 'key-0000000001']) {
      const bytes = new TextEncoder().encode(key)
      hashInto(target, bytes, 0, bytes.length)
      builder.add(target.hash1, target.hash2)
    }
    expect(Buffer.from(encodeFilter(builder.finish()!)).toString('hex')).toBe('0107000000001e000000ff21ad14')
  })

  test('views the section without copying, refuses a false length, ignores an unknown algorithm', () => {
    const section = encodeFilter(build(100, 10).finish()!)
    const filter = decode(section)
    expect(filter.bytes).toBe(125)
    const { hash1, hash2 } = hashNumber(1)
    section.fill(0, 10)
    expect(filter.mayContain(hash1, hash2)).toBe(false)
    for (const end of [0, 5, 9, section.length - 1]) {
      expect(() => Filter.decode(section, 0, end, 'x.sst')).toThrow(VarveError)
    }
    section[1] = 0
    expect(() => decode(section)).toThrow(/bits per key/)
    section[0] = 9
    expect(Filter.decode(section, 0, section.length)).toBeUndefined()
  })
})
