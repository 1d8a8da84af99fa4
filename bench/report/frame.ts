import { scaleLinear, scaleLog } from 'd3-scale'
import { element, line, text } from './svg.ts'

export const CHART_WIDTH = 520
export const CHART_HEIGHT = 330

export interface Axis {
  readonly label: string
  readonly domain: readonly [number, number]
  readonly isLog?: boolean
  readonly ticks?: readonly number[]
  readonly format: (value: number) => string
}

export interface Margins {
  readonly top: number
  readonly right: number
  readonly bottom: number
  readonly left: number
}

export interface Frame {
  readonly x: (value: number) => number
  readonly y: (value: number) => number
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
  /** Grid, ticks and labels. */
  readonly markup: string
}

export const MARGINS: Margins = { top: 30, right: 150, bottom: 44, left: 50 }

/**
 * The axes of a chart, in the units of its view box. The label of the vertical one stands above it, so that nobody
 * tilts a head.
 */
export function frame(x: Axis, y: Axis, margins: Margins = MARGINS, height: number = CHART_HEIGHT): Frame {
  const left = margins.left
  const right = CHART_WIDTH - margins.right
  const top = margins.top
  const bottom = height - margins.bottom
  const toX = scale(x, [left, right])
  const toY = scale(y, [bottom, top])
  const horizontal = ticksOf(y, 5).map(
    (tick) =>
      line(left, toY(tick), right, toY(tick), 'grid') +
      text(left - 7, toY(tick) + 4, y.format(tick), { class: 'tick', 'text-anchor': 'end' }),
  )
  const vertical = ticksOf(x, 5).map(
    (tick) =>
      line(toX(tick), bottom, toX(tick), bottom + 4, 'axis') +
      text(toX(tick), bottom + 17, x.format(tick), { class: 'tick', 'text-anchor': 'middle' }),
  )
  const markup = [
    ...horizontal,
    ...vertical,
    line(left, bottom, right, bottom, 'axis'),
    text(left - 40, 14, y.label, { class: 'axis-label' }),
    text(right, bottom + 36, x.label, { class: 'axis-label', 'text-anchor': 'end' }),
  ].join('')
  return { x: toX, y: toY, left, right, top, bottom, markup }
}

function scale(axis: Axis, range: [number, number]): (value: number) => number {
  const domain = [...axis.domain]
  return axis.isLog ? scaleLog(domain, range).clamp(true) : scaleLinear(domain, range)
}

function ticksOf(axis: Axis, count: number): readonly number[] {
  if (axis.ticks !== undefined) return axis.ticks
  if (!axis.isLog) return scaleLinear([...axis.domain], [0, 1]).ticks(count)
  const [low, high] = axis.domain
  const powers: number[] = []
  for (let power = Math.ceil(Math.log10(low) - 1e-9); 10 ** power <= high * 1.000001; power++) powers.push(10 ** power)
  return powers
}

/** The whole picture. `label` is for those who cannot see it. */
export function picture(label: string, content: string, height: number = CHART_HEIGHT): string {
  const viewBox = `0 0 ${CHART_WIDTH} ${height}`
  return element('svg', { viewBox, role: 'img', 'aria-label': label, xmlns: 'http://www.w3.org/2000/svg' }, content)
}

/** Moves labels apart, so that none lies on another, and keeps their order; `y`s are centres. */
export function spread(ys: readonly number[], gap: number, top: number, bottom: number): number[] {
  const order = ys.map((_, i) => i).sort((a, b) => ys[a]! - ys[b]!)
  const placed = [...ys]
  let last = top - gap
  for (const i of order) last = placed[i] = Math.max(ys[i]!, last + gap)
  last = bottom + gap
  for (const i of order.reverse()) last = placed[i] = Math.min(placed[i]!, last - gap)
  return placed
}
