import { flushesOf } from './oracle/flush.ts'
import { leveledWritten } from './oracle/leveled.ts'
import { writeAmplification } from './oracle/written.ts'
import { predictedTree } from './predictions.ts'
import { BUDGETS, type Budget, type RunResult } from './result.ts'
import { KEY_BYTES, VALUE_BYTES } from './workloads/records.ts'
import { WRITERS } from './writers.ts'

/** A B-tree against leveled compaction under one budget; write amplification without row logs, which are alike. */
export interface BudgetRow {
  readonly budget: Budget
  readonly arm: string
  readonly title: string
  readonly checkpointRows: number
  readonly lsm: number
  readonly btree: number
  /** B-tree : LSM, measured and predicted; below 1 the B-tree wins. */
  readonly ratio: number
  readonly predictedRatio: number
}

/** What the tables of an LSM-tree, or the pages and their images of a B-tree, wrote per user byte. */
export function structuralWrites({ arm, classes, counters, userBytes }: RunResult): number {
  const sum = (names: readonly string[]): number => names.reduce((bytes, name) => bytes + (classes[name] ?? 0), 0)
  const images = arm.engine === 'btree' ? (counters?.['logImageBytes'] ?? 0) : 0
  return (sum(['flush', 'compaction', 'page', 'double-write', 'manifest']) + images) / userBytes
}

function predictedLeveled({ arm, workload }: RunResult): number {
  if (workload.name === 'sequential-load') return 1
  const { memtableBytes, sizeRatio, level0Tables, tableBytes } = arm.settings as Record<string, number>
  const shape = { memtableBytes: memtableBytes!, keyBytes: KEY_BYTES, valueBytes: VALUE_BYTES, groupRecords: WRITERS }
  const bytes = flushesOf(workload.operations, shape).map((records) => records * (KEY_BYTES + VALUE_BYTES))
  return writeAmplification(leveledWritten(bytes, { sizeRatio, level0Tables, tableBytes }))
}

function predictedPages(run: RunResult): number {
  // In order, every page is written once, nine tenths full, and the last one of each checkpoint once more.
  if (run.workload.name === 'sequential-load') {
    const { pageBytes, checkpointRows } = run.arm.settings as Record<string, number>
    const rowsPerLeaf = run.workload.operations / (run.counters?.['leaves'] ?? 1)
    return (pageBytes! / run.workload.recordBytes) * (1 / rowsPerLeaf + 2 / checkpointRows!)
  }
  const { page, splitPages, image, doubleWrite, places } = predictedTree(run)
  return page + splitPages + image + doubleWrite + places
}

/** Every budget that was run, with the LSM-tree of the same rows. */
export function budgetTable(runs: readonly RunResult[]): BudgetRow[] {
  const mine = runs.filter(({ section }) => section === 'budgets')
  return BUDGETS.flatMap((budget) =>
    mine
      .filter((run) => run.arm.engine === 'btree' && run.budget === budget)
      .flatMap((run) => {
        const lsm = mine.find(
          ({ arm, workload }) => arm.name.startsWith('leveled') && workload.name === run.workload.name,
        )
        return lsm === undefined ? [] : [row(budget, run, lsm)]
      }),
  )
}

function row(budget: Budget, tree: RunResult, lsm: RunResult): BudgetRow {
  const btree = structuralWrites(tree)
  const tables = structuralWrites(lsm)
  return {
    budget,
    arm: tree.arm.name,
    title: tree.arm.title,
    checkpointRows: Number(tree.arm.settings['checkpointRows']) || tree.workload.operations,
    lsm: tables,
    btree,
    ratio: btree / tables,
    predictedRatio: predictedPages(tree) / predictedLeveled(lsm),
  }
}
