import { type BTreeStore, openBTree, type TornPageProtection } from '../../../src/btree/btree.ts'
import type { Arm } from './arm.ts'

export const PAGE_BYTES = 8192

const TITLES: Readonly<Record<TornPageProtection, string>> = {
  none: 'B-tree, no protection',
  'full-page-images': 'B-tree, page images',
  'double-write': 'B-tree, double write',
  'copy-on-write': 'B-tree, copy on write',
}

/**
 * The comparator with a checkpoint every `checkpointRows` rows (0: only when all is drained), in a cache that holds the whole tree: what is
 * written again is then due to checkpoints alone.
 */
export function btreeArm(protection: TornPageProtection, checkpointRows: number, cacheBytes: number): Arm {
  const settings = { pageBytes: PAGE_BYTES, tornPageProtection: protection, checkpointRows, cacheBytes }
  return {
    name: `btree-${protection}`,
    title: TITLES[protection],
    engine: 'btree',
    settings,
    async open({ directory, fileSystem, runtime, isFull }) {
      const never = { checkpointLogBytes: 2 ** 30, checkpointIntervalMs: 0 }
      // Rows that come while a checkpoint is on its way change pages that it has yet to write, and are written with them: that is the
      // machine's speed, not the tree's.
      const own = { checkpointPace: isFull ? ('background' as const) : ('at-once' as const) }
      const store = await openBTree(directory, { ...settings, ...never, ...own, fileSystem, runtime })
      return {
        store,
        pause: () => Promise.resolve(),
        drain: () => store.flush(),
        counters: () => counters(store),
        shape: () => shape(store),
      }
    },
  }
}

function counters(store: BTreeStore<'bytes'>): Record<string, number> {
  const { btree, flushes } = store.stats()
  const { tree, pager } = btree
  return {
    checkpoints: flushes,
    leafSplits: tree.leafSplitsMiddle + tree.leafSplitsRightmost,
    leafSplitsRightmost: tree.leafSplitsRightmost,
    internalSplits: tree.internalSplitsMiddle + tree.internalSplitsRightmost,
    rootSplits: tree.rootSplits,
    leafFrees: tree.leafFrees,
    height: btree.height,
    pages: btree.pages - btree.freePages,
    pagesWrittenByCheckpoint: pager.pagesWritten.checkpoint,
    pagesWrittenByEviction: pager.pagesWritten.eviction,
    pagesWrittenByExtension: pager.pagesWritten.extension,
    pagesWrittenTwice: pager.pagesWritten.doubleWrite,
    firstTouches: pager.firstTouches,
    fullPageImages: pager.fullPageImages,
    logRowBytes: pager.logBytes.row,
    logSplitBytes: pager.logBytes.split,
    logImageBytes: pager.logBytes.fullPageImage,
    logFramingBytes: pager.logBytes.framing,
  }
}

/** Reads the whole tree. */
function shape(store: BTreeStore<'bytes'>): Record<string, number> {
  const { leaves, internals, height, leafFill, entries, fillHistogram } = store.shape()
  const tenths = Object.fromEntries(fillHistogram.map((count, i) => [`leavesTo${10 * (i + 1)}`, count]))
  return { leaves, internals, height, leafFill, entries, ...tenths }
}
