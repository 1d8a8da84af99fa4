import { figure, grid, paragraph, section, table } from '../../report/html.ts'
import { lineChart } from '../../report/line-chart.ts'
import { figures, microseconds } from '../../report/number-format.ts'
import { median } from '../../statistics.ts'
import type { SubjectName } from '../cell.ts'
import type { PeersResult } from '../peers-result.ts'
import type { CellResult } from '../rounds.ts'
import { ratesOf } from '../targets.ts'
import { WORKS } from '../works.ts'
import { LOOKS } from './subjects.ts'

type Point = readonly [records: number, microseconds: number]

function pointsOf(cells: readonly CellResult[], work: string, subject: SubjectName): Point[] {
  return cells
    .filter((cell) => cell.work === work && cell.subject === subject)
    .map((cell): Point => [cell.shape.records, 1e6 / median(ratesOf(cell))])
    .sort(([a], [b]) => a - b)
}

/** What the first point becomes where the time grows as the logarithm does. */
function logarithmic(points: readonly Point[]): Point[] {
  const [[first, us] = [1, 0]] = points
  return points.map(([records]) => [records, (us * Math.log(records)) / Math.log(first)])
}

function count(records: number): string {
  return records >= 1e6 ? `${records / 1e6} M` : `${records / 1000} K`
}

function chart(title: string, varve: readonly Point[], rocksdb: readonly Point[]): string {
  const theory = logarithmic(varve)
  const all = [...varve, ...rocksdb, ...theory]
  const us = all.map(([, time]) => time)
  const records = all.map(([each]) => each)
  const [least, most] = [Math.min(...records), Math.max(...records)]
  const chartOf = lineChart({
    title,
    x: { label: 'records', domain: [least, most], isLog: true, format: count },
    y: { label: 'time', domain: [0, 1.15 * Math.max(...us)], format: microseconds },
    lines: [
      { label: 'as log n', color: 'c-blue', points: theory, look: 'theory' },
      { label: LOOKS.db_bench.title, color: LOOKS.db_bench.color, points: rocksdb, look: 'dotted' },
      { label: LOOKS.varve.title, color: LOOKS.varve.color, points: varve, look: 'dotted' },
    ],
  })
  return figure(title, '', chartOf)
}

function row(title: string, points: readonly Point[], sizes: readonly number[]): string[] {
  const [[first, from], [last, to]] = [points[0]!, points.at(-1)!]
  const times = sizes.map((size) => points.find(([records]) => records === size)?.[1])
  const shown = times.map((us) => (us === undefined ? '·' : microseconds(us)))
  return [title, ...shown, `${figures(to / from)}×`, `${figures(Math.log(last) / Math.log(first))}×`]
}

/** Time of one operation over the number of records. */
export function scalingSection({ cells }: PeersResult): string {
  const works = WORKS.filter(({ group, name }) => group === 'scaling' && pointsOf(cells, name, 'varve').length > 1)
  if (works.length === 0) return ''
  const measured = works.flatMap(({ name }) => pointsOf(cells, name, 'varve').map(([records]) => records))
  const sizes = [...new Set(measured)].sort((a, b) => a - b)
  const rows = works.map(({ name, title }) => row(title, pointsOf(cells, name, 'varve'), sizes))
  const memory = pointsOf(cells, 'scale-get-sync', 'memory')
  if (memory.length > 1) rows.push(row('one read of memory, where the last one says', memory, sizes))
  return section(
    'scaling',
    'Time per operation, as stores grow',
    paragraph(
      'The same sizes of memtable, tables and cache for all. The dashed line is what O(log n) makes of the first point. ' +
        'It counts steps of equal length; on a machine with caches each step grows as well, as the reads of memory do that the last line shows.',
    ),
    grid(
      ...works.map(({ name, title }) =>
        chart(title, pointsOf(cells, name, 'varve'), pointsOf(cells, name, 'db_bench')),
      ),
    ),
    table(
      'Varve',
      '',
      [{ head: 'work' }, ...sizes.map((size) => ({ head: count(size) })), { head: 'grows' }, { head: 'log n' }],
      rows,
    ),
  )
}
