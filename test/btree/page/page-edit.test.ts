import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { applyEdit } from '../../../src/btree/page/apply-edit.ts'
import {
  clearPage,
  HEADER_BYTES,
  holeEnd,
  holeStart,
  maxCellBytes,
  PageKind,
  slotCount,
} from '../../../src/btree/page/format.ts'
import { checkPage, isSealed, sealPage } from '../../../src/btree/page/page-check.ts'
import { decodeEdit, encodeEdit, type PageEdit } from '../../../src/btree/page/page-edit.ts'
import { freeBytes } from '../../../src/btree/page/slotted-page.ts'
import { ByteReader } from '../../../src/bytes/reader.ts'
import { ByteWriter } from '../../../src/bytes/writer.ts'
import { VarveError } from '../../../src/errors.ts'

const PAGE_BYTES = 4096
const PAGE = 7

function leafCell(keyBytes: number, valueBytes: number): Uint8Array {
  const cell = new Uint8Array(6 + keyBytes + valueBytes).fill(0x5a)
  cell.set([keyBytes & 255, keyBytes >> 8, valueBytes & 255, valueBytes >> 8, 0, 0])
  return cell
}

function leafPage(): Uint8Array {
  const page = new Uint8Array(PAGE_BYTES)
  clearPage(page, PAGE, PageKind.leaf, 0)
  return page
}

function insert(slot: number, cell: Uint8Array): PageEdit {
  return { kind: 'insert', slot, cell, cellBytes: cell.length }
}

function codeOf(run: () => void): string {
  try {
    run()
  } catch (error) {
    if (error instanceof VarveError) return error.code
    throw error
  }
  return 'nothing'
}

const bytes = fc.uint8Array({ maxLength: 40 })
const slots = fc.oneof(fc.nat(6), fc.nat(70_000))
const cells = fc.oneof(
  fc.tuple(fc.nat(30), fc.nat(1100)).map(([key, value]) => leafCell(key, value)),
  bytes,
  fc.tuple(bytes, bytes).map(([a, b]) => Uint8Array.from([...leafCell(3, a.length), ...b])),
)
const cellEdits = fc.tuple(fc.constantFrom('insert' as const, 'replace' as const), slots, cells)
const edits: fc.Arbitrary<PageEdit> = fc.oneof(
  { weight: 8, arbitrary: cellEdits.map(([kind, slot, cell]) => ({ kind, slot, cell, cellBytes: cell.length })) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('remove' as const), slot: slots, count: slots }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('link' as const), left: fc.nat(), right: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('body' as const), offset: slots, bytes }) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(
        fc.constantFrom(...Object.values(PageKind)),
        fc.nat(3),
        fc.nat(5),
        fc.array(cells, { maxLength: 5 }),
        fc.boolean(),
      )
      .map(([pageKind, level, count, list, right]) => {
        const all = Uint8Array.from(list.flatMap((cell) => [...cell]))
        const counted = right ? list.length : count
        return {
          kind: 'format' as const,
          pageKind,
          level,
          left: 1,
          right: 2,
          count: counted,
          cells: all,
          cellsBytes: all.length,
        }
      }),
  },
)

