import type { BlockCache } from './block-cache.ts'

/** What point lookups did in tables, since opening. */
export class TableCounters {
  /** Data blocks that lookups looked into, from the cache or from disk. */
  blockReads = 0
  filterProbes = 0
  /** Probes that spared a block. */
  filterNegatives = 0
  /** Probes that let a key pass which the table does not hold. */
  filterFalsePositives = 0
  /** Filters that were damaged and are done without. */
  droppedFilters = 0
}

/** What the tables of one store share. */
export interface TableShared {
  readonly cache: BlockCache
  readonly counters: TableCounters
}
