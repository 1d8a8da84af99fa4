import type { LsmShape } from './arms/lsm.ts'

export type SizeName = 'S' | 'M' | 'L'

/** How large a lab is: the shapes of trees stay the same, so that S already shows what L proves. */
export interface LabSize {
  readonly name: SizeName
  /** Of the strategies. */
  readonly records: number
  readonly overwrites: number
  readonly shape: LsmShape
  /** Of the strategies once more, with new keys in random order: a memtable sixteen times as large, or four times. */
  readonly largeMemtableBytes: number
  /** Of the chat. */
  readonly messages: number
  /** Of the names of db_bench and YCSB. */
  readonly benchRecords: number
  readonly benchOperations: number
  readonly ycsbRecords: number
  /** Of the B-tree's checkpoint curve. */
  readonly rows: number
  /** Rows between two checkpoints. */
  readonly checkpointRows: readonly number[]
  /** Of the run at full speed. */
  readonly latencyRecords: number
}

const KIB = 1024
const MIB = 1024 * KIB

export const SIZES: Readonly<Record<SizeName, LabSize>> = {
  S: {
    name: 'S',
    records: 80_000,
    overwrites: 120_000,
    shape: { memtableBytes: 256 * KIB, tableBytes: 256 * KIB, blockCacheBytes: 8 * MIB },
    largeMemtableBytes: 1 * MIB,
    messages: 20_000,
    benchRecords: 30_000,
    benchOperations: 20_000,
    ycsbRecords: 4_000,
    rows: 60_000,
    checkpointRows: [500, 2_000, 8_000, 20_000, 60_000],
    latencyRecords: 80_000,
  },
  M: {
    name: 'M',
    records: 1_000_000,
    overwrites: 3_000_000,
    shape: { memtableBytes: 4 * MIB, tableBytes: 2 * MIB, blockCacheBytes: 32 * MIB },
    largeMemtableBytes: 16 * MIB,
    messages: 300_000,
    benchRecords: 1_000_000,
    benchOperations: 300_000,
    ycsbRecords: 100_000,
    rows: 1_000_000,
    checkpointRows: [5_000, 20_000, 60_000, 200_000, 500_000, 1_000_000],
    latencyRecords: 1_000_000,
  },
  L: {
    name: 'L',
    records: 10_000_000,
    overwrites: 30_000_000,
    shape: { memtableBytes: 4 * MIB, tableBytes: 2 * MIB, blockCacheBytes: 32 * MIB },
    largeMemtableBytes: 64 * MIB,
    messages: 3_000_000,
    benchRecords: 3_000_000,
    benchOperations: 1_000_000,
    ycsbRecords: 1_000_000,
    rows: 10_000_000,
    checkpointRows: [36_000, 100_000, 200_000, 588_000, 1_000_000, 3_000_000, 10_000_000],
    latencyRecords: 5_000_000,
  },
}

export function sizeNamed(name: string): LabSize {
  const size = SIZES[name.toUpperCase() as SizeName]
  if (size === undefined) throw new Error(`--size is one of ${Object.keys(SIZES).join(', ')}, not ${name}`)
  return size
}
