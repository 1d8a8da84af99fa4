import { describe, expect, test } from 'vitest'
import { checksum, seedAt } from '../../src/bytes/checksum.ts'
import { Lookup } from '../../src/key/lookup.ts'
import { tableSeed } from '../../src/table/format.ts'
import { checkedTable, openTable, TABLE_ID } from '../support/table-fixture.ts'
import {
  ENTRY_TRAILER,
  type ForgedSection,
  forgedProperties,
  forgeTable,
  rawBlock,
  readAll,
} from '../support/table-forge.ts'

const text = (value: string) => new TextEncoder().encode(value)
const LAST = Uint8Array.of(255)

describe('a forged table with right checksums', () => {
  const entry = [0, 1, 0, 97, ...ENTRY_TRAILER]

  test('an index must cover the blocks exactly, in ascending order', () => {
    const good = rawBlock([entry], [0])
    const twice = [
      { raw: good, separator: LAST },
      { raw: good, separator: LAST },
    ]
    expect(() => openTable(forgeTable(twice))).toThrow(/do not ascend/)
    const index = (bytes: number[]) => (sections: ForgedSection[]) =>
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
    const one = [{ raw: rawBlock([entry], [0]), separator: LAST }]
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

  test('the check reads sections that it does not know, and the footer has no room for anything', () => {
    const one = [{ raw: rawBlock([entry], [0]), separator: LAST }]
    const content = text('from the future')
    const file = forgeTable(one, (sections) => [...sections, { name: 'new', mustUnderstand: false, content }])
    const at = Buffer.from(file.contents()).indexOf(content)
    file.bytes[at]!++
    expect(() => checkedTable(file)).toThrow(/checksum/)
    const footerAt = file.sizeSync() - 44
    file.bytes[footerAt + 10] = 1
    const sum = checksum(file.bytes, footerAt, footerAt + 32, seedAt(tableSeed(TABLE_ID), footerAt))
    for (let i = 0; i < 4; i++) file.bytes[footerAt + 32 + i] = sum >>> (8 * i)
    expect(() => openTable(file)).toThrow(/section index/)
  })

  test('the check holds properties, order over blocks and the filter against the entries', () => {
    const a = rawBlock([entry], [0])
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
