import type { TornPageProtection } from '../../src/btree/btree.ts'
import type { Arm } from './arms/arm.ts'
import { btreeArm, PAGE_BYTES } from './arms/btree.ts'
import { fifoArm, leveledArm, sizeTieredArm, timeWindowArm } from './arms/lsm.ts'
import { clusteredLayout, randomLeaves } from './oracle/btree-layout.ts'
import { flushRecords } from './oracle/flush.ts'
import type { Budget } from './result.ts'
import type { RunPlan } from './run.ts'
import type { LabSize } from './size.ts'
import { chat } from './workloads/chat.ts'
import { DB_BENCH_READS } from './workloads/db-bench-reads.ts'
import { DB_BENCH_WRITES } from './workloads/db-bench-writes.ts'
import { overwriteUniform, overwriteZipfian, randomLoad, sequentialLoad } from './workloads/load.ts'
import { KEY_BYTES, VALUE_BYTES } from './workloads/records.ts'
import { SERIES_MAX_AGE_MS, SERIES_WINDOW_MS, timeSeries } from './workloads/time-series.ts'
import { YCSB_MIXES, type YcsbName, ycsb } from './workloads/ycsb.ts'
import { WRITERS } from './writers.ts'

/** The strategies of the matrix, those of the mission's table first. Only a time series may lose what is old. */
export function strategyArms({ shape }: LabSize, maxAgeMs?: number): Arm[] {
  return [
    leveledArm(shape, 10),
    sizeTieredArm(shape, 4),
    fifoArm(shape, maxAgeMs),
    timeWindowArm(shape, SERIES_WINDOW_MS, maxAgeMs),
    leveledArm(shape, 4),
    sizeTieredArm(shape, 8),
  ]
}

/** Every strategy with every workload. */
export function strategyPlans(size: LabSize, seed: number): RunPlan[] {
  const input = { records: size.records, operations: size.overwrites, seed }
  const expiring = strategyArms(size, SERIES_MAX_AGE_MS)
  return strategyArms(size).flatMap((arm, i): RunPlan[] => [
    { section: 'strategies', arm, make: randomLoad, input },
    { section: 'strategies', arm, make: overwriteUniform, input, stopWhenSteady: true },
    { section: 'strategies', arm, make: overwriteZipfian, input, stopWhenSteady: true },
    { section: 'strategies', arm, make: sequentialLoad, input },
    { section: 'strategies', arm: expiring[i]!, make: timeSeries, input },
    { section: 'strategies', arm, make: chat, input: { ...input, operations: size.messages } },
  ])
}

/** What a larger memtable saves: it is the longest lever on write amplification. */
export function memtablePlans(size: LabSize, seed: number): RunPlan[] {
  const input = { records: size.records, operations: size.records, seed }
  const { largeMemtableBytes, shape } = size
  const tableBytes = Math.max(shape.tableBytes, largeMemtableBytes >> 3)
  const arms = strategyArms({ ...size, shape: { ...shape, memtableBytes: largeMemtableBytes, tableBytes } }).slice(0, 2)
  return arms.map((arm) => ({ section: 'memtable', arm, make: randomLoad, input }))
}

/** The B-tree's price by its checkpoint distance, with and without images of pages. */
export function treePlans(size: LabSize, seed: number): RunPlan[] {
  const input = { records: size.rows, operations: size.rows, seed }
  const plan = (arm: Arm): RunPlan => ({ section: 'btree', arm, make: randomLoad, input })
  const [shortest = 0, ...longer] = size.checkpointRows
  const others: readonly TornPageProtection[] = ['double-write', 'copy-on-write']
  const middle = longer[1] ?? shortest
  return [
    ...size.checkpointRows.flatMap((rows) => [
      plan(btreeArm('none', rows, cacheFor(size))),
      plan(btreeArm('full-page-images', rows, cacheFor(size))),
    ]),
    ...others.map((protection) => plan(btreeArm(protection, middle, cacheFor(size)))),
    { ...plan(btreeArm('none', middle, cacheFor(size))), make: sequentialLoad },
  ]
}

