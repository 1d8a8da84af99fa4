import { type Bar, barChart } from '../../report/bar-chart.ts'
import { figure, grid, paragraph, section, type TableRow, table } from '../../report/html.ts'
import { type Line, lineChart } from '../../report/line-chart.ts'
import { bytes, figures, percent } from '../../report/number-format.ts'
import { COMPACTION_WORKLOADS, compactionTable } from '../compaction-table.ts'
import type { LabResult } from '../lab-result.ts'
import type { RunResult, Window } from '../result.ts'
import { colorOf } from './color.ts'
import { triangle } from './triangle.ts'

const MIB = 2 ** 20

export function strategySection({ runs }: LabResult): string {
  const mine = runs.filter((run) => run.section === 'strategies')
  if (mine.length === 0) return ''
  return section(
    'strategies',
    'Four ways to compact one tree',
    paragraph(
      'Compaction sets three prices against each other: how often a byte is written again, how many sorted runs a read has to ' +
        'look into, and how much of the disk holds what nobody will read. All strategies run on the same engine; only the choice of ' +
        'what to merge differs.',
    ),
    missionTable(mine),
    grid(trianglePlot(mine), levelBars(mine)),
    grid(...['random-load', 'overwrite-uniform', 'overwrite-zipfian', 'chat'].map((name) => growth(mine, name))),
    oracleTable([...mine, ...runs.filter((run) => run.section === 'memtable')]),
    matrix(mine),
  )
}

/** The mission's table: the best of each column stands out. */
export function missionTable(runs: readonly RunResult[]): string {
  const rows = compactionTable(runs)
  const lines = COMPACTION_WORKLOADS.flatMap((workload): TableRow[] => {
    const group = rows.filter((row) => row.workload === workload)
    const title = runs.find((run) => run.workload.name === workload)?.workload.title
    if (group.length === 0 || title === undefined) return []
    const best = (pick: (row: (typeof group)[number]) => number): number => Math.min(...group.map(pick))
    const cell = (value: number, least: number) => ({
      text: figures(value),
      ...(value <= least * 1.005 && { className: 'best' }),
    })
    return [
      { group: title },
      ...group.map((row) => [
        { text: row.strategy, swatch: colorOf(row.arm) },
        cell(
          row.write,
          best((each) => each.write),
        ),
        cell(
          row.writeWithLog,
          best((each) => each.writeWithLog),
        ),
        cell(
          row.runs,
          best((each) => each.runs),
        ),
        cell(
          row.readHit,
          best((each) => each.readHit),
        ),
        cell(
          row.readSeek,
          best((each) => each.readSeek),
        ),
        cell(
          row.space,
          best((each) => each.space),
        ),
        cell(
          row.spacePeak,
          best((each) => each.spacePeak),
        ),
      ]),
    ]
  })
  return table(
    'What each strategy costs',
    'Writers wait for merges; reads and space are means over the second half. Write: table bytes per user byte. Runs: what a read without filters looks into; blocks per lookup with ' +
      'bloom filters, and per seek, where they do not help. Space: bytes on disk per live byte. Bold is best.',
    ['strategy', 'write', 'write with log', 'runs', 'blocks per get', 'blocks per seek', 'space', 'space at most'].map(
      (head) => ({ head }),
    ),
    lines,
  )
}

function trianglePlot(runs: readonly RunResult[]): string {
  const points = runs
    .filter((run) => run.workload.name === 'overwrite-uniform')
    .map(({ arm, amplification }) => ({
      label: arm.title,
      color: colorOf(arm.name),
      write: amplification.writeWithoutLog,
      read: amplification.readSeek ?? 1,
      space: amplification.space,
    }))
  return figure(
    'The triangle: nobody gets all three',
    'Uniform overwrites. A mark lies nearest to what its strategy pays for (logarithms of write, seek-read and space amplification); ' +
      'the larger the mark, the more it pays in all.',
    triangle('Where each strategy pays: writes, reads or space', points),
  )
}

function levelBars(runs: readonly RunResult[]): string {
  const shades = ['c-soft', 'c-blue', 'c-green', 'c-orange', 'c-red', 'c-purple']
  const bars = runs
    .filter((run) => run.workload.name === 'random-load')
    .map((run): Bar => {
      const parts = run.levels
        .map(({ flushedInto, mergedInto }, i) => ({ level: i, written: flushedInto + mergedInto }))
        .filter(({ written }) => written > 0)
      return {
        label: run.arm.title,
        parts: parts.map(({ level, written }, i) => ({
          label: level === 0 ? 'flush' : `L${level}`,
          value: written / run.userBytes,
          color: shades[i % shades.length]!,
        })),
      }
    })
  return figure(
    'Which level writes',
    'New keys in random order: table bytes per user byte, by the level they went to. Leveled trees grow from the deepest level up, ' +
      'so that their last level is always L6.',
    barChart('Bytes written per user byte by level', bars, 'bytes written per user byte', (value) =>
      value.toFixed(value >= 10 ? 0 : 1),
    ),
  )
}

