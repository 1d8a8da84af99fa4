import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BlockBuilder } from '../../src/table/block-builder.ts'
import { checkedTable, numberedItems, openTable } from '../support/table-fixture.ts'
import { ENTRY_TRAILER, type ForgedBlock, forgeTable, rawBlock, readAll } from '../support/table-forge.ts'

const LAST = Uint8Array.of(255)

describe('a hostile table with right checksums', () => {
  const block = (entries: number[][], restarts: number[]): ForgedBlock => ({
    raw: rawBlock(entries, restarts),
    separator: LAST,
  })
  const entry = [0, 1, 0, 97, ...ENTRY_TRAILER]
  const cases: [string, ForgedBlock, RegExp][] = [
    ['an empty block', { raw: new Uint8Array(0), separator: LAST }, /restart points/],
    ['no restart points', block([entry], []), /restart points/],
    ['more restart points than bytes', { raw: rawBlock([entry], []).fill(255, 11), separator: LAST }, /restart points/],
    ['a first restart point that is not 0', block([entry, entry], [11]), /first restart point/],
    ['restart points that do not ascend', block([entry, entry], [0, 11, 11]), /ascend/],
    ['a restart point behind the entries', block([entry], [0, 11]), /ascend/],
    ['a shared prefix without a key before it', block([[1, 0, 0, ...ENTRY_TRAILER]], [0]), /shares more/],
    ['a shared prefix longer than the key before', block([entry, [2, 1, 0, 98, ...ENTRY_TRAILER]], [0]), /shares more/],
    ['a key that reaches over the end', block([[0, 100, 0, 97, ...ENTRY_TRAILER]], [0]), /does not fit/],
    ['a value that reaches over the end', block([[0, 1, 1, 97, ...ENTRY_TRAILER]], [0]), /does not fit/],
    ['a value of 4 GiB', block([[0, 1, 255, 255, 255, 255, 15, 97, ...ENTRY_TRAILER]], [0]), /does not fit/],
    ['an endless varint', block([[0, 1, 255, 255, 255, 255, 255, 255, 97, ...ENTRY_TRAILER]], [0]), /impossibly large/],
    ['a varint that is longer than it need be', block([[0, 0x81, 0, 0, 97, ...ENTRY_TRAILER]], [0]), /shortest form/],
    [
      'a key of more than 64 KiB',
      block([[0, 0x81, 0x80, 4, 0, ...Array(65537).fill(97), ...ENTRY_TRAILER]], [0]),
      /longer than keys/,
    ],
    ['entries that do not ascend', block([entry, [0, 1, 0, 97, ...ENTRY_TRAILER]], [0]), /not in order/],
    [
      'a missing restart point',
      block(
        Array.from({ length: 17 }, (_, i) => [0, 1, 0, i, ...ENTRY_TRAILER]),
        [0],
      ),
      /restart point/,
    ],
    ['a kind of the future', block([[0, 1, 0, 97, 1, 0, 0, 0, 0, 0, 3]], [0]), /UNSUPPORTED_FORMAT.*kind 3/],
    [
      'a codec of the future',
      { ...block([entry], [0]), tamper: (stored) => (stored[stored.length - 9] = 7) },
      /UNSUPPORTED_FORMAT.*codec 7/,
    ],
    [
      'a raw size that is not its own',
      { ...block([entry], [0]), tamper: (stored) => stored[stored.length - 8]!++ },
      /not as long/,
    ],
    [
      'a deflated block that is none',
      { ...block([entry], [0]), tamper: (stored) => (stored[stored.length - 9] = 1) },
      /inflate/,
    ],
  ]
  test.each(cases)('%s is refused', (_name, block, message) => {
    expect(readAll(forgeTable([block]))).toMatch(message)
  })

  test('restart points that are not where they belong are refused backwards, and by the check alone', () => {
    const next = [1, 1, 0, 98, ...ENTRY_TRAILER]
    const many = Array.from({ length: 17 }, (_, i) => [0, 1, 0, i, ...ENTRY_TRAILER])
    expect(() => checkedTable(forgeTable([block(many, [0, 11])]))).toThrow(/every 16th/)
    for (const forged of [block([entry, next], [0, 3]), block(many, [0])]) {
      const file = forgeTable([forged])
      expect(() => checkedTable(file)).toThrow(/restart points/)
      const cursor = openTable(file).cursor(true)
      const backwards = () => {
        for (cursor.seekToLast(); cursor.valid; cursor.previous());
      }
      expect(backwards).toThrow(expect.objectContaining({ code: 'CORRUPTION' }))
      expect(cursor.valid).toBe(false)
    }
  })

  test('any change to a block ends in a refusal or in other entries, never in a hang or a crash', () => {
    const builder = new BlockBuilder(4096)
    for (const [i, { key, value }] of numberedItems(40, 3).entries()) {
      builder.add(i === 0 ? 0 : 8, key, 0, key.length, 1, 1, value, 0, 3)
    }
    builder.finish()
    const intact = builder.output.finish()
    const change = fc.tuple(fc.nat(intact.length - 1), fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 127, 128, 255)))
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const changed = intact.slice()
        for (const [at, byte] of changes) changed[at] = byte
        const outcome = readAll(forgeTable([{ raw: changed, separator: LAST }]))
        expect(outcome ?? 'CORRUPTION').toMatch(/^(CORRUPTION|UNSUPPORTED_FORMAT)/)
      }),
      { numRuns: 300 },
    )
  })
})
