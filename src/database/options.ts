import { leveled } from '../compaction/leveled.ts'
import type { CompactionStrategy } from '../compaction/strategy.ts'
import { VarveError } from '../errors.ts'
import { nodeFileSystem } from '../fs/node-file-system.ts'
import type { Encoding } from '../kv-store/kv-store.ts'
import { type CheckedOptions, checkOptions, having, integer, type OptionRule, oneOf } from '../kv-store/option-rules.ts'
import { STORE_OPTION_RULES, type StoreOptions } from '../kv-store/store-options.ts'
import { nodeRuntime } from '../runtime.ts'

const KIB = 1024
const MIB = 1024 * KIB
const GIB = 1024 * MIB

/** Options of the LSM engine. */
export interface OpenOptions<E extends Encoding = Encoding> extends StoreOptions<E> {
  /** A memtable is flushed when its entries take this much; at most two are held. 256 bytes to 1 GiB, default 16 MiB. */
  memtableBytes?: number | undefined
  /** Raw bytes of a table's block; 64 to 1 MiB, default 4096. */
  blockBytes?: number | undefined
  /** Bits of bloom filter for each key, 0 for none; to 32, default 10 (0.8 % false positives). */
  filterBitsPerKey?: number | undefined
  /** Of table blocks. Default 'none'. */
  compression?: 'none' | 'deflate' | undefined
  /** How tables are merged. Default `leveled()`. */
  compaction?: CompactionStrategy | undefined
  /**
   * Where tables are written and merged. 'threads': in worker threads, which all stores of the process share; they start
   * when there is work, end when there is none, and keep no process alive. Needs the file system and runtime of this
   * machine. 'in-place': in the calling thread, in slices. 'auto' (default): in threads, where they can be had and the
   * work is large enough (1 MiB).
   */
  background?: BackgroundMode | undefined
  /**
   * What opening does with damage at the end of the logs. 'strict-tail' (default): drops what no acknowledged durable write can have been in and
   * reports it, refuses anything else. 'absolute': refuses any damage. 'point-in-time': stops at the first damage in the logs of
   * the last life, proven or not, and reports what was lost.
   */
  recovery?: RecoveryMode | undefined
}

export type BackgroundMode = 'auto' | 'threads' | 'in-place'

/** How much damage an opening may find before it is refused with `CORRUPTION`. */
export type RecoveryMode = 'strict-tail' | 'absolute' | 'point-in-time'

const OPTION_RULES: typeof STORE_OPTION_RULES & {
  readonly memtableBytes: OptionRule<number>
  readonly blockBytes: OptionRule<number>
  readonly filterBitsPerKey: OptionRule<number>
  readonly compression: OptionRule<'none' | 'deflate'>
  readonly compaction: OptionRule<CompactionStrategy>
  readonly background: OptionRule<BackgroundMode>
  readonly recovery: OptionRule<RecoveryMode>
} = {
  ...STORE_OPTION_RULES,
  memtableBytes: integer(256, GIB, 16 * MIB),
  blockBytes: integer(64, MIB, 4 * KIB),
  filterBitsPerKey: integer(0, 32, 10),
  compression: oneOf(['none', 'deflate'], 'none'),
  compaction: strategy(),
  background: oneOf(['auto', 'threads', 'in-place'], 'auto'),
  recovery: oneOf(['strict-tail', 'absolute', 'point-in-time'], 'strict-tail'),
}

/** The parts that every strategy has; `wakeAtMs` may be missing. What they answer is checked when they are asked. */
function strategy(): OptionRule<CompactionStrategy> {
  const methods = having<CompactionStrategy, undefined>(
    'a strategy such as leveled() or fifo(), with a name of 1 to 64 characters, and',
    ['pick', 'pressure', 'bottom'],
    undefined,
  )
  const accepts = (value: unknown): boolean => {
    if (!methods.accepts(value)) return false
    const { name, drops, wakeAtMs } = value as Record<keyof CompactionStrategy, unknown>
    const isNamed = typeof name === 'string' && name.length >= 1 && name.length <= 64
    const isDropping = drops === undefined || typeof drops === 'boolean'
    return isNamed && isDropping && (wakeAtMs === undefined || typeof wakeAtMs === 'function')
  }
  return { ...methods, fallback: leveled(), accepts }
}

export type CheckedOpenOptions = CheckedOptions<typeof OPTION_RULES>

/** Throws INVALID_ARGUMENT for unknown names and for values outside their bounds. */
export function checkOpenOptions(given: unknown): CheckedOpenOptions {
  const options = checkOptions(given, OPTION_RULES)
  if (options.background === 'threads' && !mayUseThreads(options)) {
    const advice = "leave out fileSystem and runtime, or background: 'threads'"
    throw new VarveError('INVALID_ARGUMENT', `threads have the file system and runtime of this machine only: ${advice}`)
  }
  return options
}

/** Another thread has the disk and the clock of this machine, and no other. */
export function mayUseThreads({ fileSystem, runtime }: CheckedOpenOptions): boolean {
  return (fileSystem === undefined || fileSystem === nodeFileSystem) && runtime === nodeRuntime
}
