import { plainTable } from '../plain-table.ts'
import { figures, perSecond } from '../report/number-format.ts'
import { median } from '../statistics.ts'
import type { PeersResult } from './peers-result.ts'
import type { CellResult } from './rounds.ts'
import { type Ratio, ratesOf, ratioOf, type TargetResult, targetTable } from './targets.ts'

export const OWN_SUBJECT = 'varve'

export function ratioText({ median: middle, least, most }: Ratio): string {
  return least === most ? figures(middle) : `${figures(middle)} (${figures(least)}–${figures(most)})`
}

function targetRows(rows: readonly TargetResult[]): string[][] {
  return rows.map(({ work, against, ratio, atLeast, goal, verdict }) => [
    ...[work, against, ratio === undefined ? '–' : ratioText(ratio)],
    ...[String(atLeast), String(goal), verdict],
  ])
}

/** Cells of one work and shape, with Varve's ratio to each. */
export function workRows(cells: readonly CellResult[]): string[][] {
  return cells.map((cell) => {
    const own = cells.find(
      (each) =>
        each.subject === OWN_SUBJECT && each.work === cell.work && each.shape.valueBytes === cell.shape.valueBytes,
    )
    const rates = ratesOf(cell)
    const ratio = own === undefined || own === cell ? undefined : ratioOf(ratesOf(own), rates)
    const spread = `${perSecond(Math.min(...rates))} – ${perSecond(Math.max(...rates))}`
    return [
      ...[cell.work, `16+${cell.shape.valueBytes}`, cell.subject],
      ...[ratio === undefined ? '' : ratioText(ratio), perSecond(median(rates)), spread],
    ]
  })
}

/** The tables of a result, for a terminal. */
export function peersTables({ cells, skipped, commands }: PeersResult): string {
  return [
    plainTable(
      "Targets (16 + 100 bytes; ratios of medians, in brackets the rounds' least and most)",
      ['work', 'against', 'ratio', 'at least', 'goal', ''],
      targetRows(targetTable(cells)),
    ),
    plainTable(
      "All cells (ratio: Varve's rate over the subject's)",
      ['work', 'bytes', 'subject', 'Varve : subject', 'median', 'least – most'],
      workRows(cells),
    ),
    commands.length === 0 ? '' : `\nCommand lines of db_bench\n${commands.map((each) => `  ${each}`).join('\n')}`,
    ...skipped.map(({ work, subject, why }) => `skipped: ${subject}, ${work}: ${why}`),
  ]
    .filter((part) => part !== '')
    .join('\n')
}
