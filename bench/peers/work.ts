import type { Durability, StoreSizes, SubjectName } from './cell.ts'
import type { DbBenchPlan } from './db-bench-plan.ts'
import type { WorkRun } from './work/writes.ts'

export type Group = 'durable writes' | 'writes' | 'reads' | 'scans' | 'opening' | 'large' | 'scaling'

/** What subjects do. */
export interface Work {
  readonly name: string
  readonly title: string
  readonly group: Group
  /** Of its writes, or of those that made what it reads. */
  readonly durability: Durability
  /**
   * An empty directory, a loaded and drained store, a copy of one that may be written to, or a copy of a killed one.
   */
  readonly begins: 'empty' | 'loaded' | 'copied' | 'killed'
  readonly subjects: readonly SubjectName[]
  readonly run: WorkRun
  readonly dbBench?: DbBenchPlan
  readonly sizes: StoreSizes
  /** By default, as many as there are records. */
  readonly operations?: number
  /** However long it takes. */
  readonly isEndless?: boolean
  /** The work of Varve's at this share of whose rate this one keeps its pace. */
  readonly pace?: { readonly of: string; readonly share: number }
}
