import type { FileSystem } from '../fs/file-system.ts'
import { nodeFileSystem } from '../fs/node-file-system.ts'
import { type CheckedOptions, checkOptions, integer, type OptionRule, oneOf } from '../kv-store/option-rules.ts'
import { type Logger, STORE_OPTION_RULES } from '../kv-store/store-options.ts'
import type { Runtime } from '../runtime.ts'

const KIB = 1024
const MIB = 1024 * KIB
const GIB = 1024 * MIB

/** Options of `repair`; the defaults are those of `open`. */
export interface RepairOptions {
  /** Default: the disk of this machine. */
  fileSystem?: FileSystem | undefined
  /** Clocks and randomness. Default: Node's. */
  runtime?: Runtime | undefined
  /** Told of each file, and of each range that cannot be read. Default: none. */
  logger?: Logger | undefined
  /** Ends the repair with ABORTED; what was written so far is removed. */
  signal?: AbortSignal | undefined
  /** Entries are sorted in memory so many bytes at a time; 4 KiB to 1 GiB, default 16 MiB. */
  memtableBytes?: number | undefined
  /** Bytes of a table of the new store; 4 KiB to 1 GiB, default 8 MiB. */
  tableBytes?: number | undefined
  /** As for `open`, for the tables of the new store. */
  blockBytes?: number | undefined
  filterBitsPerKey?: number | undefined
  compression?: 'none' | 'deflate' | undefined
}

const { fileSystem, runtime, logger, signal } = STORE_OPTION_RULES

const RULES: Pick<typeof STORE_OPTION_RULES, 'fileSystem' | 'runtime' | 'logger' | 'signal'> & {
  readonly memtableBytes: OptionRule<number>
  readonly tableBytes: OptionRule<number>
  readonly blockBytes: OptionRule<number>
  readonly filterBitsPerKey: OptionRule<number>
  readonly compression: OptionRule<'none' | 'deflate'>
} = {
  fileSystem,
  runtime,
  logger,
  signal,
  memtableBytes: integer(4 * KIB, GIB, 16 * MIB),
  tableBytes: integer(4 * KIB, GIB, 8 * MIB),
  blockBytes: integer(64, MIB, 4 * KIB),
  filterBitsPerKey: integer(0, 32, 10),
  compression: oneOf(['none', 'deflate'], 'none'),
}

export type CheckedRepairOptions = Omit<CheckedOptions<typeof RULES>, 'fileSystem'> & {
  readonly fileSystem: FileSystem
}

/** Throws INVALID_ARGUMENT for unknown names and for values outside their bounds. */
export function checkRepairOptions(given: unknown): CheckedRepairOptions {
  const checked = checkOptions(given, RULES)
  return { ...checked, fileSystem: checked.fileSystem ?? nodeFileSystem }
}
