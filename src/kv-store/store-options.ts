import type { FileSystem } from '../fs/file-system.ts'
import { nodeRuntime, type Runtime } from '../runtime.ts'
import type { Durability, Encoding } from './kv-store.ts'
import { DURABILITIES, ENCODINGS } from './operation-options.ts'
import { boolean, type CheckedOptions, checkOptions, having, integer, type OptionRule, oneOf } from './option-rules.ts'

const KIB = 1024
const MIB = 1024 * KIB
const GIB = 1024 * MIB

/** Where a store tells what it does in the background. Called with one line; what it throws is ignored. */
export interface Logger {
  debug(message: string): void
  info(message: string): void
  warn(message: string): void
  error(message: string): void
}

/** The options that both engines share. */
export interface StoreOptions<E extends Encoding = Encoding> {
  /** When a write resolves that does not say so itself. Default 'power'. */
  durability?: Durability | undefined
  /** How reads return keys and values that do not say so themselves. Default 'bytes'. */
  encoding?: E | undefined
  /** Make the store where there is none; otherwise opening is NOT_FOUND. Default true. */
  createIfMissing?: boolean | undefined
  /** Opening a store that is there is EXISTS. Default false. */
  errorIfExists?: boolean | undefined
  /** Write nothing at all; every write is READ_ONLY. Default false. */
  readOnly?: boolean | undefined
  /**
   * A sync begins at most this many milliseconds after the oldest byte that waits for one; 0 to 3,600,000. Default 200.
   */
  syncIntervalMs?: number | undefined
  /** How many milliseconds a group of writes waits for more to share its sync; 0 to 1,000. Default 0. */
  commitLingerMs?: number | undefined
  /** The most bytes that one commit group takes, except for a single larger batch; 4 KiB to 1 GiB. Default 4 MiB. */
  maxGroupBytes?: number | undefined
  /** The most bytes that may wait in the commit queue before writes are OVERLOADED; 4 KiB to 4 GiB. Default 64 MiB. */
  maxPendingBytes?: number | undefined
  /** The most files that are kept open; 8 to 1,000,000. Default 512. */
  maxOpenFiles?: number | undefined
  /** The most bytes of blocks or pages that are kept in memory; 0 to 64 GiB. Default 32 MiB. */
  blockCacheBytes?: number | undefined
  /** Default: the disk of this machine. */
  fileSystem?: FileSystem | undefined
  /** Clocks, timers and randomness. Default: Node's. */
  runtime?: Runtime | undefined
  /** Default: none. */
  logger?: Logger | undefined
  /** Ends opening, and nothing else, with ABORTED. */
  signal?: AbortSignal | undefined
}

const FILE_SYSTEM_METHODS = [
  'status',
  'list',
  'makeDirectory',
  'open',
  'rename',
  'unlinkSync',
  'unlink',
  'syncDirectory',
  'lock',
]
const RUNTIME_METHODS = ['now', 'monotonic', 'random', 'timer', 'sleep', 'yield', 'spawn']

/** The rules of StoreOptions. An engine spreads them into a table of its own, with its further options. */
export const STORE_OPTION_RULES: {
  readonly durability: OptionRule<Durability>
  readonly encoding: OptionRule<Encoding>
  readonly createIfMissing: OptionRule<boolean>
  readonly errorIfExists: OptionRule<boolean>
  readonly readOnly: OptionRule<boolean>
  readonly syncIntervalMs: OptionRule<number>
  readonly commitLingerMs: OptionRule<number>
  readonly maxGroupBytes: OptionRule<number>
  readonly maxPendingBytes: OptionRule<number>
  readonly maxOpenFiles: OptionRule<number>
  readonly blockCacheBytes: OptionRule<number>
  readonly fileSystem: OptionRule<FileSystem | undefined>
  readonly runtime: OptionRule<Runtime>
  readonly logger: OptionRule<Logger | undefined>
  readonly signal: OptionRule<AbortSignal | undefined>
} = {
  durability: oneOf(DURABILITIES, 'power'),
  encoding: oneOf(ENCODINGS, 'bytes'),
  createIfMissing: boolean(true),
  errorIfExists: boolean(false),
  readOnly: boolean(false),
  syncIntervalMs: integer(0, 3_600_000, 200),
  commitLingerMs: integer(0, 1_000, 0),
  maxGroupBytes: integer(4 * KIB, GIB, 4 * MIB),
  maxPendingBytes: integer(4 * KIB, 4 * GIB, 64 * MIB),
  maxOpenFiles: integer(8, 1_000_000, 512),
  blockCacheBytes: integer(0, 64 * GIB, 32 * MIB),
  fileSystem: having<FileSystem, undefined>('a file system', FILE_SYSTEM_METHODS, undefined),
  runtime: having<Runtime, Runtime>('a runtime', RUNTIME_METHODS, nodeRuntime),
  logger: having<Logger, undefined>('a logger', ['debug', 'info', 'warn', 'error'], undefined),
  signal: {
    fallback: undefined,
    allowed: 'an AbortSignal',
    accepts: (value: unknown): boolean => value instanceof AbortSignal,
  },
}

export type CheckedStoreOptions = CheckedOptions<typeof STORE_OPTION_RULES>

/** For an engine that has no further options. */
export function checkStoreOptions(given: StoreOptions | undefined): CheckedStoreOptions {
  return checkOptions(given, STORE_OPTION_RULES)
}