describe('page edits', () => {
  test('any edits, from a log as damaged as can be, keep a page sound or are refused and change nothing', () => {
    fc.assert(
      fc.property(fc.array(edits, { maxLength: 60, size: 'max' }), (list) => {
        // Guards show a write beyond the page's ends.
        const memory = new Uint8Array(3 * PAGE_BYTES).fill(0xee)
        const page = memory.subarray(PAGE_BYTES, 2 * PAGE_BYTES)
        page.set(leafPage())
        for (const edit of list) {
          const before = page.slice()
          const code = codeOf(() => applyEdit(page, PAGE, edit))
          checkPage(page, PAGE)
          if (code !== 'nothing') expect([code, Buffer.from(page).equals(before)]).toEqual(['CORRUPTION', true])
          expect(memory.subarray(0, PAGE_BYTES).every((byte) => byte === 0xee)).toBe(true)
          expect(memory.subarray(2 * PAGE_BYTES).every((byte) => byte === 0xee)).toBe(true)
        }
      }),
      { numRuns: 300, seed: 3 },
    )
  })

  test('what is encoded is decoded, and what is cut short is refused', () => {
    fc.assert(
      fc.property(edits, (edit) => {
        const writer = new ByteWriter()
        encodeEdit(writer, edit)
        const encoded = writer.finish()
        const reader = new ByteReader(encoded)
        expect(decodeEdit(reader)).toEqual(edit)
        expect(reader.remaining).toBe(0)
        expect(codeOf(() => decodeEdit(new ByteReader(encoded.subarray(0, -1))))).toBe('CORRUPTION')
      }),
      { numRuns: 200, seed: 5 },
    )
    expect(codeOf(() => decodeEdit(new ByteReader(Uint8Array.of(9))))).toBe('CORRUPTION')
    expect(codeOf(() => decodeEdit(new ByteReader(Uint8Array.of(4, 9, 0))))).toBe('CORRUPTION')
  })

  test('dead bytes are used again: every second cell replaced by a longer one until nothing is free', () => {
    const page = leafPage()
    for (let slot = 0; freeBytes(page) >= 108; slot++) applyEdit(page, PAGE, insert(slot, leafCell(8, 92)))
    const before = slotCount(page)
    applyEdit(page, PAGE, { kind: 'remove', slot: 0, count: 10 })
    const cell = leafCell(8, 150)
    for (let slot = 0; slot < 20; slot += 2)
      applyEdit(page, PAGE, { kind: 'replace', slot, cell, cellBytes: cell.length })
    while (freeBytes(page) >= 108) applyEdit(page, PAGE, insert(0, leafCell(8, 92)))
    checkPage(page, PAGE)
    expect(slotCount(page)).toBe(before - 10 + Math.floor((4064 - before * 108 + 1080 - 580) / 108))
    expect(codeOf(() => applyEdit(page, PAGE, insert(0, leafCell(8, 92))))).toBe('CORRUPTION')
  })

  test('four of the longest cells fit, and no longer one is taken', () => {
    const page = leafPage()
    const longest = leafCell(10, maxCellBytes(PAGE_BYTES) - 16)
    for (let slot = 0; slot < 4; slot++) applyEdit(page, PAGE, insert(slot, longest))
    expect(freeBytes(page)).toBeLessThan(4)
    expect(codeOf(() => applyEdit(leafPage(), PAGE, insert(0, leafCell(10, longest.length - 15))))).toBe('CORRUPTION')
  })
})

describe('a page', () => {
  test('is sealed by its checksum under one seed, and by every byte from its id on', () => {
    const page = leafPage()
    applyEdit(page, PAGE, insert(0, leafCell(4, 10)))
    sealPage(page, 99)
    expect([isSealed(page, 99), isSealed(page, 98)]).toEqual([true, false])
    for (let at = 0; at < PAGE_BYTES; at += 61) {
      const damaged = page.slice()
      damaged[at]! ^= 0x10
      expect(isSealed(damaged, 99)).toBe(false)
    }
  })

  test('has a hole whose bytes mean nothing', () => {
    const page = leafPage()
    for (let slot = 0; slot < 5; slot++) applyEdit(page, PAGE, insert(slot, leafCell(4, 10)))
    expect([holeStart(page), holeEnd(page)]).toEqual([HEADER_BYTES + 10, PAGE_BYTES - 100])
    const other = page.slice().fill(0xff, holeStart(page), holeEnd(page))
    for (const copy of [page, other]) applyEdit(copy, PAGE, { kind: 'remove', slot: 1, count: 2 })
    for (const copy of [page, other]) applyEdit(copy, PAGE, insert(3, leafCell(9, 50)))
    expect(other.fill(0, holeStart(other), holeEnd(other))).toEqual(page.fill(0, holeStart(page), holeEnd(page)))
  })

  test.each([
    ['another id', 4, 8],
    ['an unknown kind', 14, 6],
    ['a level that no leaf has', 15, 1],
    ['more slots than fit', 17, 9],
    ['cells that begin elsewhere', 18, 3],
    ['dead bytes that are not there', 20, 1],
    ['a reserved field', 22, 1],
    ['a slot that points into the header', HEADER_BYTES + 1, 0],
    ['a slot behind the end', HEADER_BYTES + 1, 255],
  ])('with %s is refused', (_what, at, value) => {
    const page = leafPage()
    applyEdit(page, PAGE, insert(0, leafCell(4, 10)))
    checkPage(page, PAGE)
    page[at] = value
    expect(codeOf(() => checkPage(page, PAGE))).toBe('CORRUPTION')
  })

  test('of any bytes is refused or sound: no check reads beyond it', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 64, maxLength: 64 }), fc.constantFrom(1, 2, 3, 5), (noise, kind) => {
        const page = new Uint8Array(PAGE_BYTES).fill(1)
        page.set(noise)
        page.set([PAGE, 0, 0, 0], 4)
        page[14] = kind
        expect(['CORRUPTION', 'nothing']).toContain(codeOf(() => checkPage(page, PAGE)))
      }),
      { numRuns: 300, seed: 1 },
    )
  })
})
