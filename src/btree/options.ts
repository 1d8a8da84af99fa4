import type { Encoding } from '../kv-store/kv-store.ts'
import { type CheckedOptions, checkOptions, integer, type OptionRule, oneOf } from '../kv-store/option-rules.ts'
import { STORE_OPTION_RULES, type StoreOptions } from '../kv-store/store-options.ts'

const KIB = 1024
const MIB = 1024 * KIB
const GIB = 1024 * MIB

/** What is done so that a page that a power cut has torn can be had whole again. */
export type TornPageProtection = 'none' | 'full-page-images' | 'double-write' | 'copy-on-write'

export const PROTECTIONS: readonly TornPageProtection[] = ['none', 'full-page-images', 'double-write', 'copy-on-write']

/** Whether writes wait while a checkpoint writes its pages. */
export type CheckpointPace = 'background' | 'at-once'

/** Where rows are. */
export type TreeLayout = 'clustered' | 'heap'

export const LAYOUTS: readonly TreeLayout[] = ['clustered', 'heap']

/** Options of the B-tree. */
export interface BTreeOptions<E extends Encoding = Encoding>
  extends Omit<StoreOptions<E>, 'blockCacheBytes' | 'maxOpenFiles'> {
  /** Bytes of a page: 4096, 8192 or 16384; fixed when the store is made. Default 8192, or what the store has. */
  pageBytes?: number | undefined
  /**
   * The most bytes of pages that are kept in memory, 64 KiB to 64 GiB; the pages that one commit group changes may
   * come on top. Default 32 MiB.
   */
  cacheBytes?: number | undefined
  /** A checkpoint begins when the log has grown by this much; 4 KiB to 1 GiB. Default 64 MiB. */
  checkpointLogBytes?: number | undefined
  /** A checkpoint begins after so many operations; 0 (default): their number does not matter. */
  checkpointRows?: number | undefined
  /** A checkpoint begins so many milliseconds after the first change since the last; 0: never. Default 300,000. */
  checkpointIntervalMs?: number | undefined
  /**
   * 'background' (default): writes go on while a checkpoint writes its pages, and pages that they change meanwhile are
   * written once for both; the log may grow to two distances. 'at-once': writes wait, so that a checkpoint is what theory
   * takes it for.
   */
  checkpointPace?: CheckpointPace | undefined
  /**
   * Against pages that a power cut tears: 'full-page-images' (default) logs each page whole when it is first changed
   * after a checkpoint began, without its hole; 'double-write' writes pages elsewhere and syncs them before they are
   * overwritten; 'copy-on-write' never overwrites one that a checkpoint needs; 'none' is for disks that tear nothing.
   * Fixed when the store is made; then the default is what it has.
   */
  tornPageProtection?: TornPageProtection | undefined
  /**
   * 'clustered' (default): rows lie in the leaves; 'heap': they are appended to pages laid out as PostgreSQL's, and the
   * leaves lead to their places, which limits a row to about a quarter of a page. Fixed when the store is made; then
   * the default is what it has.
   */
  layout?: TreeLayout | undefined
  /** The part of a page that stays in it when it is split by an insert at the tree's right end; 0.5 to 1. Default 0.9. */
  rightmostFill?: number | undefined
}

type SharedRules = Omit<typeof STORE_OPTION_RULES, 'blockCacheBytes' | 'maxOpenFiles'>

function sharedRules(): SharedRules {
  const { blockCacheBytes: _blocks, maxOpenFiles: _files, ...shared } = STORE_OPTION_RULES
  return shared
}

const OPTION_RULES: SharedRules & {
  readonly pageBytes: OptionRule<number | undefined>
  readonly cacheBytes: OptionRule<number>
  readonly checkpointLogBytes: OptionRule<number>
  readonly checkpointRows: OptionRule<number>
  readonly checkpointIntervalMs: OptionRule<number>
  readonly checkpointPace: OptionRule<CheckpointPace>
  readonly tornPageProtection: OptionRule<TornPageProtection | undefined>
  readonly layout: OptionRule<TreeLayout | undefined>
  readonly rightmostFill: OptionRule<number>
} = {
  ...sharedRules(),
  pageBytes: {
    fallback: undefined,
    allowed: 'one of 4096, 8192, 16384',
    accepts: (value) => value === 4096 || value === 8192 || value === 16384,
  },
  cacheBytes: integer(64 * KIB, 64 * GIB, 32 * MIB),
  checkpointLogBytes: integer(4 * KIB, GIB, 64 * MIB),
  checkpointRows: integer(0, 2 ** 48, 0),
  checkpointIntervalMs: integer(0, 86_400_000, 300_000),
  checkpointPace: oneOf(['background', 'at-once'], 'background'),
  tornPageProtection: { ...oneOf(PROTECTIONS, 'full-page-images'), fallback: undefined },
  layout: { ...oneOf(LAYOUTS, 'clustered'), fallback: undefined },
  rightmostFill: {
    fallback: 0.9,
    allowed: 'a number from 0.5 to 1',
    accepts: (value) => typeof value === 'number' && value >= 0.5 && value <= 1,
  },
}

export const DEFAULT_PAGE_BYTES: number = 8192
export const DEFAULT_PROTECTION: TornPageProtection = 'full-page-images'

export type CheckedBTreeOptions = CheckedOptions<typeof OPTION_RULES>

/** Throws INVALID_ARGUMENT for unknown names and for values outside their bounds. */
export function checkBTreeOptions(given: unknown): CheckedBTreeOptions {
  return checkOptions(given, OPTION_RULES)
}
