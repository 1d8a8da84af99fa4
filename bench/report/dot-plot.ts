import { scaleLog } from 'd3-scale'
import { CHART_WIDTH, picture } from './frame.ts'
import { element, line, text } from './svg.ts'

export interface Dot {
  readonly label: string
  /** A class of the style sheet that gives a colour. */
  readonly color: string
  readonly value: number
  readonly least: number
  readonly most: number
  /** Drawn larger, and last. */
  readonly isOwn?: boolean
}

export interface DotRow {
  readonly label: string
  readonly dots: readonly Dot[]
}

const ROW = 34
const TOP = 12
const LEFT = 148
const RIGHT = 18
const RADIUS = 4.5
const OWN_RADIUS = 7

/**
 * A row for each work, and on it a dot for each subject, with a line from its least to its most; the axis is
 * logarithmic.
 */
export function dotPlot(
  title: string,
  rows: readonly DotRow[],
  axisLabel: string,
  format: (value: number) => string,
): string {
  const values = rows.flatMap(({ dots }) => dots.flatMap(({ least, most }) => [least, most]))
  const domain: [number, number] = [Math.min(...values) / 1.3, Math.max(...values) * 1.3]
  const x = scaleLog(domain, [LEFT, CHART_WIDTH - RIGHT])
  const bottom = TOP + rows.length * ROW
  const isShort = domain[1] / domain[0] < 300
  const powers = Array.from({ length: 12 }, (_, i) => (isShort ? [10 ** i, 3 * 10 ** i] : [10 ** i])).flat()
  const ticks = powers.filter((each) => each >= domain[0] && each <= domain[1])
  const axis = ticks.map(
    (power) =>
      line(x(power), TOP - 4, x(power), bottom, 'grid') +
      text(x(power), bottom + 15, format(power), { class: 'tick', 'text-anchor': 'middle' }),
  )
  const drawn = rows.map((row, i) => drawRow(row, TOP + (i + 0.5) * ROW, x))
  const label = text(CHART_WIDTH - RIGHT, bottom + 33, axisLabel, { class: 'axis-label', 'text-anchor': 'end' })
  return picture(title, axis.join('') + drawn.join('') + label, bottom + 40)
}

function drawRow({ label, dots }: DotRow, y: number, x: (value: number) => number): string {
  const ordered = [...dots].sort((a, b) => Number(a.isOwn ?? false) - Number(b.isOwn ?? false))
  const marks = ordered.map(({ color, value, least, most, isOwn }) => {
    const r = isOwn ? OWN_RADIUS : RADIUS
    return (
      line(x(least), y, x(most), y, `range ${color}`) +
      element('circle', { cx: x(value), cy: y, r, class: `dot ${color}` })
    )
  })
  return (
    line(LEFT, y, CHART_WIDTH - RIGHT, y, 'grid') +
    text(LEFT - 10, y + 4.5, label, { class: 'label ink', 'text-anchor': 'end' }) +
    marks.join('')
  )
}
