import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createTree, lookup, Tree } from '../../../src/btree/tree/tree.ts'
import { TreeCursor } from '../../../src/btree/tree/tree-cursor.ts'
import { MemoryPages } from '../../support/btree-memory-pages.ts'

const KEYS = 900

/** Long common heads, so that a page leads to few others; some keys go on in a chain. */
const HEAD_BYTES = 300

function keyOf(number: number): Uint8Array {
  const key = new Uint8Array(HEAD_BYTES + (number % 7 === 0 ? 900 : 2))
  key[HEAD_BYTES] = number >> 8
  key[HEAD_BYTES + 1] = number
  return key
}

function makeTree(): { readonly pages: MemoryPages; readonly root: number } {
  const pages = new MemoryPages(4096)
  const root = pages.allocate()
  createTree(pages, root)
  const tree = new Tree(pages, root)
  for (let i = 0; i < KEYS; i++) {
    const number = ((i * 7) % KEYS) * 3
    const key = keyOf(number)
    const value = new Uint8Array(number % 50 === 0 ? 5000 : 60).fill(number)
    tree.put(key, 0, key.length, value, 0, value.length)
  }
  expect(tree.height).toBeGreaterThan(2)
  return { pages, root }
}

const { pages, root } = makeTree()
const numbers = Array.from({ length: KEYS }, (_, index) => 3 * index)

function expected(lower: number | undefined, upper: number | undefined, reverse: boolean): number[] {
  const inside = numbers.filter((n) => (lower === undefined || n >= lower) && (upper === undefined || n < upper))
  return reverse ? inside.reverse() : inside
}

function cursorOf(lower: number | undefined, upper: number | undefined, reverse: boolean): TreeCursor {
  const bound = (number: number | undefined): Uint8Array | undefined =>
    number === undefined ? undefined : keyOf(number)
  return new TreeCursor(pages, root, bound(lower), bound(upper), reverse)
}

function numberAt(cursor: TreeCursor): number {
  const number = cursor.key[cursor.keyStart + HEAD_BYTES]! * 256 + cursor.key[cursor.keyStart + HEAD_BYTES + 1]!
  expect(cursor.keyEnd - cursor.keyStart).toBe(keyOf(number).length)
  expect(cursor.valueEnd - cursor.valueStart).toBe(number % 50 === 0 ? 5000 : 60)
  expect(cursor.value[cursor.valueStart]).toBe(number & 255)
  return number
}

const bound = fc.option(fc.nat(3 * KEYS + 5), { nil: undefined })

describe('a cursor', () => {
  test('walks what lies between its bounds, in both directions', () => {
    fc.assert(
      fc.property(bound, bound, fc.boolean(), (lower, upper, reverse) => {
        const cursor = cursorOf(lower, upper, reverse)
        const found: number[] = []
        while (cursor.advance()) found.push(numberAt(cursor))
        expect(found).toEqual(expected(lower, upper, reverse))
        expect(cursor.advance()).toBe(false)
      }),
      { numRuns: 60, seed: 2 },
    )
  })

  test('goes on at the first entry at or past what is sought, but not out of its bounds', () => {
    const seeks = fc.array(fc.tuple(fc.nat(3 * KEYS + 5), fc.nat(3)), { minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(bound, bound, fc.boolean(), seeks, (lower, upper, reverse, list) => {
        const cursor = cursorOf(lower, upper, reverse)
        const all = expected(lower, upper, reverse)
        for (const [target, steps] of list) {
          cursor.seek(keyOf(target))
          const rest = all.filter((number) => (reverse ? number <= target : number >= target))
          for (let i = 0; i <= steps; i++) {
            expect(cursor.advance()).toBe(i < rest.length)
            if (i < rest.length) expect(numberAt(cursor)).toBe(rest[i])
          }
        }
      }),
      { numRuns: 80, seed: 4 },
    )
  })

  test('finds nothing once it is closed, and says so once', () => {
    let closed = 0
    const cursor = new TreeCursor(pages, root, undefined, undefined, false, () => closed++)
    expect(cursor.advance()).toBe(true)
    cursor.close()
    cursor.close()
    cursor.seek(keyOf(3))
    expect([cursor.advance(), closed]).toEqual([false, 1])
  })

  test('and a lookup refuse a page that is not what the page above says', () => {
    const other = new MemoryPages(4096)
    for (const [id, page] of pages.pages) other.pages.set(id, page.slice())
    for (const page of other.pages.values()) if (page[15] === 1) page[15] = 2
    const key = keyOf(3)
    expect(() => lookup(other, root, key, 0, key.length)).toThrow(expect.objectContaining({ code: 'CORRUPTION' }))
    expect(() => new TreeCursor(other, root, undefined, undefined, true).advance()).toThrow(
      expect.objectContaining({ code: 'CORRUPTION' }),
    )
  })
})

test('keys of 64 KiB and values of megabytes come back whole', () => {
  const own = new MemoryPages(8192)
  const first = own.allocate()
  createTree(own, first)
  const tree = new Tree(own, first)
  const keys = Array.from({ length: 40 }, (_, index) =>
    new Uint8Array(65_536).fill(1).fill(index, 65_536 - (index % 3) - 1),
  )
  const value = new Uint8Array(3_000_000).map((_, index) => index >> 7)
  for (const key of keys) tree.put(key, 0, key.length, value, 0, value.length)
  for (const key of keys) expect(Buffer.from(lookup(own, first, key, 0, key.length)!).equals(value)).toBe(true)
  const distinct = new Set(keys.map((key) => Buffer.from(key.subarray(65_533)).toString('hex')))
  for (const key of keys) tree.delete(key, 0, key.length)
  expect([distinct.size, tree.height, own.pages.size]).toEqual([40, 1, 1])
})
