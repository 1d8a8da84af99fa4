import { compareSlices } from '../bytes/compare.ts'
import { lane } from '../bytes/lane.ts'
import type { Block } from './block.ts'
import { BlockEntry } from './block-entry.ts'
import { BlockWalk } from './block-walk.ts'

/**
 * Where lookups enter a cached block: at entries (anchors) of which the first key bytes behind what all keys of the
 * block have in common, the heads, lie side by side in memory apart from the block. A search among them meets two or
 * three cache lines and then the entry itself; from a restart point, a lookup would wait for each entry that it passes.
 *
 * In words of four bytes, from `anchorsAt` on:
 *
 *     start, entriesEnd                        of the block: a lookup need not fetch its object
 *     shape     prefixBytes in the lower half, how many anchors in the upper one
 *     prefix    ceil(prefixBytes / 4) words    what all keys of the block begin with
 *     anchors   three words for two of them: their heads, ascending, and where their entries begin, counted from the
 *               block's start, the first in the lower half
 *
 * Many blocks share an array of words, whose first word says where the next anchors go.
 */
const HEAD_BYTES = 4
/** A block has no more anchors than one for so many of its bytes. Where entries are smaller, some are no anchors. */
const BYTES_PER_ANCHOR = 112
/** Of a block with anchors: prefixes and counts are less than that, too. */
const MAX_PLACE = 0xffff
/** `anchorsAt` of a block that can have none. */
const UNANCHORED = -1
/** Words of anchors for each byte of blocks. */
export const ANCHOR_WORDS_PER_BYTE: number = 1 / 60
/** Places in what stands before the prefix. */
const START = 0
const ENTRIES_END = 1
const SHAPE = 2
const HEADER_WORDS = 3

const walk = new BlockWalk()
const places = new Uint16Array(Math.ceil(MAX_PLACE / BYTES_PER_ANCHOR))

/**
 * Gives a block anchors, unless there is no room for them, or it holds a very short key or several versions of one. Reads
 * all of its entries: CORRUPTION where one does not fit.
 */
export function anchorBlock(block: Block): void {
  block.anchorsAt = UNANCHORED
  if (block.size > MAX_PLACE) return
  const entries = walk.measure(block)
  const most = Math.ceil(block.size / BYTES_PER_ANCHOR)
  const stride = Math.ceil(entries / most)
  const prefixBytes = Math.min(walk.commonBytes, walk.shortestBytes - HEAD_BYTES)
  if (walk.hasVersions || prefixBytes < 0) return
  const { words } = block
  const anchorsAt = words[0]! || 1
  const prefixAt = anchorsAt + HEADER_WORDS
  const headsAt = prefixAt + Math.ceil(prefixBytes / 4)
  if (headsAt + wordsOf(Math.ceil(entries / stride)) > words.length) return

  let count = 0
  let since = stride
  for (walk.begin(block); walk.isInside; since++) {
    const at = walk.at
    walk.next()
    // What an anchor's key shares with the entry before must be told by prefix and head.
    if (since < stride || walk.shared > prefixBytes + HEAD_BYTES) continue
    words[headsAt + headOf(count)] = lane(walk.key, prefixBytes, walk.keyBytes)
    places[count++] = at - block.start
    since = 0
  }
  for (let i = 0; i < prefixBytes; i += 4) words[prefixAt + i / 4] = lane(walk.key, i, Math.min(i + 4, prefixBytes))
  for (let i = 0; i < count; i += 2) {
    words[headsAt + placesOf(i)] = places[i]! | ((i + 1 < count ? places[i + 1]! : 0) << 16)
  }
  words[0] = headsAt + wordsOf(count)
  words[anchorsAt + START] = block.start
  words[anchorsAt + ENTRIES_END] = block.entriesEnd
  words[anchorsAt + SHAPE] = (count << 16) | prefixBytes
  block.anchorsAt = anchorsAt
}

/** Where the head of anchor `index` stands, counted from the first. */
function headOf(index: number): number {
  return index + (index >>> 1)
}

/** Where the word is that says where the entry of anchor `index` begins. */
function placesOf(index: number): number {
  return 3 * (index >>> 1) + 2
}

function wordsOf(count: number): number {
  return 3 * ((count + 1) >>> 1)
}

/**
 * Makes `view` show lookups the block whose anchors are at `anchorsAt`: as much of it as `find` needs. None of its entries
 * can be refused any more: all of them were read when it got its anchors.
 */
export function showAnchored(view: Block, bytes: Uint8Array, words: Int32Array, anchorsAt: number): void {
  view.bytes = bytes
  view.words = words
  view.anchorsAt = anchorsAt
  view.start = words[anchorsAt + START]!
  view.entriesEnd = words[anchorsAt + ENTRIES_END]!
}

/** How many anchors a block has that has any. */
export function anchorCount({ words, anchorsAt }: Block): number {
  return words[anchorsAt + SHAPE]! >>> 16
}

const entry = new BlockEntry()

/** The search for the place where a lookup enters a block that has anchors. Reused from search to search. */
export class AnchorSearch {
  /** Where the entry of the anchor begins: the one of the key, or else the last one before it, or else the first. */
  at = 0
  /** How many leading bytes the key looked for has in common with the anchor's, as far as heads tell. */
  matched = 0
  /** How many bytes the entry before has at least. */
  keyBytes = 0

  /** False where the block cannot hold the key. REQUIRES a block that has anchors. */
  find(block: Block, key: Uint8Array): boolean {
    const { words, anchorsAt } = block
    const prefixBytes = words[anchorsAt + SHAPE]! & 0xffff
    const keyEnd = key.length
    const headEnd = prefixBytes + HEAD_BYTES
    if (keyEnd < headEnd) return false
    let heads = anchorsAt + HEADER_WORDS
    for (let i = 0; i < prefixBytes; i += 4) {
      if (words[heads++] !== lane(key, i, Math.min(i + 4, prefixBytes))) return false
    }
    const head = lane(key, prefixBytes, keyEnd)
    let low = 0
    let high = anchorCount(block) - 1
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      const middleHead = words[heads + headOf(middle)]!
      const isAfter = middleHead === head ? this.#isAfter(block, heads, middle, key, headEnd) : middleHead > head
      if (isAfter) high = middle - 1
      else low = middle
    }
    const difference = words[heads + headOf(low)]! ^ head
    this.at = placeOf(block, heads, low)
    this.keyBytes = headEnd
    this.matched = prefixBytes + (difference === 0 ? HEAD_BYTES : Math.clz32(difference) >>> 3)
    return true
  }

  /** Whether the key of an anchor with the head of the key looked for comes after that. */
  #isAfter(block: Block, heads: number, index: number, key: Uint8Array, headEnd: number): boolean {
    entry.read(block, placeOf(block, heads, index), headEnd)
    const { suffixStart, suffixEnd, shared } = entry
    return compareSlices(block.bytes, suffixStart + headEnd - shared, suffixEnd, key, headEnd, key.length) > 0
  }
}

function placeOf({ words, start }: Block, heads: number, index: number): number {
  const pair = words[heads + placesOf(index)]!
  return start + ((index & 1) === 0 ? pair & 0xffff : pair >>> 16)
}
