import { fifo } from '../../src/compaction/fifo.ts'
import { type LeveledOptions, leveled } from '../../src/compaction/leveled.ts'
import { type SizeTieredOptions, sizeTiered } from '../../src/compaction/size-tiered.ts'
import type { CompactionStrategy } from '../../src/compaction/strategy.ts'
import { type TimeWindowOptions, timeWindow } from '../../src/compaction/time-window.ts'
import { open } from '../../src/database/open.ts'
import type { OpenOptions } from '../../src/database/options.ts'
import type { FileSystem } from '../../src/fs/file-system.ts'
import { MemoryFileSystem } from '../../src/fs/memory-file-system.ts'
import type { KeyValueStore } from '../../src/kv-store/kv-store.ts'
import { nodeRuntime, type Runtime } from '../../src/runtime.ts'
import { fixedRuntime } from './fuzz-corpus.ts'
import { STORE } from './recovery-disk.ts'
import { SortedMapStore, sortedMedium } from './sorted-map-store.ts'

/** One way to run an operation file. */
export interface OptionSet {
  readonly name: string
  readonly api: 'sync' | 'async'
  /** A place of its own: each call of what it returns opens the store there. */
  readonly place: () => () => Promise<KeyValueStore>
}

/** Waits for a turn of the event loop instead of for milliseconds. */
function hastyRuntime(): Runtime {
  const timer: Runtime['timer'] = (_delayMs, wake) => {
    const turn = setImmediate(wake)
    return () => clearImmediate(turn)
  }
  return { ...fixedRuntime(1), timer, sleep: () => nodeRuntime.yield() }
}

type Options = Omit<OpenOptions<'bytes'>, 'compaction'>
type Shape = readonly [
  api: 'sync' | 'async',
  options: Options,
  strategy: LeveledOptions | ['tiered', SizeTieredOptions] | ['windows', TimeWindowOptions] | ['fifo'],
]

const TINY = { memtableBytes: 512, blockBytes: 64, maxOpenFiles: 8, blockCacheBytes: 0 }
const SMALL = { memtableBytes: 2048, blockBytes: 256, maxOpenFiles: 8, blockCacheBytes: 4096 }
const WIDE = { memtableBytes: 4 << 20, blockBytes: 65_536, maxOpenFiles: 512, blockCacheBytes: 32 << 20 }

const SHAPES: readonly Shape[] = [
  ['sync', TINY, { level0Tables: 1, sizeRatio: 2, tableBytes: 512 }],
  ['async', TINY, { level0Tables: 2, sizeRatio: 2, tableBytes: 1024 }],
  ['sync', { ...TINY, filterBitsPerKey: 0 }, { level0Tables: 4, sizeRatio: 10, tableBytes: 4096 }],
  ['async', { ...TINY, filterBitsPerKey: 1 }, ['tiered', { mergeWidth: 2, tableBytes: 512 }]],
  ['sync', { ...TINY, filterBitsPerKey: 32 }, ['tiered', { mergeWidth: 4, tableBytes: 1 << 20 }]],
  ['async', { ...TINY, compression: 'deflate' }, { level0Tables: 2, sizeRatio: 3, tableBytes: 2048, maxLevels: 2 }],
  ['sync', { ...TINY, compression: 'deflate', filterBitsPerKey: 0 }, ['tiered', { mergeWidth: 2, maxLevels: 1 }]],
  ['async', { ...TINY, durability: 'process' }, { level0Tables: 1, sizeRatio: 2, tableBytes: 1 }],
  ['sync', { ...TINY, durability: 'none' }, ['tiered', { mergeWidth: 3, tableBytes: 1 }]],
  ['async', { ...TINY, durability: 'none', maxGroupBytes: 4096 }, { level0Tables: 2, baseBytes: 1 }],
  ['async', { ...SMALL, commitLingerMs: 1 }, { level0Tables: 2, sizeRatio: 2, tableBytes: 1024 }],
  ['sync', { ...SMALL, commitLingerMs: 1, syncIntervalMs: 0 }, ['tiered', { mergeWidth: 2 }]],
  ['async', { ...SMALL, compression: 'deflate' }, ['tiered', { mergeWidth: 8 }]],
  ['sync', { ...SMALL, filterBitsPerKey: 1 }, { level0Tables: 64 }],
  ['async', { ...SMALL, filterBitsPerKey: 32, durability: 'process' }, { level0Tables: 1 }],
  ['sync', { ...SMALL, filterBitsPerKey: 0, compression: 'deflate' }, { level0Tables: 2, sizeRatio: 100 }],
  ['async', { ...SMALL, blockBytes: 65_536, blockCacheBytes: 0 }, { level0Tables: 2, sizeRatio: 2 }],
  ['sync', { ...SMALL, blockBytes: 64, maxOpenFiles: 512 }, ['tiered', { mergeWidth: 64 }]],
  ['async', { ...SMALL, maxGroupBytes: 4096, maxPendingBytes: 1 << 20 }, ['tiered', { mergeWidth: 2, maxLevels: 2 }]],
  ['sync', WIDE, {}],
  ['async', WIDE, ['tiered', {}]],
  ['async', { ...WIDE, filterBitsPerKey: 0, durability: 'none' }, { level0Tables: 1 }],
  ['sync', { ...WIDE, compression: 'deflate', durability: 'process' }, ['tiered', { mergeWidth: 2 }]],
  ['async', TINY, ['fifo']],
  ['sync', TINY, ['windows', { windowMs: 1, mergeWidth: 2, tableBytes: 512 }]],
  ['async', { ...SMALL, compression: 'deflate' }, ['windows', { windowMs: 1000 }]],
  ['async', { ...WIDE, blockBytes: 64, blockCacheBytes: 100, maxOpenFiles: 8 }, { level0Tables: 1, tableBytes: 64 }],
]

function openingOf([, options, strategy]: Shape, fileSystem: FileSystem): () => Promise<KeyValueStore> {
  const compaction = strategyOf(strategy)
  return () => open<'bytes'>(STORE, { ...options, compaction, fileSystem, runtime: hastyRuntime() })
}

function strategyOf(strategy: Shape[2]): CompactionStrategy {
  if (!Array.isArray(strategy)) return leveled(strategy as LeveledOptions)
  const [kind, options] = strategy as [string, object]
  return kind === 'fifo' ? fifo() : kind === 'windows' ? timeWindow(options) : sizeTiered(options)
}

const FIXED_SETS: readonly OptionSet[] = SHAPES.map((shape) => ({
  name: `${shape[0]} ${JSON.stringify(shape[1])} ${JSON.stringify(shape[2])}`,
  api: shape[0],
  place: () => openingOf(shape, new MemoryFileSystem()),
}))

/** What one set of options has written, the next one reads. */
const CHANGING_SETS: readonly OptionSet[] = [1, 5].map((step) => ({
  name: `another of these at each opening, in steps of ${step}`,
  api: 'async',
  place() {
    const fileSystem = new MemoryFileSystem()
    let opening = 0
    return () => openingOf(SHAPES[(step * opening++) % SHAPES.length]!, fileSystem)()
  },
}))

/** Sets of options of the engine: 27 that stay as they are, and two that change whenever the store is opened. */
export const OPTION_SETS: readonly OptionSet[] = [...FIXED_SETS, ...CHANGING_SETS]

/** A sorted array: what the answers must be. */
export const REFERENCE_SET: OptionSet = {
  name: 'a sorted array',
  api: 'async',
  place() {
    const medium = sortedMedium()
    return () => SortedMapStore.open<'bytes'>(medium)
  },
}
