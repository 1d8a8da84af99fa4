import { LAB_SCHEMA, type LabResult } from '../../bench/lab/lab-result.ts'
import { BUDGETS, compare, type RunResult, type Section, type Window } from '../../bench/lab/result.ts'

const COUNTERS = {
  ...{ checkpoints: 8, leafSplits: 22, internalSplits: 2, pages: 30, leaves: 28, leafFill: 0.69 },
  ...{
    pagesWrittenByCheckpoint: 60,
    pagesWrittenByExtension: 30,
    pagesWrittenByEviction: 0,
    firstTouches: 50,
    logImageBytes: 4000,
  },
}

function windows(engine: 'lsm' | 'btree'): Window[] {
  return Array.from({ length: 10 }, (_, i) => {
    const share = (i + 1) / 10
    const tables = { flush: 120_000 * share, compaction: 300_000 * share }
    const pages = { page: 800_000 * share, manifest: 1000 }
    return {
      ...{ ms: 100 * (i + 1), operations: 100 * (i + 1), userBytes: 116_000 * share, stallMs: 3 * i },
      classes: { wal: 125_000 * share, ...(engine === 'lsm' ? tables : pages) },
      ...{ dataBytes: 130_000 * share, liveBytes: 116_000 * share },
      ...(engine === 'btree' && {
        counters: Object.fromEntries(Object.entries(COUNTERS).map(([name, value]) => [name, value * share])),
      }),
    }
  })
}

/** A run that never was, with every field that a real one has. */
export function sampleRun(
  section: Section,
  arm: string,
  workload: string,
  changes: Partial<RunResult> = {},
): RunResult {
  const engine = arm.startsWith('btree') ? 'btree' : 'lsm'
  const course = windows(engine)
  const us: [number, number][] = [0.5, 0.9, 0.99, 0.999].map((share, i) => [share, 10 ** (i + 1)])
  const latency = { count: 1000, meanUs: 20, p50Us: 10, p99Us: 1000, p999Us: 10_000, maxUs: 50_000, curve: us }
  const oracle = compare('write <amplification>', 4, 4.1, 0.1)
  return {
    ...{ section, pace: 'drained', milliseconds: 1000, drainMilliseconds: 10, operationsPerSecond: 1000 },
    arm: {
      ...{ name: arm, title: `${arm} & "co"`, engine },
      settings: {
        ...{ memtableBytes: 65_536, tableBytes: 65_536, sizeRatio: 10, level0Tables: 4 },
        ...{ pageBytes: 8192, checkpointRows: 100, tornPageProtection: 'none' },
      },
    },
    workload: { name: workload, title: `${workload} <b>`, records: 1000, operations: 1000, seed: 1, recordBytes: 116 },
    ...{ userBytes: 116_000, classes: course.at(-1)!.classes, flushes: 12, windows: course },
    amplification: {
      ...{ write: 4.7, writeWithoutLog: 3.6, writeOfFlushes: 3.5, space: 1.1, spacePeak: 1.2 },
      ...{ readHit: 1, readMiss: 0.02, readSeek: 3, runs: 4 },
    },
    levels: [{ tables: 1, runs: 1, bytes: 10, flushedInto: 120_000, mergedInto: 0 }],
    ...{ steady: { reached: false }, latency: { put: latency }, stalls: { count: 2, milliseconds: 27 } },
    bytes: { countedBytes: 545_000, wcharBytes: 545_100, writeBytes: 600_000, cancelledBytes: 0, difference: -0.0002 },
    ...(engine === 'btree' && { counters: COUNTERS }),
    oracles: [{ ...oracle, line: [[58_000, 2] as const, [116_000, 4] as const] }],
    ...changes,
  }
}

/** A whole result with runs of every part. */
export function sampleLab(): LabResult {
  const arms = ['leveled-10', 'size-tiered-4', 'fifo', 'time-window']
  const runs = [
    ...arms.flatMap((arm) =>
      ['random-load', 'overwrite-uniform', 'time-series'].map((name) => sampleRun('strategies', arm, name)),
    ),
    ...['btree-none', 'btree-full-page-images'].map((arm) => sampleRun('btree', arm, 'random-load')),
    sampleRun('btree', 'btree-none', 'sequential-load'),
    sampleRun('budgets', 'leveled-10', 'random-load'),
    sampleRun('budgets', 'btree-none', 'random-load', { budget: BUDGETS[0] }),
    ...['leveled-10', 'size-tiered-4'].map((arm) => sampleRun('latency', arm, 'random-load', { pace: 'full' })),
    sampleRun('db-bench', 'leveled-10', 'fillseq'),
    sampleRun('ycsb', 'leveled-10', 'ycsb-a'),
  ]
  return {
    ...{
      schema: LAB_SCHEMA,
      commit: 'abc',
      date: '2026-01-01',
      node: 'v20.20.0',
      processor: 'any',
      cores: 2,
      memoryGiB: 24,
    },
    calibration: {
      ...{
        memcpyMegabytesPerSecond: 1,
        crc32MegabytesPerSecond: 1,
        preadsOf4KiBPerSecond: 1,
        durableWritesPerSecond: 1,
      },
    },
    ...{ size: 'S', seed: 1, fileSystem: 'ext4', kernel: '6.1', seconds: 10, runs, compactionTable: [], budgets: [] },
  }
}
