import { leveled, type OpenOptions as VarveOptions } from '../index.ts'
import { LevelError } from './level-error.ts'
import type { OpenOptions } from './level-options.ts'

const KIB = 1024
const MIB = 1024 * KIB
const GIB = 1024 * MIB

/** Varve's options that are passed on as they are. */
const OWN_OPTIONS = [
  'durability',
  'createIfMissing',
  'errorIfExists',
  'readOnly',
  'syncIntervalMs',
  'commitLingerMs',
  'maxGroupBytes',
  'maxPendingBytes',
  'maxOpenFiles',
  'blockCacheBytes',
  'fileSystem',
  'runtime',
  'logger',
  'memtableBytes',
  'blockBytes',
  'filterBitsPerKey',
  'compaction',
  'recovery',
] as const satisfies (keyof OpenOptions & keyof VarveOptions)[]

/**
 * What Level promises where the options say nothing: a write is with the operating system, and none is refused because
 * many wait.
 */
const DEFAULTS: VarveOptions = { durability: 'process', maxPendingBytes: 4 * GIB }

/**
 * The options of Varve's `open()`. Values under LevelDB's names are clipped to the bounds, as LevelDB does; those under
 * Varve's are checked by it. Names that neither knows belong to someone else: layers above pass all they have.
 */
export function toVarveOptions(options: OpenOptions): VarveOptions {
  if (options.multithreading === true) {
    throw new LevelError('LEVEL_NOT_SUPPORTED', 'multithreading is not supported: one thread holds a store')
  }
  const { compression, cacheSize, writeBufferSize, blockSize, maxFileSize } = options
  const given: VarveOptions = { ...DEFAULTS, compression: toCompression(compression) }
  if (cacheSize !== undefined) given.blockCacheBytes = clip(cacheSize, 0, 64 * GIB)
  if (writeBufferSize !== undefined) given.memtableBytes = clip(writeBufferSize, 64 * KIB, GIB)
  if (blockSize !== undefined) given.blockBytes = clip(blockSize, KIB, MIB)
  if (maxFileSize !== undefined) given.compaction = leveled({ tableBytes: clip(maxFileSize, MIB, GIB) })
  for (const name of OWN_OPTIONS) if (options[name] !== undefined) Object.assign(given, { [name]: options[name] })
  return given
}

function toCompression(compression: OpenOptions['compression']): 'none' | 'deflate' | undefined {
  if (typeof compression === 'boolean') return compression ? 'deflate' : 'none'
  return compression
}

function clip(value: number, least: number, most: number): number {
  return Number.isFinite(value) ? Math.min(most, Math.max(least, Math.trunc(value))) : value
}
