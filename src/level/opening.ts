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
 * The options of Varve's `open()`. Numbers under LevelDB's names are clipped to the bounds, as LevelDB does; the rest is
 * checked by Varve. Names that neither knows belong to someone else: layers above pass all they have.
 */
export function toVarveOptions(options: OpenOptions): VarveOptions {
  if (options.multithreading) {
    throw new LevelError('LEVEL_NOT_SUPPORTED', 'multithreading is not supported: one thread holds a store')
  }
  const given: VarveOptions = { ...DEFAULTS, compression: toCompression(options.compression) }
  given.blockCacheBytes = clipped(options, 'cacheSize', 0, 64 * GIB)
  given.memtableBytes = clipped(options, 'writeBufferSize', 64 * KIB, GIB)
  given.blockBytes = clipped(options, 'blockSize', KIB, MIB)
  given.maxOpenFiles = clipped(options, 'maxOpenFiles', 8, 1_000_000)
  const tableBytes = clipped(options, 'maxFileSize', MIB, GIB)
  if (tableBytes !== undefined) given.compaction = leveled({ tableBytes })
  for (const name of OWN_OPTIONS) if (options[name] !== undefined) Object.assign(given, { [name]: options[name] })
  return given
}

function toCompression(compression: OpenOptions['compression'] | null): 'none' | 'deflate' | undefined {
  if (typeof compression === 'boolean') return compression ? 'deflate' : 'none'
  return compression ?? undefined
}

/** A number under one of LevelDB's names, cut to a whole one within its bounds; null is absent, as in classic-level. */
function clipped(options: OpenOptions, name: LevelNumber, least: number, most: number): number | undefined {
  const value: unknown = options[name]
  if (value === undefined || value === null) return undefined
  if (typeof value === 'number' && !Number.isNaN(value)) return Math.min(most, Math.max(least, Math.trunc(value)))
  throw new LevelError('LEVEL_INVALID_ARGUMENT', `${name} must be a number; given was ${typeof value}`)
}

type LevelNumber = 'cacheSize' | 'writeBufferSize' | 'blockSize' | 'maxOpenFiles' | 'maxFileSize'
