import { compareBytes } from '../../bytes/compare.ts'
import { corruption, VarveError } from '../../errors.ts'
import { cellWord, inlineKeyBytes, keyChainAt, keyIsInChain, valueAt, valueIsInChain } from '../page/cell.ts'
import {
  cellAt,
  leftLink,
  PageKind,
  pageCapacity,
  pageKind,
  pageLevel,
  rightLink,
  slotCount,
  usedBytes,
} from '../page/format.ts'
import { u32At } from '../page/integers.ts'
import { checkPage } from '../page/page-check.ts'
import { copyKey } from './cell-key.ts'
import { chainPage } from './overflow-chain.ts'
import type { PageReader } from './page-access.ts'
import { childPage } from './tree-path.ts'

/** What a tree looks like: counted by walking all of it. */
export interface TreeShape {
  height: number
  leaves: number
  internals: number
  overflows: number
  entries: number
  /** Of keys and values. */
  userBytes: number
  /** What slots and cells take of the leaves, 0 to 1. */
  leafFill: number
  /** Leaves by tenths of fill: from nothing to a tenth, ..., from nine tenths to full. */
  readonly fillHistogram: number[]
}

/**
 * Reads every page of a tree and proves what lookups and cursors rely upon: pages are sound, no page is used twice,
 * levels descend by one, keys ascend and stay within what the pages above say, leaves are linked in order, chains hold
 * what is said of them. Throws CORRUPTION at the first page that breaks a rule, or tells `onDamage` and goes on with the
 * next one below the same page; `seen` gets the ids of all pages.
 */
export function checkTree(
  reader: PageReader,
  root: number,
  seen: Set<number> = new Set(),
  onDamage?: (error: VarveError) => void,
): TreeShape {
  const check = new TreeCheck(reader, seen, onDamage)
  check.visit(root, undefined, undefined, undefined)
  return check.finish(root)
}

class TreeCheck {
  readonly #reader: PageReader
  readonly #seen: Set<number>
  readonly #shape: TreeShape = {
    height: 0,
    leaves: 0,
    internals: 0,
    overflows: 0,
    entries: 0,
    userBytes: 0,
    leafFill: 0,
    fillHistogram: new Array<number>(10).fill(0),
  }
  readonly #onDamage: ((error: VarveError) => void) | undefined
  #usedBytes = 0
  /** Undefined behind a page that was passed over. */
  #lastLeaf: number | undefined = 0
  #expectedLeaf: number | undefined

  constructor(reader: PageReader, seen: Set<number>, onDamage: ((error: VarveError) => void) | undefined) {
    this.#reader = reader
    this.#seen = seen
    this.#onDamage = onDamage
  }

  finish(root: number): TreeShape {
    if ((this.#expectedLeaf ?? 0) !== 0) fail(this.#lastLeaf!, 'it links to a leaf that no page above leads to')
    const shape = this.#shape
    shape.height = pageLevel(this.#reader.read(root)) + 1
    shape.leafFill = this.#usedBytes / (shape.leaves * pageCapacity(this.#reader.pageBytes))
    return shape
  }

  /** A page whose keys must lie from `lower` to below `upper`; `level` is undefined for the root. */
  visit(id: number, level: number | undefined, lower: Uint8Array | undefined, upper: Uint8Array | undefined): void {
    const page = level === undefined ? this.#reader.read(id) : childPage(this.#reader, id, level)
    this.#claim(id)
    checkPage(page, id)
    if (pageKind(page) === PageKind.leaf) this.#visitLeaf(page, id, lower, upper)
    else if (pageKind(page) === PageKind.internal) this.#visitInternal(page, id, lower, upper)
    else fail(id, 'it is no page of a tree')
  }

  #claim(id: number): void {
    if (this.#seen.has(id)) fail(id, 'it is used twice')
    this.#seen.add(id)
  }

  #visitInternal(page: Uint8Array, id: number, lower: Uint8Array | undefined, upper: Uint8Array | undefined): void {
    const slots = slotCount(page)
    this.#shape.internals++
    if (inlineKeyBytes(page, cellAt(page, 0)) !== 0) fail(id, 'its first cell has a key')
    let from = lower
    for (let slot = 0; slot < slots; slot++) {
      const next = slot + 1 < slots ? this.#key(page, cellAt(page, slot + 1)) : upper
      if (from !== undefined && next !== undefined && compareBytes(from, next) >= 0) fail(id, 'its keys do not ascend')
      this.#visitChild(cellWord(page, cellAt(page, slot)), pageLevel(page) - 1, from, next)
      from = next
    }
  }

  #visitChild(id: number, level: number, lower: Uint8Array | undefined, upper: Uint8Array | undefined): void {
    try {
      this.visit(id, level, lower, upper)
    } catch (error) {
      if (this.#onDamage === undefined || !(error instanceof VarveError) || error.code !== 'CORRUPTION') throw error
      this.#onDamage(error)
      this.#lastLeaf = this.#expectedLeaf = undefined
    }
  }

  #visitLeaf(page: Uint8Array, id: number, lower: Uint8Array | undefined, upper: Uint8Array | undefined): void {
    const shape = this.#shape
    if (this.#lastLeaf !== undefined && leftLink(page) !== this.#lastLeaf)
      fail(id, 'its left link does not lead to the leaf before it')
    if (this.#expectedLeaf !== undefined && this.#expectedLeaf !== id)
      fail(id, 'the leaf before it links to another one')
    this.#lastLeaf = id
    this.#expectedLeaf = rightLink(page)
    let before: Uint8Array | undefined
    for (let slot = 0; slot < slotCount(page); slot++) {
      const at = cellAt(page, slot)
      const key = this.#key(page, at)
      if (before !== undefined && compareBytes(before, key) >= 0) fail(id, 'its keys do not ascend')
      if (lower !== undefined && compareBytes(key, lower) < 0) fail(id, 'a key is below what leads to it')
      if (upper !== undefined && compareBytes(key, upper) >= 0) fail(id, 'a key is above what leads to it')
      if (valueIsInChain(page, at)) this.#visitChain(u32At(page, valueAt(page, at)), cellWord(page, at))
      shape.entries++
      shape.userBytes += key.length + cellWord(page, at)
      before = key
    }
    const used = usedBytes(page)
    shape.leaves++
    this.#usedBytes += used
    shape.fillHistogram[Math.min(9, Math.floor((10 * used) / pageCapacity(page.length)))]! += 1
  }

  #key(page: Uint8Array, at: number): Uint8Array {
    if (keyIsInChain(page, at)) {
      const chain = keyChainAt(page, at)
      this.#visitChain(u32At(page, chain + 4), u32At(page, chain))
    }
    return copyKey(this.#reader, page, at)
  }

  #visitChain(first: number, bytes: number): void {
    let id = first
    let left = bytes
    while (left > 0) {
      const page = chainPage(this.#reader, id, left)
      this.#claim(id)
      checkPage(page, id)
      this.#shape.overflows++
      left -= slotCount(page)
      id = rightLink(page)
    }
    if (id !== 0) fail(id, 'a chain goes on behind its end')
  }
}

function fail(id: number, what: string): never {
  throw corruption(`page ${id}: ${what}`)
}
