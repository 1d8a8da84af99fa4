import { fifo } from '../../src/compaction/fifo.ts'
import { leveled } from '../../src/compaction/leveled.ts'
import { sizeTiered } from '../../src/compaction/size-tiered.ts'
import type { CompactionStrategy } from '../../src/compaction/strategy.ts'
import { timeWindow } from '../../src/compaction/time-window.ts'
import { open } from '../../src/database/open.ts'
import type { OpenOptions } from '../../src/database/options.ts'
import { MemoryFileSystem } from '../../src/fs/memory-file-system.ts'
import type { KeyValueStore } from '../../src/kv-store/kv-store.ts'
import type { StoreHarness } from '../../src/testing/store-harness.ts'
import { seededNumbers } from './seeded-numbers.ts'

/** So small that a few writes cross every path: rotation, flush, merges over several levels, blocks of one entry. */
export const TINY: OpenOptions<'bytes'> = { memtableBytes: 512, blockBytes: 64, blockCacheBytes: 1024, maxOpenFiles: 8 }

export const STRATEGIES: Record<string, () => CompactionStrategy> = {
  leveled: () => leveled({ level0Tables: 2, sizeRatio: 2, tableBytes: 1024 }),
  'size-tiered': () => sizeTiered({ mergeWidth: 2, tableBytes: 1024 }),
  fifo: () => fifo(),
  // Windows so short that many of them close while a test runs.
  'time-window': () => timeWindow({ windowMs: 5, mergeWidth: 2, tableBytes: 1024 }),
}

/** A store on a memory disk that can be killed, and whose power can be cut: what was not synced then survives or not, by chance. */
export function lsmHarness(options: OpenOptions<'bytes'>): () => Promise<StoreHarness> {
  return async () => {
    let disk = new MemoryFileSystem()
    const numbers = seededNumbers(1)
    const reopen = (): Promise<KeyValueStore> => open<'bytes'>('/store', { ...options, fileSystem: disk })
    return {
      open: reopen,
      kill: () => {
        disk = disk.killed()
        return reopen()
      },
      powerCut: () => {
        disk = numbers() % 3 === 0 ? disk.powerCut() : disk.crash((choices) => numbers() % choices)
        return reopen()
      },
      cleanup: async () => {},
    }
  }
}
