import { plainTable } from '../plain-table.ts'
import { figures, percent, perSecond } from '../report/number-format.ts'
import { budgetTable } from './budget-table.ts'
import { compactionTable } from './compaction-table.ts'
import type { LabResult } from './lab-result.ts'
import type { RunResult } from './result.ts'

/** The tables of a result, for a terminal. */
export function labTables(result: LabResult): string {
  const { runs } = result
  const worst = Math.max(...runs.map(({ bytes }) => Math.abs(bytes.difference)))
  const sum = (pick: (run: RunResult) => number): number => runs.reduce((all, run) => all + pick(run), 0)
  return [
    plainTable(
      'What each strategy costs (write: table bytes per user byte, without the log)',
      ['strategy', 'workload', 'write', 'with log', 'runs', 'blocks/get', 'blocks/seek', 'space', 'peak'],
      compactionTable(runs).map((row) => [
        ...[row.strategy, row.workload, figures(row.write), figures(row.writeWithLog), figures(row.runs)],
        ...[row.readHit, row.readSeek, row.space, row.spacePeak].map(figures),
      ]),
    ),
    plainTable(
      'B-tree to leveled LSM-tree by budget (tables against pages and images; row logs left out)',
      ['budget', 'arm', 'rows per checkpoint', 'B-tree', 'leveled', 'ratio', 'predicted'],
      budgetTable(runs).map((row) => [
        ...[row.budget, row.arm, row.checkpointRows.toLocaleString('en-US')],
        ...[row.btree, row.lsm, row.ratio, row.predictedRatio].map(figures),
      ]),
    ),
    plainTable(
      'All runs (W flush-based: flushed and merged over flushed bytes)',
      ['part', 'arm', 'workload', 'operations', 'rate', 'W flush-based', 'W', 'with log', 'space', 'stalls s'],
      runs.map(({ section, arm, workload, amplification, operationsPerSecond, stalls }) => [
        ...[
          section,
          arm.name,
          workload.name,
          workload.operations.toLocaleString('en-US'),
          perSecond(operationsPerSecond),
        ],
        ...[amplification.writeOfFlushes, amplification.writeWithoutLog, amplification.write, amplification.space].map(
          figures,
        ),
        (stalls.milliseconds / 1000).toFixed(2),
      ]),
    ),
    plainTable(
      'Predicted and measured',
      ['arm', 'workload', 'figure', 'predicted', 'measured', 'difference', 'allowed'],
      runs.flatMap(({ arm, workload, oracles }) =>
        oracles.map((oracle) => [
          ...[arm.name, workload.name, oracle.what, figures(oracle.predicted), figures(oracle.measured)],
          ...[percent(oracle.relativeError), `${(100 * oracle.tolerance).toFixed(0)} %`],
        ]),
      ),
    ),
    `\nBytes: ${sum(({ bytes }) => bytes.countedBytes)} counted, ${sum(({ bytes }) => bytes.wcharBytes)} seen by the system ` +
      `(wchar), ${(100 * worst).toFixed(3)} % apart at most in any run; write_bytes ${sum(({ bytes }) => bytes.writeBytes)}`,
    `${runs.length} runs in ${result.seconds.toFixed(0)} s, seed ${result.seed}, size ${result.size}`,
  ]
    .filter((part) => part !== '')
    .join('\n')
}
