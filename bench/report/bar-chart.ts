import { scaleLinear } from 'd3-scale'
import { CHART_WIDTH, picture } from './frame.ts'
import { element, line, text } from './svg.ts'

export interface BarPart {
  readonly label: string
  readonly value: number
  readonly color: string
}

export interface Bar {
  readonly label: string
  readonly parts: readonly BarPart[]
  /** A mark across the bar: what theory says. */
  readonly mark?: number
}

const ROW = 44
const THICK = 24
const TOP = 14
const LEFT = 138
const RIGHT = 60

/** Horizontal bars of stacked parts, each named in itself where there is room, with the sum behind them. */
export function barChart(
  title: string,
  bars: readonly Bar[],
  axisLabel: string,
  format: (value: number) => string,
): string {
  const sums = bars.map(({ parts }) => parts.reduce((sum, { value }) => sum + value, 0))
  const most = Math.max(...sums, ...bars.map(({ mark = 0 }) => mark), 0.001)
  const height = TOP + bars.length * ROW + 38
  const bottom = TOP + bars.length * ROW
  const x = scaleLinear([0, most], [LEFT, CHART_WIDTH - RIGHT])
  const axis = x
    .ticks(5)
    .map(
      (tick) =>
        line(x(tick), TOP - 4, x(tick), bottom, 'grid') +
        text(x(tick), bottom + 14, format(tick), { class: 'tick', 'text-anchor': 'middle' }),
    )
  const rows = bars.map((bar, i) => drawBar(bar, sums[i]!, TOP + i * ROW, x, format))
  const label = text(CHART_WIDTH - RIGHT, bottom + 32, axisLabel, { class: 'axis-label', 'text-anchor': 'end' })
  return picture(title, axis.join('') + rows.join('') + label, height)
}

function drawBar(
  { label, parts, mark }: Bar,
  sum: number,
  top: number,
  x: (value: number) => number,
  format: (value: number) => string,
): string {
  const y = top + (ROW - THICK) / 2
  let from = 0
  const drawn = parts.map((part) => {
    const left = x(from)
    const width = x((from += part.value)) - left
    const fits = width > 9 * part.label.length + 6
    const rect = { x: left, y, width: Math.max(0, width - 1), height: THICK, class: `bar ${part.color}` }
    const named = fits ? text(left + width / 2, y + 16.5, part.label, { class: 'in-bar', 'text-anchor': 'middle' }) : ''
    return element('rect', rect) + named
  })
  const marked = mark === undefined ? '' : line(x(mark), y - 5, x(mark), y + THICK + 5, 'mark')
  return (
    text(LEFT - 8, y + 16.5, label, { class: 'label ink', 'text-anchor': 'end' }) +
    drawn.join('') +
    marked +
    text(Math.max(x(sum), mark === undefined ? 0 : x(mark)) + 6, y + 16.5, format(sum), { class: 'tick' })
  )
}
