import { type Dot, type DotRow, dotPlot } from '../../report/dot-plot.ts'
import { figure, grid, paragraph, section } from '../../report/html.ts'
import { perSecond } from '../../report/number-format.ts'
import { element, escaped } from '../../report/svg.ts'
import { median } from '../../statistics.ts'
import { SUBJECTS } from '../cell.ts'
import type { PeersResult } from '../peers-result.ts'
import type { CellResult } from '../rounds.ts'
import { ofMostRecords, ratesOf } from '../targets.ts'
import type { Group } from '../work.ts'
import { WORKS } from '../works.ts'
import { LOOKS } from './subjects.ts'

const GROUPS: readonly (readonly [group: Group, title: string, caption: string])[] = [
  ['durable writes', 'Durable writes', 'Puts a second, each acknowledged when it survives a power cut.'],
  ['writes', 'Writes that are not synced', 'Puts a second; fills end when everything is flushed and merged.'],
  ['reads', 'Reads', 'Keys a second, from a store that is merged and in memory.'],
  ['scans', 'Scans', 'Entries a second, each with its key and value copied for the caller.'],
]

function toDot(cell: CellResult): Dot {
  const rates = ratesOf(cell)
  const { title, color } = LOOKS[cell.subject]
  const range = { least: Math.min(...rates), most: Math.max(...rates) }
  return { label: title, color, value: median(rates), ...range, isOwn: cell.subject === 'varve' }
}

function rowsOf(group: Group, cells: readonly CellResult[]): DotRow[] {
  return WORKS.filter((work) => work.group === group).flatMap(({ name }) => {
    const dots = ofMostRecords(cells.filter((cell) => cell.work === name)).map(toDot)
    return dots.length === 0 ? [] : [{ label: name, dots }]
  })
}

/** Rates as they are: they belong to this machine. */
export function rateSection({ cells }: PeersResult): string {
  const values = [...new Set(cells.map(({ shape }) => shape.valueBytes))].sort((a, b) => a - b)
  const figures = values.flatMap((valueBytes) =>
    GROUPS.flatMap(([group, title, caption]) => {
      const rows = rowsOf(
        group,
        cells.filter(({ shape }) => shape.valueBytes === valueBytes),
      )
      if (rows.length === 0) return []
      const heading = `${title}, 16 + ${valueBytes} bytes`
      return [figure(heading, caption, dotPlot(heading, rows, 'a second, logarithmic', perSecond))]
    }),
  )
  if (figures.length === 0) return ''
  const shown = new Set(WORKS.filter(({ group }) => GROUPS.some(([name]) => name === group)).map(({ name }) => name))
  const drawn = new Set(cells.filter(({ work }) => shown.has(work)).map(({ subject }) => subject))
  // With four threads it has the colour that it has with 64.
  const met = SUBJECTS.filter((name) => name !== 'classic-level-4' && drawn.has(name))
  const key = met.map((name) => {
    const { title, color } = LOOKS[name]
    return element('span', {}, element('span', { class: `swatch ${color}` }), escaped(title))
  })
  return section(
    'rates',
    'Rates',
    paragraph('Medians, with a line from the least to the most of the rounds. Varve’s dots are the large ones.'),
    element('div', { class: 'key' }, ...key),
    grid(...figures),
  )
}
