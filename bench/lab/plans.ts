import type { Arm } from './arms/arm.ts'
import { fifoArm, leveledArm, sizeTieredArm, timeWindowArm } from './arms/lsm.ts'
import type { RunPlan } from './run.ts'
import type { LabSize } from './size.ts'
import { chat } from './workloads/chat.ts'
import { DB_BENCH_READS } from './workloads/db-bench-reads.ts'
import { DB_BENCH_WRITES } from './workloads/db-bench-writes.ts'
import { overwriteUniform, overwriteZipfian, randomLoad, sequentialLoad } from './workloads/load.ts'
import { SERIES_MAX_AGE_MS, SERIES_WINDOW_MS, timeSeries } from './workloads/time-series.ts'
import { YCSB_MIXES, type YcsbName, ycsb } from './workloads/ycsb.ts'

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
  return [
    ...strategyPlans(size, seed),
    ...latencyPlans(size, seed),
    ...benchPlans(size, seed),
    ...ycsbPlans(size, seed),
  ]
}
