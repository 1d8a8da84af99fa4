import { figure, grid, paragraph, section, type TableRow, table } from '../../report/html.ts'
import { type Line, lineChart } from '../../report/line-chart.ts'
import { figures, whole } from '../../report/number-format.ts'
import { type BudgetRow, budgetTable } from '../budget-table.ts'
import type { LabResult } from '../lab-result.ts'
import { pageWritesPerInsert } from '../oracle/btree-checkpoints.ts'
import { BUDGETS, type RunResult } from '../result.ts'
import { colorOf } from './color.ts'
import { oracleTable } from './strategy-section.ts'

export function treeSection({ runs }: LabResult): string {
  const mine = runs.filter((run) => run.section === 'btree')
  const budgets = budgetTable(runs)
  if (mine.length + budgets.length === 0) return ''
  return section(
    'btree',
    'A B-tree, and when it wins',
    paragraph(
      'A B-tree writes a row where it belongs: a whole page for each row, unless more rows reach that page before a checkpoint writes it. ' +
        'So its price is set by how many that are, and by what guards pages against being torn: their images in the log, or a second copy.',
    ),
    budgetRows(budgets),
    mine.length === 0 ? '' : grid(curve(mine), totals(mine), splits(mine), growth(mine)),
    oracleTable(mine),
  )
}

function checkpointRows({ arm }: RunResult): number {
  return Number(arm.settings['checkpointRows'])
}

function isRandom({ workload }: RunResult): boolean {
  return workload.name === 'random-load'
}

/** Pages written again at each checkpoint, against theory. */
function curve(runs: readonly RunResult[]): string {
  const measured = runs.filter((run) => isRandom(run) && run.arm.name === 'btree-none').flatMap(quarters)
  const low = Math.min(0.1, ...measured.map(([x]) => x))
  const high = Math.max(10, ...measured.map(([x]) => x))
  const theory = Array.from({ length: 60 }, (_, i) => {
    const x = low * (high / low) ** (i / 59)
    return [x, pageWritesPerInsert(x)] as const
  })
  return figure(
    'The curve: page writes per insert',
    'x is how many inserts each page gets between two checkpoints. Dots: measured, in the quarters of each load, of pages that were there before. Dashed: (1 − e⁻ˣ) / x.',
    lineChart({
      title: 'Page writes per insert against inserts per page between checkpoints',
      x: { label: 'inserts per page between checkpoints, x', domain: [low, high], isLog: true, format: String },
      y: { label: 'page writes per insert', domain: [0, 1.05], ticks: [0, 0.25, 0.5, 0.75, 1], format: String },
      lines: [
        { label: '(1 − e⁻ˣ) / x', color: 'c-ink', look: 'theory', points: theory },
        { label: '', color: 'c-blue', look: 'dots', points: measured },
      ],
    }),
  )
}

/** Of each quarter of a load: inserts per page and interval, and pages per insert that were there before and changed. */
function quarters(run: RunResult): (readonly [x: number, y: number])[] {
  const rows = checkpointRows(run)
  const windows = run.windows.filter(({ counters }) => counters !== undefined)
  const quarter = windows.length >> 2
  return [1, 2, 3].flatMap((i): [number, number][] => {
    const from = windows[i * quarter - 1]
    const to = windows[(i + 1) * quarter - 1]
    if (from === undefined || to === undefined || rows === 0) return []
    const change = (name: string): number => to.counters![name]! - from.counters![name]!
    // With fewer checkpoints than that, where they fall matters more than what they write.
    if (change('checkpoints') < 3) return []
    const pages = (from.counters!['pages']! + to.counters!['pages']!) / 2
    return [[rows / pages, change('firstTouches') / (to.operations - from.operations)]]
  })
}

function totals(runs: readonly RunResult[]): string {
  const names = [...new Set(runs.filter(isRandom).map(({ arm }) => arm.name))]
  const lines = names.map((name): Line => {
    const mine = runs.filter((run) => isRandom(run) && run.arm.name === name)
    const points = mine
      .map((run) => [checkpointRows(run), run.amplification.write] as const)
      .sort((a, b) => a[0] - b[0])
    const label = mine[0]!.arm.title.replace('B-tree, ', '')
    return { label, color: colorOf(name), look: points.length > 1 ? 'dotted' : 'dots', points }
  })
  const all = lines.flatMap(({ points }) => points)
  const xs = all.map(([x]) => x)
  return figure(
    'Price by checkpoint distance',
    'New rows in random order into one tree: all bytes written per user byte, log included. Page images drop the hole of a page.',
    lineChart({
      title: 'Write amplification of the B-tree against its checkpoint distance',
      x: {
        label: 'rows between checkpoints (logarithmic)',
        domain: [Math.min(...xs), Math.max(...xs)],
        isLog: true,
        format: whole,
      },
      y: {
        label: 'write amplification, with log',
        domain: [0, Math.max(...all.map(([, y]) => y)) * 1.05],
        format: String,
      },
      lines,
    }),
  )
}

