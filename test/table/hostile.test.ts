import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ByteWriter } from '../../src/bytes/writer.ts'
import { VarveError } from '../../src/errors.ts'
import { Lookup } from '../../src/key/lookup.ts'
import { BlockBuilder } from '../../src/table/block-builder.ts'
import { checkTable, numberedItems, numberedKey, openTable } from '../support/table-fixture.ts'
import { type ForgedBlock, forgedProperties, forgeTable } from '../support/table-forge.ts'
import type { TableMemoryFile } from '../support/table-memory-file.ts'

const text = (value: string) => new TextEncoder().encode(value)
const TRAILER = [1, 0, 0, 0, 0, 0, 1]
const LAST = Uint8Array.of(255)

/** Entries as bytes, then restart points. */
function raw(entries: number[][], restarts: number[]): Uint8Array {
  const writer = new ByteWriter()
  for (const entry of entries) writer.bytes(Uint8Array.from(entry))
  for (const restart of restarts) writer.u32(restart)
  writer.u32(restarts.length)
  return writer.finish()
}

/** Reads everything there is to read, in a bounded number of steps; gives the code of the first refusal. */
function readAll(file: TableMemoryFile): string | undefined {
  const attempts: (() => void)[] = []
  const walk = (start: 'seekToFirst' | 'seekToLast', step: 'next' | 'previous') => () => {
    const cursor = openTable(file).cursor(false)
    cursor[start]()
    for (let steps = 0; cursor.valid; steps++) {
      if (steps > 10_000) expect.fail('a walk does not end')
      cursor[step]()
    }
  }
  attempts.push(walk('seekToFirst', 'next'), walk('seekToLast', 'previous'), () => checkTable(openTable(file)))
  for (const key of [text(''), text('a'), text('b'), numberedKey(3), LAST]) {
    attempts.push(() => void openTable(file).find(new Lookup().ask(key, 5)))
    attempts.push(() => {
      const cursor = openTable(file).cursor(true)
      cursor.seekBefore(key, 0, key.length)
      if (cursor.valid) cursor.next()
    })
  }
  let first: string | undefined
  for (const attempt of attempts) {
    try {
      attempt()
    } catch (error) {
      if (!(error instanceof VarveError)) throw error
      first ??= `${error.code} ${error.message}`
    }
  }
  return first
}

