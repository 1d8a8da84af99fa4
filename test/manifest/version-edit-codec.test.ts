import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { TableEntry } from '../../src/manifest/table-entry.ts'
import { FieldWriter } from '../../src/manifest/tagged-fields.ts'
import type { VersionEdit } from '../../src/manifest/version-edit.ts'
import { decodeVersionEdit, encodeVersionEdit } from '../../src/manifest/version-edit-codec.ts'
import { tableEntry } from '../support/table-entries.ts'
import { anyVersionEdit } from '../support/version-edits.ts'

const CORRUPTION: unknown = expect.objectContaining({ code: 'CORRUPTION' })
const UNSUPPORTED: unknown = expect.objectContaining({ code: 'UNSUPPORTED_FORMAT' })

/** An edit of one field. */
function editOf(tag: number, write: (writer: FieldWriter) => void): Uint8Array {
  const inner = new FieldWriter()
  write(inner)
  const writer = new FieldWriter()
  writer.bytes(tag, inner.finish())
  return writer.finish()
}

describe('a version edit', () => {
  test('is read as it was written', () => {
    fc.assert(
      fc.property(anyVersionEdit, (edit) => {
        expect(decodeVersionEdit(encodeVersionEdit(edit))).toEqual(withoutEmptyLists(edit))
      }),
      { seed: 1, numRuns: 200 },
    )
  })

  test('does not alias the bytes it was read from', () => {
    const bytes = encodeVersionEdit({ added: [tableEntry({ smallest: Uint8Array.of(1), largest: Uint8Array.of(2) })] })
    const edit = decodeVersionEdit(bytes)
    bytes.fill(0)
    expect(edit.added![0]!.largest).toEqual(Uint8Array.of(2))
  })

  test('keeps its bytes from release to release', () => {
    const edit: VersionEdit = { opened: { epoch: 3, firstLog: 300 }, replayFrom: 7, removed: [1, 200] }
    expect(Buffer.from(encodeVersionEdit(edit)).toString('hex')).toBe(
      '070703010305 02ac02 0d0107 150301c801'.replaceAll(' ', ''),
    )
  })
})

describe('hostile bytes', () => {
  test('are refused with a code, whatever they are, and never take more than they bring', () => {
    fc.assert(
      fc.property(anyVersionEdit, fc.nat(), fc.integer({ min: 0, max: 255 }), (edit, at, byte) => {
        const bytes = encodeVersionEdit(edit)
        if (bytes.length > 0) bytes[at % bytes.length] = byte
        expectCoded(bytes)
        expectCoded(bytes.subarray(0, at % (bytes.length + 1)))
      }),
      { seed: 2, numRuns: 300 },
    )
    fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), expectCoded), { seed: 3, numRuns: 300 })
  })

  test('an unknown field is skipped where it may be, refused where it must be understood', () => {
    expect(decodeVersionEdit(Uint8Array.of(99 * 2, 2, 1, 1).with(0, 100))).toEqual({})
    expect(() => decodeVersionEdit(Uint8Array.of(101, 2, 1, 1))).toThrow(UNSUPPORTED)
  })

  test('a field that may stand once, twice', () => {
    expect(() => decodeVersionEdit(Uint8Array.of(13, 1, 7, 13, 1, 7), 'MANIFEST-000001', 40)).toThrow(
      expect.objectContaining({ code: 'CORRUPTION', file: 'MANIFEST-000001', offset: 46 }),
    )
  })

  test('a record that lacks a number, or has a longer one', () => {
    expect(() => decodeVersionEdit(editOf(3, (writer) => writer.number(1, 5)))).toThrow(CORRUPTION)
    expect(() => decodeVersionEdit(Uint8Array.of(13, 2, 7, 7))).toThrow(CORRUPTION)
  })

  const broken: readonly [string, Partial<TableEntry>][] = [
    ['a number of 0', { number: 0 }],
    ['no bytes', { bytes: 0 }],
    ['a level of 64', { level: 64 }],
    ['a range the wrong way round', { smallest: Uint8Array.of(2), largest: Uint8Array.of(1) }],
    ['a key that is too long', { largest: new Uint8Array(65_537) }],
    ['sequences the wrong way round', { smallestSequence: 2, largestSequence: 1 }],
    ['times the wrong way round', { oldestMs: 2, newestMs: 1 }],
    ['more tombstones than entries', { tombstones: 2 }],
    ['more entries without expiry than entries', { entriesWithoutExpiry: 2 }],
    ['a short id', { id: '0011' }],
  ]
  test.each(broken)('a table with %s', (_, fields) => {
    expect(() => decodeVersionEdit(encodeVersionEdit({ added: [tableEntry(fields)] }))).toThrow(CORRUPTION)
  })

  test('a table with a codec of a later version', () => {
    const edit = { added: [{ ...tableEntry({}), codec: 'zstd' as unknown as 'none' }] }
    expect(() => decodeVersionEdit(encodeVersionEdit(edit))).toThrow(UNSUPPORTED)
  })
})

function expectCoded(bytes: Uint8Array): void {
  try {
    decodeVersionEdit(bytes)
  } catch (error) {
    expect(['CORRUPTION', 'UNSUPPORTED_FORMAT']).toContain((error as { code?: string }).code)
  }
}

function withoutEmptyLists(edit: VersionEdit): VersionEdit {
  return Object.fromEntries(Object.entries(edit).filter(([, value]) => !(Array.isArray(value) && value.length === 0)))
}
