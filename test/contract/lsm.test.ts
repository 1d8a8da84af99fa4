import { fifo } from '../../src/compaction/fifo.ts'
import { leveled } from '../../src/compaction/leveled.ts'
import { sizeTiered } from '../../src/compaction/size-tiered.ts'
import type { CompactionStrategy } from '../../src/compaction/strategy.ts'
import { timeWindow } from '../../src/compaction/time-window.ts'
import { open } from '../../src/database/open.ts'
import type { BackgroundMode, OpenOptions } from '../../src/database/options.ts'
import { MemoryFileSystem } from '../../src/fs/memory-file-system.ts'
import type { StoreFactory } from '../support/contract-store.ts'
import { temporaryDirectory } from '../support/file-system-place.ts'
import { kvStoreSuite } from './kv-store.suite.ts'

/** So small that every path is crossed by a few writes. */
const TINY: OpenOptions<'bytes'> = { memtableBytes: 4096, blockBytes: 64, blockCacheBytes: 4096 }

const strategies: Record<string, () => CompactionStrategy> = {
  leveled: () => leveled({ level0Tables: 2, sizeRatio: 2, tableBytes: 4096 }),
  'size-tiered': () => sizeTiered({ mergeWidth: 2, tableBytes: 4096 }),
  fifo: () => fifo(),
  'time-window': () => timeWindow({ windowMs: 5, mergeWidth: 2, tableBytes: 4096 }),
}

/** What a caller gave, unless it is no object: then opening is to see that. */
function asGiven(options: unknown): object {
  return typeof options === 'object' && options !== null
    ? options
    : options === undefined
      ? {}
      : { notAnObject: options }
}

function onMemory(strategy: () => CompactionStrategy): StoreFactory {
  return async () => {
    const fileSystem = new MemoryFileSystem()
    return {
      open: (options) => open<'bytes'>('/store', { ...TINY, compaction: strategy(), fileSystem, ...asGiven(options) }),
      cleanup: async () => {},
    }
  }
}

function onNode(strategy: () => CompactionStrategy, background: BackgroundMode = 'auto'): StoreFactory {
  return async () => {
    const { directory, remove } = temporaryDirectory()
    const own = { ...TINY, background, compaction: strategy() }
    return {
      open: (options) => open<'bytes'>(`${directory}/store`, { ...own, ...asGiven(options) }),
      cleanup: async () => remove(),
    }
  }
}

for (const [name, strategy] of Object.entries(strategies)) {
  kvStoreSuite(`the LSM store, ${name}, on a memory disk`, onMemory(strategy))
  kvStoreSuite(`the LSM store, ${name}, on a node disk`, onNode(strategy))
}

kvStoreSuite('the LSM store, leveled, in threads', onNode(strategies['leveled']!, 'threads'))