/** Twice what the leaves take. */
function cacheFor(size: LabSize): number {
  const layout = clusteredLayout(PAGE_BYTES, KEY_BYTES, VALUE_BYTES)
  return Math.max(16 << 20, Math.ceil(2 * randomLeaves(layout, size.rows)) * PAGE_BYTES)
}

/**
 * The same rows into LSM-trees and B-trees under one budget: as many dirty bytes as a memtable has, as far to replay as a memtable holds,
 * one checkpoint at the end of all, and rows in order.
 */
export function budgetPlans(size: LabSize, seed: number): RunPlan[] {
  const input = { records: size.rows, operations: size.rows, seed }
  const { memtableBytes } = size.shape
  const layout = { memtableBytes, keyBytes: KEY_BYTES, valueBytes: VALUE_BYTES, groupRecords: WRITERS }
  const recovery = flushRecords(layout)
  // Of random rows nearly each one dirties a page of its own.
  const dirty = Math.max(1, Math.floor(memtableBytes / PAGE_BYTES))
  const protections: readonly TornPageProtection[] = ['none', 'full-page-images']
  const trees = (budget: Budget, rows: number, make = randomLoad): RunPlan[] =>
    protections.map((protection) => {
      const arm = btreeArm(protection, rows, cacheFor(size))
      return { section: 'budgets', budget, arm, make, input, writers: Math.min(WRITERS, Math.max(1, dirty >> 1)) }
    })
  const strategies = strategyArms(size).slice(0, 3)
  return [
    ...strategies.map((arm): RunPlan => ({ section: 'budgets', arm, make: randomLoad, input })),
    ...trees('equal dirty memory', dirty),
    ...trees('equal recovery distance', recovery),
    ...trees('whole tree cached', 0),
    ...strategies.map(
      (arm): RunPlan => ({ section: 'budgets', budget: 'sequential inserts', arm, make: sequentialLoad, input }),
    ),
    ...trees('sequential inserts', recovery, sequentialLoad),
  ]
}

/** At full speed: stalls and latencies are of interest, not only bytes. */
export function latencyPlans(size: LabSize, seed: number, extra: readonly Arm[] = []): RunPlan[] {
  const input = { records: size.latencyRecords, operations: size.latencyRecords, seed }
  const arms = [...strategyArms(size).slice(0, 2), ...extra]
  return arms.map((arm) => ({ section: 'latency', arm, make: randomLoad, input, pace: 'full' }))
}

export function benchPlans(size: LabSize, seed: number): RunPlan[] {
  const arm = leveledArm(size.shape, 10)
  const input = { records: size.benchRecords, operations: size.benchOperations, seed }
  const makers = Object.values({ ...DB_BENCH_WRITES, ...DB_BENCH_READS })
  return makers.map((make) => ({ section: 'db-bench', arm, make, input, pace: 'full' }))
}

export function ycsbPlans(size: LabSize, seed: number, extra: readonly Arm[] = []): RunPlan[] {
  const input = { records: size.ycsbRecords, operations: 2 * size.ycsbRecords, seed }
  const names = Object.keys(YCSB_MIXES) as YcsbName[]
  return [leveledArm(size.shape, 10), ...extra].flatMap((arm) =>
    names.map((name): RunPlan => ({ section: 'ycsb', arm, make: (given) => ycsb(name, given), input, pace: 'full' })),
  )
}

export function allPlans(size: LabSize, seed: number): RunPlan[] {
  const tree = [btreeArm('full-page-images', size.rows >> 2, size.shape.blockCacheBytes)]
  return [
    ...strategyPlans(size, seed),
    ...memtablePlans(size, seed),
    ...treePlans(size, seed),
    ...budgetPlans(size, seed),
    ...latencyPlans(size, seed, tree),
    ...benchPlans(size, seed),
    ...ycsbPlans(size, seed, tree),
  ]
}
