import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createTree, lookup, Tree } from '../../../src/btree/tree/tree.ts'
import { checkTree } from '../../../src/btree/tree/tree-check.ts'
import { TreeCursor } from '../../../src/btree/tree/tree-cursor.ts'
import { MemoryPages } from '../../support/btree-memory-pages.ts'

interface Step {
  readonly put: boolean
  readonly key: number
  readonly keyBytes: number
  readonly valueBytes: number
}

/** Few keys, so that they meet again; long ones share all but their ends, so that separators are long as well. */
function keyOf({ key, keyBytes }: Step): Uint8Array {
  const bytes = new Uint8Array(keyBytes + 2).fill(0x61)
  bytes[keyBytes] = key >> 4
  bytes[keyBytes + 1] = key & 15
  return bytes
}

const lengths = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 20 }) },
  { weight: 3, arbitrary: fc.integer({ min: 100, max: 1200 }) },
  { weight: 1, arbitrary: fc.integer({ min: 3000, max: 20_000 }) },
)
const steps = fc.array(
  fc.record({
    put: fc.boolean(),
    key: fc.nat(255),
    keyBytes: fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(0, 1, 300) },
      { weight: 1, arbitrary: fc.constantFrom(600, 4500, 65_000) },
    ),
    valueBytes: lengths,
  }),
  { minLength: 1, maxLength: 120, size: 'max' },
)

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

function applyStep(tree: Tree, model: Map<string, Uint8Array>, step: Step): void {
  const key = keyOf(step)
  const had = model.has(hex(key))
  if (step.put) {
    const value = new Uint8Array(step.valueBytes).fill(step.key)
    expect(tree.put(key, 0, key.length, value, 0, value.length)).toBe(!had)
    model.set(hex(key), value)
  } else {
    expect(tree.delete(key, 0, key.length)).toBe(had)
    model.delete(hex(key))
  }
}

function walk(cursor: TreeCursor): [string, number][] {
  const found: [string, number][] = []
  while (cursor.advance()) {
    const value = cursor.value.subarray(cursor.valueStart, cursor.valueEnd)
    found.push([hex(cursor.key.subarray(cursor.keyStart, cursor.keyEnd)), value.length])
  }
  return found
}

describe.each([4096, 8192, 16384])('a tree with pages of %i bytes', (pageBytes) => {
  test('holds what a sorted map holds, and every page is sound after every step', () => {
    fc.assert(
      fc.property(steps, (list) => {
        const pages = new MemoryPages(pageBytes, true)
        const root = pages.allocate()
        createTree(pages, root)
        const tree = new Tree(pages, root)
        const model = new Map<string, Uint8Array>()
        for (const step of list) {
          applyStep(tree, model, step)
          const seen = new Set<number>()
          const shape = checkTree(pages, root, seen)
          expect(shape.entries).toBe(model.size)
          expect(shape.leaves).toBe(
            1 + tree.counts.leafSplitsMiddle + tree.counts.leafSplitsRightmost - tree.counts.leafFrees,
          )
          expect(shape.overflows).toBe(tree.counts.overflowPages - tree.counts.overflowFrees)
          expect([...seen].sort((a, b) => a - b)).toEqual([...pages.pages.keys()].sort((a, b) => a - b))
          const key = keyOf(step)
          expect(lookup(pages, root, key, 0, key.length)).toEqual(model.get(hex(key)))
        }
        const sorted = [...model]
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, value]): [string, number] => [key, value.length])
        expect(walk(new TreeCursor(pages, root, undefined, undefined, false))).toEqual(sorted)
        expect(walk(new TreeCursor(pages, root, undefined, undefined, true))).toEqual(sorted.reverse())
        for (const [id, page] of pages.replayed())
          if (pages.pages.has(id)) expect(edited(page).equals(edited(pages.read(id)))).toBe(true)
      }),
      { numRuns: 25, seed: 7 },
    )
  })
})

/** All that an edit says; checksum, LSN and id are the keeper's. */
function edited(page: Uint8Array): Buffer {
  return Buffer.from(page.subarray(14))
}
