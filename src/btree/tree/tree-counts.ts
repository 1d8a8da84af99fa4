/** What the shape of a tree has cost so far: plain numbers that only grow. leaves = 1 + leaf splits - leaf frees. */
export interface TreeCounts {
  /** Of a full leaf into halves, the root included. */
  leafSplitsMiddle: number
  /** Of the last leaf behind its last entry: it keeps the share that `rightmostFill` says. */
  leafSplitsRightmost: number
  internalSplitsMiddle: number
  internalSplitsRightmost: number
  /** Those of the splits above that made the tree one level higher. */
  rootSplits: number
  /** Leaves given back because they became empty. */
  leafFrees: number
  internalFrees: number
  /** How often the tree became one level lower. */
  rootShrinks: number
  overflowPages: number
  overflowFrees: number
}

export function emptyTreeCounts(): TreeCounts {
  return {
    leafSplitsMiddle: 0,
    leafSplitsRightmost: 0,
    internalSplitsMiddle: 0,
    internalSplitsRightmost: 0,
    rootSplits: 0,
    leafFrees: 0,
    internalFrees: 0,
    rootShrinks: 0,
    overflowPages: 0,
    overflowFrees: 0,
  }
}
