import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compareBytes } from '../../src/bytes/compare.ts'
import { BlockIndex, BlockIndexBuilder } from '../../src/table/block-index.ts'
import { TRAILER_SIZE } from '../../src/table/format.ts'

interface Separator {
  readonly key: Uint8Array
  readonly sequence: number
}

const letters = (maxLength: number) =>
  fc.uint8Array({ maxLength, max: 3 }).map((bytes) => bytes.map((byte) => [0, 1, 128, 255][byte]!))
const prefixed = fc.tuple(letters(3), letters(7)).map(([prefix, rest]) => Uint8Array.of(...prefix, ...rest))

function order(a: Separator, b: Separator): number {
  return compareBytes(a.key, b.key) || b.sequence - a.sequence
}

describe('block index', () => {
  test('finds the first block whose separator is not before the entry, whatever the separators share', () => {
    const separator = fc.record({ key: letters(6), sequence: fc.nat(3) })
    const separators = fc.uniqueArray(separator, {
      minLength: 1,
      maxLength: 40,
      selector: ({ key, sequence }) => `${key.join()} ${sequence}`,
    })
    const probes = fc.array(fc.record({ key: prefixed, sequence: fc.nat(3), inside: fc.boolean() }), { maxLength: 40 })
    fc.assert(
      fc.property(letters(3), separators, probes, (prefix, separators, probes) => {
        const sorted = separators
          .map(({ key, sequence }) => ({ key: Uint8Array.of(...prefix, ...key), sequence }))
          .sort(order)
        const builder = new BlockIndexBuilder()
        for (const [i, { key, sequence }] of sorted.entries()) builder.add(key, sequence, i)
        const bytes = sorted.reduce((sum, _, i) => sum + i + TRAILER_SIZE, 0)
        const index = new BlockIndex(builder.finish(), bytes, 'x.sst', 0)
        for (const { key, sequence, inside } of [
          ...probes,
          ...sorted.map((separator) => ({ ...separator, inside: false })),
        ]) {
          const probe = inside ? Uint8Array.of(...prefix, ...key) : key
          const expected = sorted.findIndex((separator) => order(separator, { key: probe, sequence }) >= 0)
          const shifted = Uint8Array.of(9, ...probe, 9)
          const found = index.find(shifted, 1, 1 + probe.length, sequence)
          expect(found).toBe(expected < 0 ? sorted.length : expected)
        }
        expect(index.offset(index.count)).toBe(bytes)
        expect(index.size(index.count - 1)).toBe(index.count - 1)
      }),
      { numRuns: 150 },
    )
  })
})
