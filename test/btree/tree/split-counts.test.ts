import { describe, expect, test } from 'vitest'
import { createTree, Tree } from '../../../src/btree/tree/tree.ts'
import { checkTree, type TreeShape } from '../../../src/btree/tree/tree-check.ts'
import { MemoryPages } from '../../support/btree-memory-pages.ts'
import { seededNumbers } from '../../support/seeded-numbers.ts'

const ROWS = 200_000
const KEY_BYTES = 16
const ROW_BYTES = 116

interface Load {
  readonly tree: Tree
  readonly shape: TreeShape
}

function load(pageBytes: number, keyOf: (index: number) => number, rightmostFill = 0.9): Load {
  const pages = new MemoryPages(pageBytes)
  const root = pages.allocate()
  createTree(pages, root)
  const tree = new Tree(pages, root, { rightmostFill })
  const row = Buffer.alloc(ROW_BYTES)
  for (let index = 0; index < ROWS; index++) {
    row.writeUInt32BE(keyOf(index), 0)
    row.writeUInt32BE(index, 4)
    tree.put(row, 0, KEY_BYTES, row, KEY_BYTES, ROW_BYTES)
  }
  return { tree, shape: checkTree(pages, root) }
}

function expectNear(actual: number, expected: number, tolerance: number): void {
  expect(Math.abs(actual / expected - 1), `${actual} instead of ${expected}`).toBeLessThan(tolerance)
}

describe('rows of 16 + 100 bytes in pages of 8 KiB', () => {
  test('random inserts: 0.0222 leaf splits a row, leaves filled to 69 %', () => {
    const { tree, shape } = load(8192, seededNumbers(11))
    const splits = tree.counts.leafSplitsMiddle + tree.counts.leafSplitsRightmost
    expectNear(splits / ROWS, 0.0222, 0.03)
    expectNear(shape.leafFill, Math.LN2, 0.03)
    expect(shape.leaves).toBe(1 + splits)
    expect(tree.height).toBe(3)
    expect(tree.counts.rootSplits).toBe(2)
    expect(shape.userBytes).toBe(ROWS * ROW_BYTES)
  })

  test('rows in order: the last leaf is split nine to one, and stays nine tenths full', () => {
    const { tree, shape } = load(8192, (index) => index)
    expect(tree.counts.leafSplitsMiddle).toBe(0)
    expectNear(tree.counts.leafSplitsRightmost / ROWS, 1 / 59, 0.001)
    expectNear(shape.leafFill, 0.9, 0.01)
  })

  test('rows in order fill leaves to the last byte where that is asked for', () => {
    const { tree } = load(8192, (index) => index, 1)
    expectNear(tree.counts.leafSplitsRightmost / ROWS, 1 / 65, 0.001)
  })

  test('rows in descending order leave half-full leaves behind', () => {
    const { tree, shape } = load(8192, (index) => ROWS - index)
    expect(tree.counts.leafSplitsRightmost).toBe(0)
    expectNear(shape.leafFill, 0.5, 0.03)
  })
})
