import { type Cell, section, table } from '../../report/html.ts'
import { figures } from '../../report/number-format.ts'
import type { PeersResult } from '../peers-result.ts'
import { limitTable, targetTable, type Verdict } from '../targets.ts'
import { ratioText } from '../terminal.ts'

const CLASSES: Readonly<Record<Verdict, string>> = { goal: 'good', met: 'fine', MISSED: 'off', 'not run': 'none' }

function verdictCell(verdict: Verdict): Cell {
  return { text: verdict, className: CLASSES[verdict] }
}

export function targetSection({ cells }: PeersResult): string {
  const ratios = table(
    'Ratios',
    'Varve’s rate over the peer’s: ratios of medians; in brackets the least and most of the rounds. 16 + 100 bytes, 1 M records.',
    [{ head: 'work' }, { head: 'against' }, ...['ratio', 'at least', 'goal', ''].map((head) => ({ head }))],
    targetTable(cells).map(({ work, against, ratio, atLeast, goal, verdict }) => [
      ...[work, against, ratio === undefined ? '–' : ratioText(ratio), String(atLeast), String(goal)],
      verdictCell(verdict),
    ]),
  )
  const limits = table(
    'Limits',
    'Event-loop delay is measured at a resolution of 1 ms, what an idle loop shows is subtracted, and the writer lets others run every ' +
      'millisecond. Memory may be what the store says of its memtables, caches, filters and indexes, and 150 MiB.',
    [{ head: 'what' }, ...['measured', 'at most', ''].map((head) => ({ head }))],
    limitTable(cells).map(({ what, unit, measured, atMost, verdict }) => [
      what,
      measured === undefined ? '–' : `${figures(measured)} ${unit}`,
      atMost === undefined ? '–' : `${figures(atMost)} ${unit}`,
      verdictCell(verdict),
    ]),
  )
  return section('targets', 'Targets', ratios, limits)
}
