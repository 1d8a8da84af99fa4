import { plainTable } from '../plain-table.ts'
import { figures, perSecond } from '../report/number-format.ts'
import { median } from '../statistics.ts'
import { commandsOf, type PeersResult } from './peers-result.ts'
import type { CellResult } from './rounds.ts'
import { limitTable, type Ratio, ratesOf, ratioOf, type TargetResult, targetTable } from './targets.ts'

export function ratioText({ median: middle, least, most }: Ratio): string {
  return least === most ? figures(middle) : `${figures(middle)} (${figures(least)}–${figures(most)})`
}

function targetRows(rows: readonly TargetResult[]): string[][] {
  return rows.map(({ work, against, ratio, atLeast, goal, verdict }) => [
    ...[work, against, ratio === undefined ? '–' : ratioText(ratio)],
    ...[String(atLeast), String(goal), verdict],
  ])
}

function limitRows(cells: readonly CellResult[]): string[][] {
  return limitTable(cells).map(({ what, unit, measured, atMost, verdict }) => {
    const shown = [measured, atMost].map((each) => (each === undefined ? '–' : `${figures(each)} ${unit}`))
    return [what, ...shown, verdict]
  })
}

/** Each cell, with Varve's ratio to it. */
function cellRows(cells: readonly CellResult[]): string[][] {
  return cells.map((cell) => {
    const { work, shape, subject } = cell
    const own = cells.find(
      (each) =>
        each.subject === 'varve' &&
        each.work === work &&
        each.shape.records === shape.records &&
        each.shape.valueBytes === shape.valueBytes,
    )
    const rates = ratesOf(cell)
    const ratio = own === undefined || own === cell ? undefined : ratioOf(ratesOf(own), rates)
    return [
      ...[work, shape.records.toLocaleString('en-US'), `16+${shape.valueBytes}`, subject],
      ...[ratio === undefined ? '' : ratioText(ratio), perSecond(median(rates))],
      `${perSecond(Math.min(...rates))} – ${perSecond(Math.max(...rates))}`,
      extrasText(cell),
    ]
  })
}

function extrasText({ runs }: CellResult): string {
  const names = Object.keys(runs[0]?.extras ?? {})
  return names.map((name) => `${name} ${figures(median(runs.map(({ extras }) => extras![name]!)))}`).join('\n')
}

/** The tables of a result, for a terminal. */
export function peersTables(result: PeersResult): string {
  const { cells, skipped } = result
  const commands = commandsOf(result).map((each) => `  ${each}`)
  return [
    plainTable(
      "Targets (16 + 100 bytes; ratios of medians, in brackets the rounds' least and most)",
      ['work', 'against', 'ratio', 'at least', 'goal', ''],
      targetRows(targetTable(cells)),
    ),
    plainTable('Limits', ['what', 'measured', 'at most', ''], limitRows(cells)),
    plainTable(
      "All cells (ratio: Varve's rate over the subject's)",
      ['work', 'records', 'bytes', 'subject', 'Varve : subject', 'median', 'least – most', 'medians of more'],
      cellRows(cells),
    ),
    commands.length === 0 ? '' : `\nCommand lines of db_bench\n${commands.join('\n')}`,
    ...skipped.map(({ work, subject, why }) => `skipped: ${subject}, ${work}: ${why}`),
  ]
    .filter((part) => part !== '')
    .join('\n')
}
