import { paragraph, section, type TableRow, table } from '../../report/html.ts'
import { figures, microseconds, perSecond } from '../../report/number-format.ts'
import type { LabResult } from '../lab-result.ts'
import type { RunResult } from '../result.ts'
import { colorOf } from './color.ts'

const COLUMNS = ['per second', 'p50', 'p99', 'max', 'write', 'space'].map((head) => ({ head }))

export function workloadSection({ runs }: LabResult): string {
  const bench = runs.filter((run) => run.section === 'db-bench')
  const ycsb = runs.filter((run) => run.section === 'ycsb')
  if (bench.length + ycsb.length === 0) return ''
  return section(
    'workloads',
    'The workloads everyone knows',
    paragraph(
      'db_bench by its own names and the core workloads of YCSB, at full speed, one process, one thread. Rates say as much of the machine ' +
        'as of the store: compare them with the calibration below and with other arms of this page, not with other pages.',
    ),
    bench.length === 0
      ? ''
      : table(
          'db_bench',
          `Leveled, ${bench[0]!.workload.records.toLocaleString('en-US')} records of 16 + 100 bytes. A scan of readseq and readreverse is 1,000 entries.`,
          [{ head: 'name' }, { head: 'what it does', isWide: true }, ...COLUMNS],
          bench.map((run) => [run.workload.name, { text: run.workload.title }, ...measured(run)]),
        ),
    ycsb.length === 0 ? '' : ycsbTable(ycsb),
  )
}

function ycsbTable(runs: readonly RunResult[]): string {
  const arms = [...new Map(runs.map(({ arm }) => [arm.name, arm.title]))]
  const rows = arms.flatMap(([name, title]): TableRow[] => [
    { group: title },
    ...runs
      .filter(({ arm }) => arm.name === name)
      .map((run) => [
        { text: run.workload.name.replace('ycsb-', '').toUpperCase(), swatch: colorOf(name) },
        { text: run.workload.title.replace(/^YCSB .: /, '') },
        ...measured(run),
      ]),
  ])
  return table(
    'YCSB',
    `${runs[0]!.workload.records.toLocaleString('en-US')} records of 1,000 bytes, Zipfian (theta 0.99) but for D, which asks for the latest.`,
    [{ head: 'workload' }, { head: 'what it does', isWide: true }, ...COLUMNS],
    rows,
  )
}

/** Of the operations that the workload has most of. */
function measured({ operationsPerSecond, latency, amplification, userBytes }: RunResult): string[] {
  const most = Object.values(latency).reduce(
    (best, each) => (best === undefined || each.count > best.count ? each : best),
    undefined as (typeof latency)[string] | undefined,
  )
  return [
    perSecond(operationsPerSecond),
    ...(most === undefined ? ['–', '–', '–'] : [most.p50Us, most.p99Us, most.maxUs].map(microseconds)),
    userBytes === 0 ? '–' : figures(amplification.write),
    amplification.space === 0 ? '–' : figures(amplification.space),
  ]
}
