import { section, type TableRow, table } from '../../report/html.ts'
import { bytes, figures, perSecond } from '../../report/number-format.ts'
import { median } from '../../statistics.ts'
import type { PeersResult } from '../peers-result.ts'
import type { CellResult } from '../rounds.ts'
import { ratesOf } from '../targets.ts'
import { WORKS } from '../works.ts'
import { LOOKS } from './subjects.ts'

const NOTHING = '·'

function extra({ runs }: CellResult, name: string, format: (value: number) => string): string {
  const found = runs.flatMap(({ extras }) => extras?.[name] ?? [])
  return found.length === 0 ? NOTHING : format(median(found))
}

const milliseconds = (value: number): string => `${figures(value)} ms`

function rowsOf(cells: readonly CellResult[], columns: (cell: CellResult) => string[]): TableRow[] {
  return WORKS.filter(({ group }) => group === 'large').flatMap(({ name, title }) =>
    cells
      .filter(({ work }) => work === name)
      .map((cell) => [title, LOOKS[cell.subject].title, ...columns(cell)])
      .filter((row) => row.slice(2).some((text) => text !== NOTHING)),
  )
}

/** Ten million records, each run to its end. */
export function largeSection({ cells }: PeersResult): string {
  const rates = rowsOf(cells, (cell) => [
    perSecond(median(ratesOf(cell))),
    extra(cell, 'undrainedPerSecond', perSecond),
    extra(cell, 'peakResidentBytes', bytes),
    extra(cell, 'heldBytes', bytes),
  ])
  const delays = rowsOf(cells, (cell) => [
    ...['delayP99Ms', 'delayMaxMs', 'p50Ms', 'p99Ms', 'p999Ms', 'maxMs'].map((name) => extra(cell, name, milliseconds)),
  ])
  if (rates.length === 0) return ''
  const rateHeads = ['work', 'subject', 'rate', 'until written', 'resident at most', 'of which reported']
  const delayHeads = ['work', 'subject', 'loop p99', 'loop longest', 'put p50', 'put p99', 'put p99.9', 'put longest']
  return section(
    'large',
    'Ten million records',
    table(
      'Run to the end',
      'Memtable 64 MiB, tables 64 MiB, 256 MiB in the level below level 0, 16 + 100 bytes. The rate counts flushes and merges to the last.',
      rateHeads.map((head) => ({ head })),
      rates,
    ),
    table(
      'How late things came',
      'The event loop, beyond what it shows while nothing runs; and puts at a given pace, each from when it was due.',
      delayHeads.map((head) => ({ head })),
      delays,
    ),
  )
}