describe('a hostile table with right checksums', () => {
  const block = (entries: number[][], restarts: number[]): ForgedBlock => ({
    raw: raw(entries, restarts),
    separator: LAST,
  })
  const entry = [0, 1, 0, 97, ...TRAILER]
  const cases: [string, ForgedBlock, RegExp][] = [
    ['an empty block', { raw: new Uint8Array(0), separator: LAST }, /restart points/],
    ['no restart points', block([entry], []), /restart points/],
    ['more restart points than bytes', { raw: raw([entry], []).fill(255, 11), separator: LAST }, /restart points/],
    ['a first restart point that is not 0', block([entry, entry], [11]), /first restart point/],
    ['restart points that do not ascend', block([entry, entry], [0, 11, 11]), /ascend/],
    ['a restart point behind the entries', block([entry], [0, 11]), /ascend/],
    ['a restart point within an entry', block([entry, [1, 1, 0, 98, ...TRAILER]], [0, 3]), /./],
    ['a shared prefix without a key before it', block([[1, 0, 0, ...TRAILER]], [0]), /shares more/],
    ['a shared prefix longer than the key before', block([entry, [2, 1, 0, 98, ...TRAILER]], [0]), /shares more/],
    ['a key that reaches over the end', block([[0, 100, 0, 97, ...TRAILER]], [0]), /does not fit/],
    ['a value that reaches over the end', block([[0, 1, 1, 97, ...TRAILER]], [0]), /does not fit/],
    ['a value of 4 GiB', block([[0, 1, 255, 255, 255, 255, 15, 97, ...TRAILER]], [0]), /does not fit/],
    ['an endless varint', block([[0, 1, 255, 255, 255, 255, 255, 255, 97, ...TRAILER]], [0]), /impossibly large/],
    ['a varint that is longer than it need be', block([[0, 0x81, 0, 0, 97, ...TRAILER]], [0]), /shortest form/],
    [
      'a key of more than 64 KiB',
      block([[0, 0x81, 0x80, 4, 0, ...Array(65537).fill(97), ...TRAILER]], [0]),
      /longer than keys/,
    ],
    ['entries that do not ascend', block([entry, [0, 1, 0, 97, ...TRAILER]], [0]), /not in order/],
    [
      'a missing restart point',
      block(
        Array.from({ length: 17 }, (_, i) => [0, 1, 0, i, ...TRAILER]),
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

  test('an index must cover the blocks exactly, in ascending order', () => {
    const good = raw([entry], [0])
    const twice = [
      { raw: good, separator: LAST },
      { raw: good, separator: LAST },
    ]
    expect(() => openTable(forgeTable(twice))).toThrow(/do not ascend/)
    const index = (bytes: number[]) => (sections: Parameters<NonNullable<Parameters<typeof forgeTable>[1]>>[0]) =>
      sections.map((section) =>
        section.name === 'block-index' ? { ...section, content: Uint8Array.from(bytes) } : section,
      )
    const one = [{ raw: good, separator: LAST }]
    expect(readAll(forgeTable(one, index([1, 1, 255, 0, good.length])))).toMatch(/properties/)
    expect(() => openTable(forgeTable(one, index([1, 1, 255, 0, good.length - 1])))).toThrow(/does not cover/)
    expect(() => openTable(forgeTable(one, index([1, 1, 255, 0, good.length + 1])))).toThrow(/outside/)
    expect(() => openTable(forgeTable(one, index([0xff, 0xff, 0xff, 0x7f, 1])))).toThrow(/not as long/)
    expect(() => openTable(forgeTable(one, index([0])))).toThrow(/not as long/)
  })

  test('an unknown section or property is skipped, or refused where it must be understood', () => {
    const one = [{ raw: raw([entry], [0]), separator: LAST }]
    const content = text('from the future')
    const add = (mustUnderstand: boolean) =>
      forgeTable(one, (sections) => [...sections, { name: 'range-deletes', mustUnderstand, content }])
    expect(openTable(add(false)).find(new Lookup().ask(text('a'), 5))).toBe(true)
    expect(() => openTable(add(true))).toThrow(expect.objectContaining({ code: 'UNSUPPORTED_FORMAT' }))
    const withProperty = (tag: number) =>
      forgeTable(one, ([index]) => [
        index!,
        { name: 'properties', mustUnderstand: true, content: Uint8Array.of(...forgedProperties(), tag, 1, 5) },
      ])
    expect(openTable(withProperty(2 * 17)).find(new Lookup().ask(text('a'), 5))).toBe(true)
    expect(() => openTable(withProperty(2 * 17 + 1))).toThrow(expect.objectContaining({ code: 'UNSUPPORTED_FORMAT' }))
    expect(() => openTable(withProperty(2 * 3))).toThrow(/do not ascend/)
  })

  test('the check holds properties, order over blocks and the filter against the entries', () => {
    const a = raw([entry], [0])
    const told = { smallest: text('a'), largest: text('a'), smallestSequence: 1, largestSequence: 1 }
    const forged = (change: object) =>
      forgeTable([{ raw: a, separator: text('a') }], ([index]) => [
        index!,
        { name: 'properties', mustUnderstand: true, content: forgedProperties({ ...told, ...change }) },
      ])
    expect(readAll(forged({}))).toBeUndefined()
    for (const change of [
      { entries: 2 },
      { tombstones: 1 },
      { userBytes: 2 },
      { largest: text('b') },
      { smallest: text('') },
    ]) {
      expect(readAll(forged(change))).toMatch(/properties/)
    }
    for (const change of [{ smallestSequence: 0 }, { largestSequence: 2 }, { merges: 1 }, { oldestMs: 1 }]) {
      expect(readAll(forged(change))).toMatch(/properties/)
    }
    expect(readAll(forgeTable([{ raw: a, separator: text('A') }]))).toMatch(/after its separator/)
    expect(
      readAll(
        forgeTable([
          { raw: a, separator: text('a') },
          { raw: a, separator: text('b') },
        ]),
      ),
    ).toMatch(/not in order/)
    const empty = Uint8Array.of(1, 7, 0, 0, 0, 0, 8, 0, 0, 0, 0)
    const filtered = forgeTable([{ raw: a, separator: text('a') }], (sections) => [
      ...sections,
      { name: 'filter', mustUnderstand: false, content: empty },
    ])
    expect(readAll(filtered)).toMatch(/filter of a table denies/)
  })
})
