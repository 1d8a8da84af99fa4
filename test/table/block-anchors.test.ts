import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compareBytes } from '../../src/bytes/compare.ts'
import { Kind } from '../../src/key/kind.ts'
import { Lookup } from '../../src/key/lookup.ts'
import { MAX_SEQUENCE } from '../../src/key/sequence.ts'
import { Block, Found } from '../../src/table/block.ts'
import { anchorCount } from '../../src/table/block-anchors.ts'
import { BlockBuilder } from '../../src/table/block-builder.ts'
import { numberedKey } from '../support/table-fixture.ts'

interface Entry {
  readonly key: Uint8Array
  readonly sequence: number
}

function blockOf(entries: readonly Entry[], valueBytes: number, words = 4096): Block {
  const builder = new BlockBuilder(4096)
  const value = new Uint8Array(valueBytes)
  for (const [i, { key, sequence }] of entries.entries()) {
    value.fill(sequence)
    const before = i % 16 === 0 ? undefined : entries[i - 1]!.key
    let shared = 0
    while (before !== undefined && shared < before.length && before[shared] === key[shared]) shared++
    builder.add(shared, key, 0, key.length, sequence, Kind.Put, value, 0, valueBytes)
  }
  builder.finish()
  const block = new Block(builder.output.finish().slice(), 'x.sst', 0)
  block.words = new Int32Array(words)
  return block
}

/** Keys that share much or little, end within their heads, or hold zeros. */
const keys = fc
  .tuple(
    fc.constantFrom('', 'user:', 'a-prefix-longer-than-a-head-'),
    fc.uniqueArray(fc.uint8Array({ minLength: 4, maxLength: 14, max: 2 }), {
      minLength: 1,
      maxLength: 90,
      selector: String,
    }),
  )
  .map(([prefix, ends]) => ends.map((end) => Uint8Array.of(...Buffer.from(prefix), ...end)).sort(compareBytes))

function ask(block: Block, key: Uint8Array, sequence: number): [Found, number] {
  const lookup = new Lookup()
  const found = block.find(lookup.ask(key, sequence))
  return [found, found === Found.version ? lookup.valueStart : 0]
}

describe('anchors of a block', () => {
  test('lead to what is found without them', () => {
    fc.assert(
      fc.property(keys, fc.constantFrom(0, 20, 100, 700), (keys, valueBytes) => {
        const entries = keys.map((key, i) => ({ key, sequence: 5 + (i % 3) }))
        const plain = blockOf(entries, valueBytes, 0)
        const anchored = blockOf(entries, valueBytes)
        plain.prepare()
        anchored.prepare()
        expect(plain.anchorsAt).toBe(0)
        expect(anchored.anchorsAt).toBeGreaterThan(0)
        const near = keys.flatMap((key) => [key, key.slice(0, -1), Uint8Array.of(...key, 0), key.map((b) => b ^ 1)])
        for (const key of [...near, new Uint8Array(0), Uint8Array.of(255)]) {
          for (const sequence of [0, 5, 6, MAX_SEQUENCE]) {
            expect(ask(anchored, key, sequence)).toEqual(ask(plain, key, sequence))
          }
        }
      }),
      { numRuns: 150 },
    )
  })

  test('are made for each entry where entries are large, for some where they are small', () => {
    const entries = Array.from({ length: 35 }, (_, i) => ({ key: numberedKey(i), sequence: 1 }))
    const large = blockOf(entries, 110)
    large.prepare()
    expect(anchorCount(large)).toBe(35)
    const small = blockOf(entries, 10)
    small.prepare()
    expect(anchorCount(small)).toBeLessThan(18)
    expect(anchorCount(small)).toBeGreaterThan(3)
  })

  test('of blocks that share words lie one behind the other, until these are full', () => {
    const entries = Array.from({ length: 20 }, (_, i) => ({ key: numberedKey(i), sequence: i + 1 }))
    const words = new Int32Array(120)
    const blocks = [1, 2, 3, 4].map(() => blockOf(entries, 110))
    for (const block of blocks) {
      block.words = words
      block.prepare()
    }
    expect(blocks.map(({ anchorsAt }) => anchorsAt > 0)).toEqual([true, true, true, false])
    expect(blocks.slice(0, 3).map(anchorCount)).toEqual([20, 20, 20])
    for (const block of blocks) {
      for (const { key } of entries) expect(ask(block, key, MAX_SEQUENCE)[0]).toBe(Found.version)
    }
  })

  test('are absent where a key has versions, or is very short; the block is searched as before', () => {
    const versions = [9, 7, 4].map((sequence) => ({ key: numberedKey(1), sequence }))
    const short = [Uint8Array.of(1), numberedKey(5)].map((key) => ({ key, sequence: 4 }))
    for (const entries of [versions, short]) {
      const block = blockOf(entries, 100)
      block.prepare()
      expect(block.anchorsAt).toBeLessThan(0)
      expect(ask(block, entries[0]!.key, 4)[0]).toBe(Found.version)
      expect(ask(block, entries[0]!.key, 3)[0]).not.toBe(Found.version)
    }
  })

  test('a block with an entry that does not fit is refused', () => {
    const block = blockOf(
      [
        { key: numberedKey(1), sequence: 1 },
        { key: numberedKey(2), sequence: 1 },
      ],
      100,
    )
    block.bytes[3 + numberedKey(1).length + 7 + 100] = 0x7f
    expect(() => block.prepare()).toThrow(/shares more/)
  })
})
