import { curveMonotoneX, curveStepBefore, line as path } from 'd3-shape'
import { type Axis, CHART_HEIGHT, type Frame, frame, MARGINS, type Margins, picture, spread } from './frame.ts'
import { element, line, text } from './svg.ts'

export interface Line {
  readonly label: string
  /** A class of the style sheet that gives a colour. */
  readonly color: string
  readonly points: readonly (readonly [x: number, y: number])[]
  /** 'theory' is dashed and thin, 'dots' has marks and no line, 'dotted' a line with marks, 'steps' holds what ends at
   * each point. Default 'line'. */
  readonly look?: 'line' | 'theory' | 'dots' | 'dotted' | 'steps'
}

export interface LineChart {
  readonly title: string
  readonly x: Axis
  readonly y: Axis
  readonly lines: readonly Line[]
  readonly margins?: Margins
  readonly height?: number
  /** Drawn below the lines. */
  readonly backdrop?: (frame: Frame) => string
}

const LABEL_GAP = 15

/** Lines that are named where they end. */
export function lineChart(chart: LineChart): string {
  const { margins = MARGINS, height = CHART_HEIGHT } = chart
  const box = frame(chart.x, chart.y, margins, height)
  const drawn = chart.lines.filter((each) => each.points.length > 0)
  const marks = drawn.map((each) => drawLine(each, box)).join('')
  const named = drawn.filter((each) => each.label !== '')
  const ends = named.map(({ points }) => box.y(points.at(-1)![1]))
  const ys = spread(ends, LABEL_GAP, box.top, box.bottom)
  const labels = named.map(({ label, color, points }, i) => {
    const endX = box.x(points.at(-1)![0])
    const leader =
      Math.abs(ys[i]! - ends[i]!) > 4 ? line(endX + 4, ends[i]!, box.right + 5, ys[i]!, `leader ${color}`) : ''
    return leader + text(box.right + 8, ys[i]! + 4, label, { class: `label ${color}` })
  })
  return picture(chart.title, box.markup + (chart.backdrop?.(box) ?? '') + marks + labels.join(''), height)
}

function drawLine({ points, color, look = 'line' }: Line, box: Frame): string {
  const curve = look === 'steps' ? curveStepBefore : curveMonotoneX
  const draw = path<readonly [number, number]>(
    ([x]) => box.x(x),
    ([, y]) => box.y(y),
  ).curve(curve)
  const stroke =
    look === 'dots'
      ? ''
      : element('path', { d: draw([...points]) ?? '', class: look === 'theory' ? `theory ${color}` : `line ${color}` })
  const isMarked = look === 'dots' || look === 'dotted'
  const circles = isMarked
    ? points.map(([x, y]) => element('circle', { cx: box.x(x), cy: box.y(y), r: 4, class: `dot ${color}` }))
    : []
  return stroke + circles.join('')
}
