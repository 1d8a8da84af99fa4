import { describe, expect, test } from 'vitest'
import { PageKind, pageKind, rightLink } from '../../../src/btree/page/format.ts'
import { createTree, Tree } from '../../../src/btree/tree/tree.ts'
import { checkTree } from '../../../src/btree/tree/tree-check.ts'
import { MemoryPages } from '../../support/btree-memory-pages.ts'

/** Three levels: keys of 300 bytes that end in their number, some with a value in overflow pages. */
function makePages(): { readonly pages: MemoryPages; readonly root: number } {
  const pages = new MemoryPages(4096)
  const root = pages.allocate()
  createTree(pages, root)
  const tree = new Tree(pages, root)
  for (let number = 0; number < 400; number++) {
    const key = Buffer.alloc(300)
    key.writeUInt32BE((number * 7) % 400, 296)
    const value = new Uint8Array(number % 20 === 0 ? 9000 : 10)
    tree.put(key, 0, key.length, value, 0, value.length)
  }
  expect(tree.height).toBe(3)
  return { pages, root }
}

const { pages: sound, root } = makePages()
const leaves = [...sound.pages].filter(([, page]) => pageKind(page) === PageKind.leaf).map(([id]) => id)
const middle = [...sound.pages].filter(([, page]) => page[15] === 1).map(([id]) => id)
/** The first page of a chain: no page of its kind leads to it. */
const chained = [...sound.pages].filter(([, page]) => pageKind(page) === PageKind.overflow)
const chainStart = chained.find(([id]) => !chained.some(([, page]) => rightLink(page) === id))![0]
/** A leaf with one on each side, and the second cell of a page that has a key. */
const leaf = leaves.find((id) => rightLink(sound.read(id)) !== 0 && sound.read(id)[24] !== 0)!
const slotOf = (id: number, slot: number): number =>
  sound.read(id)[32 + 2 * slot]! + 256 * sound.read(id)[33 + 2 * slot]!

describe('checking a tree finds', () => {
  const damages: [what: string, id: number, damage: (page: Buffer) => void][] = [
    [
      'keys that do not ascend in a leaf',
      leaf,
      (page) => page.writeUInt16LE(slotOf(leaf, 1), 32) && page.writeUInt16LE(slotOf(leaf, 0), 34),
    ],
    ['a key that belongs to another leaf', leaf, (page) => page.fill(0xff, slotOf(leaf, 1) + 6, slotOf(leaf, 1) + 306)],
    ['a left link that leads elsewhere', leaf, (page) => page.writeUInt32LE(leaf, 24)],
    ['a right link that leads elsewhere', leaf, (page) => page.writeUInt32LE(leaf, 28)],
    ['a right link that ends early', leaf, (page) => page.writeUInt32LE(0, 28)],
    [
      'a child that is no page of its level',
      middle[0]!,
      (page) => page.writeUInt32LE(middle[1]!, slotOf(middle[0]!, 1) + 2),
    ],
    [
      'a leaf that two pages lead to',
      middle[0]!,
      (page) => page.writeUInt32LE(page.readUInt32LE(slotOf(middle[0]!, 0) + 2), slotOf(middle[0]!, 1) + 2),
    ],
    [
      'separators that do not ascend',
      middle[0]!,
      (page) => page.fill(0xff, slotOf(middle[0]!, 1) + 6, slotOf(middle[0]!, 1) + 26),
    ],
    ['a first cell with a key', middle[0]!, (page) => page.writeUInt16LE(slotOf(middle[0]!, 1), 32)],
    ['cells that do not add up', leaf, (page) => page.writeUInt16LE(7, 20)],
    ['a chain that ends early', chainStart, (page) => page.writeUInt32LE(leaf, 28)],
    ['a chain whose page is too short', chainStart, (page) => page.writeUInt16LE(100, 16)],
    ['a root that is none', root, (page) => page.writeUInt8(PageKind.meta, 14)],
  ]

  test.each(damages)('%s', (_what, id, damage) => {
    const damaged = new MemoryPages(4096)
    for (const [each, page] of sound.pages) damaged.pages.set(each, page.slice())
    expect(checkTree(damaged, root).entries).toBe(400)
    damage(Buffer.from(damaged.read(id).buffer))
    expect(() => checkTree(damaged, root)).toThrow(expect.objectContaining({ code: 'CORRUPTION' }))
  })

  test('nothing wrong with a sound tree, and counts it', () => {
    const seen = new Set<number>()
    const shape = checkTree(sound, root, seen)
    expect(seen.size).toBe(sound.pages.size)
    expect([shape.leaves, shape.overflows]).toEqual([leaves.length, chained.length])
    expect(shape.leaves + shape.internals + shape.overflows).toBe(sound.pages.size)
    expect(shape.fillHistogram.reduce((sum, count) => sum + count)).toBe(shape.leaves)
    expect(shape.userBytes).toBe(400 * 300 + 380 * 10 + 20 * 9000)
  })
})