function flushBased({ classes }: Window): number {
  const { flush = 0, compaction = 0 } = classes
  return flush === 0 ? Number.NaN : (flush + compaction) / flush
}

function growth(runs: readonly RunResult[], workload: string): string {
  const mine = runs.filter((run) => run.workload.name === workload)
  if (mine.length === 0) return ''
  const lines = mine.flatMap((run): Line[] => {
    const color = colorOf(run.arm.name)
    const measured = run.windows
      .map((window) => [window.userBytes / MIB, flushBased(window)] as const)
      .filter(([, y]) => Number.isFinite(y))
    const predicted = run.oracles[0]?.line?.map(([x, y]) => [x / MIB, y] as const) ?? []
    return [
      { label: '', color, look: 'theory', points: predicted },
      { label: run.arm.title, color, points: measured },
    ]
  })
  const most = Math.max(...lines.flatMap(({ points }) => points.map(([, y]) => y)))
  const last = Math.max(...lines.flatMap(({ points }) => points.map(([x]) => x)))
  const hasTheory = lines.some(({ look, points }) => look === 'theory' && points.length > 0)
  return figure(
    `Write amplification: ${mine[0]!.workload.title}`,
    `Flushed and merged bytes per flushed byte, so far.${hasTheory ? ' Dashed: what the model predicts.' : ''}`,
    lineChart({
      title: `Write amplification against user bytes, ${workload}`,
      x: { label: 'user data written, MiB', domain: [0, last], format: String },
      y: { label: 'write amplification, flush-based', domain: [0, Math.ceil(most + 0.2)], format: String },
      lines,
    }),
  )
}

export function oracleTable(runs: readonly RunResult[]): string {
  const seen = new Set<string>()
  const rows = runs.flatMap(({ section: part, arm, workload, oracles }) =>
    oracles.flatMap((oracle): TableRow[] => {
      const { what, predicted, measured, relativeError, tolerance } = oracle
      const isOff = Math.abs(relativeError) > tolerance
      // Where pages split does not depend on checkpoints: one row says it for all.
      const key = [
        arm.name,
        arm.settings['memtableBytes'],
        workload.name,
        what,
        figures(predicted),
        figures(measured),
      ].join()
      if (seen.has(key)) return []
      seen.add(key)
      const { checkpointRows } = arm.settings
      const isLarge = part === 'memtable' ? `, memtable ${bytes(Number(arm.settings['memtableBytes']))}` : ''
      const distance =
        what.includes('pages') || what.includes('images') ? `, checkpoint every ${checkpointRows} rows` : ''
      return [
        [
          { text: arm.title, swatch: colorOf(arm.name) },
          { text: `${workload.title}${isLarge}${distance}: ${what}` },
          figures(predicted),
          figures(measured),
          { text: percent(relativeError), ...(isOff && { className: 'off' }) },
          `±${(100 * tolerance).toFixed(0)} %`,
        ],
      ]
    }),
  )
  if (rows.length === 0) return ''
  const columns = [
    { head: 'arm' },
    { head: 'workload: figure', isWide: true },
    ...['predicted', 'measured', 'difference', 'allowed'].map((head) => ({ head })),
  ]
  return table('Predicted and measured', 'The models know the settings and nothing else.', columns, rows)
}

function matrix(runs: readonly RunResult[]): string {
  const workloads = [...new Map(runs.map(({ workload }) => [workload.name, workload.title]))]
  const rows = workloads.flatMap(([name, title]): TableRow[] => [
    { group: title },
    ...runs
      .filter((run) => run.workload.name === name)
      .map(({ arm, amplification, flushes }) => [
        { text: arm.title, swatch: colorOf(arm.name) },
        String(flushes),
        figures(amplification.writeOfFlushes),
        figures(amplification.writeWithoutLog),
        figures(amplification.write),
        figures(amplification.readHit),
        figures(amplification.readMiss),
        figures(amplification.readSeek),
        figures(amplification.space),
      ]),
  ])
  return table(
    'Every strategy with every workload',
    'W flush-based is RocksDB\u2019s W-Amp: flushed and merged over flushed bytes.',
    ['strategy', 'flushes', 'W flush-based', 'W', 'W with log', 'get, there', 'get, missing', 'seek', 'space'].map(
      (head) => ({
        head,
      }),
    ),
    rows,
  )
}
