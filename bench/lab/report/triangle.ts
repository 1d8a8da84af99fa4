import { CHART_WIDTH, picture, spread } from '../../report/frame.ts'
import { element, line, text } from '../../report/svg.ts'

export interface TrianglePoint {
  readonly label: string
  readonly color: string
  readonly write: number
  readonly read: number
  readonly space: number
}

const HEIGHT = 372
const SIDE = 330
const LEFT = 32
const TOP = 34
const BASE = TOP + (SIDE * Math.sqrt(3)) / 2

/**
 * Where each strategy pays: the nearer to a corner, the more of its price is of that kind. A price is the logarithm of an amplification,
 * so that a point in the middle has three equal ones, and the size of a mark is the sum of the three.
 */
export function triangle(title: string, points: readonly TrianglePoint[]): string {
  const corners = { write: [LEFT + SIDE / 2, TOP], read: [LEFT, BASE], space: [LEFT + SIDE, BASE] } as const
  const outline = element('polygon', {
    points: Object.values(corners)
      .map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`)
      .join(' '),
    class: 'triangle',
  })
  const inner = [1 / 3, 2 / 3].flatMap((share) => thirds(share)).join('')
  const names =
    text(corners.write[0], TOP - 12, 'pays in writes', { class: 'corner', 'text-anchor': 'middle' }) +
    text(corners.read[0] - 18, BASE + 20, 'pays in reads', { class: 'corner' }) +
    text(corners.space[0] + 10, BASE + 20, 'pays in space', { class: 'corner', 'text-anchor': 'end' })
  const placed = points.map((point) => place(point, corners))
  const labelYs = spread(
    placed.map(({ y }) => y),
    31,
    TOP + 14,
    BASE - 24,
  )
  const marks = placed.map(({ x, y, price }, i) => {
    const { label, color, write, read, space } = points[i]!
    const labelX = LEFT + SIDE + 22
    const numbers = `${figure(write)} · ${figure(read)} · ${figure(space)}`
    return (
      line(x, y, labelX - 6, labelYs[i]! + 2, `leader ${color}`) +
      element('circle', { cx: x, cy: y, r: 4 + 1.6 * Math.sqrt(price), class: `dot ${color}` }) +
      text(labelX, labelYs[i]!, label, { class: `label ${color}` }) +
      text(labelX, labelYs[i]! + 13, numbers, { class: 'tick' })
    )
  })
  const legend = text(CHART_WIDTH - 6, TOP - 12, 'write · read · space', { class: 'axis-label', 'text-anchor': 'end' })
  return picture(title, outline + inner + names + legend + marks.join(''), HEIGHT)
}

function figure(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(value >= 10 ? 1 : 2)
}

type Corners = Readonly<Record<'write' | 'read' | 'space', readonly [number, number]>>

function place(point: TrianglePoint, corners: Corners): { x: number; y: number; price: number } {
  const price = (amplification: number): number => Math.log2(Math.max(1.02, amplification))
  const prices = { write: price(point.write), read: price(point.read), space: price(point.space) }
  const sum = prices.write + prices.read + prices.space
  let x = 0
  let y = 0
  for (const kind of ['write', 'read', 'space'] as const) {
    x += (corners[kind][0] * prices[kind]) / sum
    y += (corners[kind][1] * prices[kind]) / sum
  }
  return { x, y, price: sum }
}

/** Lines of an equal share of one price. */
function thirds(share: number): string[] {
  const height = BASE - TOP
  const y = BASE - share * height
  const half = ((1 - share) * SIDE) / 2
  const middle = LEFT + SIDE / 2
  return [
    line(middle - half, y, middle + half, y, 'grid'),
    line(LEFT + share * SIDE, BASE, middle + (share * SIDE) / 2, BASE - (1 - share) * height, 'grid'),
    line(LEFT + (1 - share) * SIDE, BASE, middle - (share * SIDE) / 2, BASE - (1 - share) * height, 'grid'),
  ]
}