/** One load in random order, one in sequence: splits come at 1 / (n ln 2) and 1 / (0.9 n) per row. */
function splits(runs: readonly RunResult[]): string {
  const random = runs.find((run) => isRandom(run))
  const sequential = runs.find(({ workload }) => workload.name === 'sequential-load')
  const kinds: readonly [run: RunResult | undefined, counter: string, label: string, color: string][] = [
    [random, 'leafSplits', 'leaves, random', 'c-blue'],
    [sequential, 'leafSplits', 'leaves, in order', 'c-red'],
    [random, 'internalSplits', 'internal, random', 'c-green'],
  ]
  const lines = kinds.map(([run, counter, label, color]) => ({
    ...{ label, color },
    points: (run?.windows ?? []).map(
      ({ operations, counters }) => [operations / 1000, counters?.[counter] ?? 0] as const,
    ),
  }))
  const all = lines.flatMap(({ points }) => points)
  return figure(
    'Page splits over time',
    'Cumulative. In random order a leaf splits in the middle once in 45 rows; in ascending order it is left nine tenths full.',
    lineChart({
      title: 'Page splits against rows inserted',
      x: { label: 'thousand rows inserted', domain: [0, Math.max(...all.map(([x]) => x))], format: String },
      y: { label: 'splits so far', domain: [0, Math.max(...all.map(([, y]) => y)) * 1.05], format: whole },
      lines,
    }),
  )
}

/** The price of a B-tree grows with it: the larger it is, the fewer rows meet on a page. */
function growth(runs: readonly RunResult[]): string {
  const mine = runs.filter((run) => isRandom(run) && run.arm.name === 'btree-none')
  const colors = ['c-ink', 'c-purple', 'c-red', 'c-orange', 'c-green', 'c-blue', 'c-sky']
  const lines = mine.map((run, i): Line => {
    const points = run.windows.map(({ userBytes, classes }) => {
      const written = Object.values(classes).reduce((sum, bytes) => sum + bytes, 0)
      return [userBytes / 2 ** 20, written / userBytes] as const
    })
    return { label: `${whole(checkpointRows(run))} rows`, color: colors[i % colors.length]!, points }
  })
  const all = lines.flatMap(({ points }) => points)
  return figure(
    'Price while the tree grows',
    'Without protection, by rows between checkpoints: the larger the tree, the fewer rows meet on one page. An LSM-tree grows by its logarithm.',
    lineChart({
      title: 'Write amplification of the B-tree against user bytes',
      x: { label: 'user data written, MiB', domain: [0, Math.max(...all.map(([x]) => x))], format: String },
      y: {
        label: 'write amplification so far',
        domain: [0, Math.max(...all.map(([, y]) => y)) * 1.05],
        format: String,
      },
      lines,
    }),
  )
}

function verdict({ ratio }: BudgetRow): { text: string; className?: string } {
  if (ratio < 0.95) return { text: 'B-tree', className: 'best' }
  return ratio <= 1.5 ? { text: 'no LSM advantage', className: 'best' } : { text: 'LSM-tree' }
}

function budgetRows(rows: readonly BudgetRow[]): string {
  if (rows.length === 0) return ''
  const lines = BUDGETS.flatMap((budget): TableRow[] => {
    const mine = rows.filter((row) => row.budget === budget)
    if (mine.length === 0) return []
    return [
      { group: budget },
      ...mine.map((row) => [
        { text: row.title, swatch: colorOf(row.arm) },
        whole(row.checkpointRows),
        figures(row.btree),
        figures(row.lsm),
        `${figures(row.ratio)}×`,
        `${figures(row.predictedRatio)}×`,
        verdict(row),
      ]),
    ]
  })
  return table(
    'B-tree against leveled LSM-tree, by what both are allowed',
    'The same rows; tables against pages and their images, per user byte, row logs left out on both sides.',
    ['', 'rows between checkpoints', 'B-tree', 'leveled', 'ratio', 'predicted', 'writes less'].map((head) => ({
      head,
    })),
    lines,
  )
}
