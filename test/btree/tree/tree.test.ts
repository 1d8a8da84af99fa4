import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createTree, lookup, Tree } from '../../../src/btree/tree/tree.ts'
import { checkTree } from '../../../src/btree/tree/tree-check.ts'
import { emptyTreeCounts } from '../../../src/btree/tree/tree-counts.ts'
import { TreeCursor } from '../../../src/btree/tree/tree-cursor.ts'
import { MemoryPages } from '../../support/btree-memory-pages.ts'

const KEYS = 600

/** Keys share long heads, so that a page leads to few others and trees of some hundred keys have several levels. */
function keyOf(number: number, pageBytes: number): Uint8Array {
  const head = number % 40 === 0 ? 2 * pageBytes + number : number % 5 === 0 ? pageBytes / 6 : pageBytes / 14
  const key = new Uint8Array(Math.floor(head) + 2).fill(0x61)
  key[key.length - 2] = number >> 8
  key[key.length - 1] = number
  return key
}

/** Several puts or deletes: of keys `from`, `from + stride`... */
interface Run {
  readonly put: boolean
  readonly from: number
  readonly count: number
  readonly stride: number
  readonly valueBytes: number
}

const runs: fc.Arbitrary<Run[]> = fc.array(
  fc.record({
    put: fc.integer({ min: 0, max: 9 }).map((n) => n < 6),
    from: fc.nat(KEYS),
    count: fc.integer({ min: 1, max: 120 }),
    stride: fc.constantFrom(1, 1, 7, KEYS - 1),
    valueBytes: fc.oneof(fc.nat(20), fc.integer({ min: 300, max: 1200 }), fc.integer({ min: 3000, max: 40_000 })),
  }),
  { minLength: 5, maxLength: 40, size: 'max' },
)

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

const totals = emptyTreeCounts()

/** A tree beside the sorted map that it must agree with. */
class Trial {
  readonly pages: MemoryPages
  readonly root: number
  readonly tree: Tree
  readonly model = new Map<string, number>()

  constructor(pageBytes: number) {
    this.pages = new MemoryPages(pageBytes, true)
    this.root = this.pages.allocate()
    createTree(this.pages, this.root)
    this.tree = new Tree(this.pages, this.root)
  }

  apply({ put, from, count, stride, valueBytes }: Run): void {
    for (let i = 0; i < count; i++) {
      const number = (from + i * stride) % KEYS
      const key = keyOf(number, this.pages.pageBytes)
      const had = this.model.has(hex(key))
      if (put) {
        const value = new Uint8Array(valueBytes).fill(number)
        expect(this.tree.put(key, 0, key.length, value, 0, valueBytes)).toBe(!had)
        this.model.set(hex(key), valueBytes)
      } else {
        expect(this.tree.delete(key, 0, key.length)).toBe(had)
        this.model.delete(hex(key))
      }
      const found = lookup(this.pages, this.root, key, 0, key.length)
      expect(found?.length).toBe(put ? valueBytes : undefined)
      expect(found?.every((byte) => byte === (number & 255)) ?? true).toBe(true)
    }
  }

  check(): void {
    const { counts } = this.tree
    const seen = new Set<number>()
    const shape = checkTree(this.pages, this.root, seen)
    expect(shape.entries).toBe(this.model.size)
    expect(shape.leaves).toBe(1 + counts.leafSplitsMiddle + counts.leafSplitsRightmost - counts.leafFrees)
    expect(shape.overflows).toBe(counts.overflowPages - counts.overflowFrees)
    expect(seen).toEqual(new Set(this.pages.pages.keys()))
  }

  checkOrder(): void {
    const sorted = [...this.model].sort(([a], [b]) => (a < b ? -1 : 1))
    for (const reverse of [false, true]) {
      const cursor = new TreeCursor(this.pages, this.root, undefined, undefined, reverse)
      const found: [string, number][] = []
      while (cursor.advance()) {
        found.push([hex(cursor.key.subarray(cursor.keyStart, cursor.keyEnd)), cursor.valueEnd - cursor.valueStart])
      }
      expect(found).toEqual(reverse ? sorted.reverse() : sorted)
    }
  }

  checkLog(): void {
    // Checksum, id and LSN are the keeper's.
    for (const [id, page] of this.pages.replayed()) {
      const now = this.pages.pages.get(id)
      if (now !== undefined) expect(Buffer.compare(page.subarray(14), now.subarray(14))).toBe(0)
    }
  }
}

describe.each([4096, 8192, 16384])('a tree with pages of %i bytes', (pageBytes) => {
  test('holds what a sorted map holds, its pages stay sound, and its log makes them again', () => {
    fc.assert(
      fc.property(runs, fc.constantFrom(1, KEYS - 1, 7), (list, stride) => {
        const trial = new Trial(pageBytes)
        for (const run of list) {
          trial.apply(run)
          trial.check()
        }
        trial.checkOrder()
        trial.checkLog()
        for (let from = 0; from < KEYS; from += 50) {
          trial.apply({ put: false, from: from * stride, count: 50, stride, valueBytes: 0 })
          trial.check()
        }
        expect([trial.model.size, trial.pages.pages.size, trial.tree.height]).toEqual([0, 1, 1])
        for (const [name, count] of Object.entries(trial.tree.counts)) totals[name as keyof typeof totals] += count
      }),
      { numRuns: 4, seed: 7 },
    )
  })
})

test('the steps above reached every event that a tree counts', () => {
  expect(Object.entries(totals).filter(([, count]) => count === 0)).toEqual([])
})
