import type { RunResult } from './result.ts'

/** One row of the mission's table, in measured numbers. */
export interface CompactionRow {
  readonly strategy: string
  readonly arm: string
  readonly workload: string
  /** Bytes of tables written over user bytes: without the log. */
  readonly write: number
  readonly writeWithLog: number
  /** Sorted runs that a read without filters looks into, on the average. */
  readonly runs: number
  /** Blocks per lookup of a key that is there, with filters; and per seek, where filters do not help. */
  readonly readHit: number
  readonly readSeek: number
  readonly space: number
  readonly spacePeak: number
}

const STRATEGIES: readonly (readonly [arm: string, strategy: string])[] = [
  ['leveled-10', 'leveled'],
  ['size-tiered-4', 'size-tiered'],
  ['fifo', 'FIFO'],
  ['time-window', 'time-window'],
]

/** The four strategies under overwrites, which compaction was made for, and under a time series that expires. */
export const COMPACTION_WORKLOADS: readonly string[] = ['overwrite-uniform', 'time-series']

export function compactionTable(runs: readonly RunResult[]): CompactionRow[] {
  return COMPACTION_WORKLOADS.flatMap((workload) =>
    STRATEGIES.flatMap(([arm, strategy]) => {
      const run = runs.find(
        (each) => each.section === 'strategies' && each.arm.name === arm && each.workload.name === workload,
      )
      return run === undefined ? [] : [row(strategy, run)]
    }),
  )
}

function row(strategy: string, { arm, workload, amplification }: RunResult): CompactionRow {
  const { write, writeWithoutLog, runs = 0, readHit = 0, readSeek = 0, space, spacePeak } = amplification
  return {
    ...{ strategy, arm: arm.name, workload: workload.name },
    ...{ write: writeWithoutLog, writeWithLog: write, runs, readHit, readSeek, space, spacePeak },
  }
}
