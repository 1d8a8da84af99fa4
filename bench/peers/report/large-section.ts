import { section, type TableRow, table } from '../../report/html.ts'
import { bytes, figures, perSecond } from '../../report/number-format.ts'
import { median } from '../../statistics.ts'
import type { PeersResult } from '../peers-result.ts'
import type { CellResult } from '../rounds.ts'
import { ratesOf } from '../targets.ts'
import { WORKS } from '../works.ts'
import { LOOKS } from './subjects.ts'

function extra({ runs }: CellResult, name: string, format: (value: number) => string): string {
  const found = runs.flatMap(({ extras }) => extras?.[name] ?? [])
  return found.length === 0 ? '·' : format(median(found))
}

const milliseconds = (value: number): string => `${figures(value)} ms`

/** Ten million records, each run to its end. */
export function largeSection({ cells }: PeersResult): string {
  const rows: TableRow[] = WORKS.filter(({ group }) => group === 'large').flatMap(({ name, title }) =>
    cells
      .filter(({ work }) => work === name)
      .map((cell) => [
        ...[title, LOOKS[cell.subject].title, perSecond(median(ratesOf(cell)))],
        extra(cell, 'undrainedPerSecond', perSecond),
        extra(cell, 'delayP99Ms', milliseconds),
        extra(cell, 'delayMaxMs', milliseconds),
        extra(cell, 'p50Ms', milliseconds),
        extra(cell, 'p999Ms', milliseconds),
        extra(cell, 'maxMs', milliseconds),
        extra(cell, 'peakResidentBytes', bytes),
        extra(cell, 'heldBytes', bytes),
      ]),
  )
  if (rows.length === 0) return ''
  const heads = [
    'work',
    'subject',
    'rate',
    'until written',
    'loop p99',
    'loop longest',
    'put p50',
    'put p99.9',
    'put longest',
  ]
  return section(
    'large',
    'Ten million records',
    table(
      'Run to the end',
      'Memtable 64 MiB, tables 64 MiB, 256 MiB in the level below level 0, 16 + 100 bytes. The rate counts flushes and merges to the last.',
      [...heads, 'resident peak', 'reported'].map((head) => ({ head })),
      rows,
    ),
  )
}
