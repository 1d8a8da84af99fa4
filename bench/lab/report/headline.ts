import { paragraph, tile } from '../../report/html.ts'
import { figures, whole } from '../../report/number-format.ts'
import { element } from '../../report/svg.ts'
import { budgetTable } from '../budget-table.ts'
import { compactionTable } from '../compaction-table.ts'
import type { LabResult } from '../lab-result.ts'
import type { RunResult } from '../result.ts'

/** What somebody sees who looks for ten seconds. */
export function headline(result: LabResult): string {
  return [
    element('div', { class: 'strata' }),
    element('h1', {}, 'What a write costs'),
    paragraph(
      'Every byte that a store accepts is written more than once. This page counts how often, by strategy and by structure: four ways ' +
        'to compact an LSM-tree, and a B-tree that counts its page splits, on one engine room, one disk and one set of counters.',
      'lead',
    ),
    element('div', { class: 'tiles' }, ...tiles(result)),
  ].join('\n')
}

function tiles({ runs }: LabResult): string[] {
  const rows = compactionTable(runs).filter((row) => row.workload === 'overwrite-uniform')
  const leveled = rows.find((row) => row.strategy === 'leveled')
  const tiered = rows.find((row) => row.strategy === 'size-tiered')
  const fifo = rows.find((row) => row.strategy === 'FIFO')
  const [dirty] = budgetTable(runs).filter(({ budget }) => budget === 'equal dirty memory')
  const cached = budgetTable(runs).find(({ budget }) => budget === 'whole tree cached')
  const sum = (pick: (run: RunResult) => number): number => runs.reduce((all, run) => all + pick(run), 0)
  const seen = sum(({ bytes }) => bytes.wcharBytes)
  const apart = Math.abs(sum(({ bytes }) => bytes.countedBytes) - seen) / Math.max(1, seen)
  return [
    ...(leveled === undefined
      ? []
      : [
          tile(
            `${figures(leveled.write)}×`,
            'leveled: table bytes per user byte, uniform overwrites; least space, fewest runs',
          ),
        ]),
    ...(tiered === undefined
      ? []
      : [tile(`${figures(tiered.write)}×`, `size-tiered: fewer writes, ${figures(tiered.space)}× the space`)]),
    ...(fifo === undefined
      ? []
      : [tile(`${figures(fifo.write)}×`, `FIFO: written once, and ${whole(fifo.runs)} runs to look into`)]),
    ...(dirty === undefined
      ? []
      : [
          tile(
            `${figures(dirty.ratio)}:1`,
            'B-tree to leveled LSM-tree, in writes, with as many dirty bytes in memory',
          ),
        ]),
    ...(cached === undefined
      ? []
      : [
          tile(
            `1:${figures(1 / cached.ratio)}`,
            'the same with the whole tree in memory and one checkpoint: the B-tree wins',
          ),
        ]),
    tile(
      `${(100 * apart).toFixed(3)} %`,
      `between the bytes counted here and those that the operating system saw, in ${runs.length} runs`,
    ),
  ]
}
