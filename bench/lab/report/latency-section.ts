import type { Frame } from '../../report/frame.ts'
import { figure, grid, paragraph, section } from '../../report/html.ts'
import { lineChart } from '../../report/line-chart.ts'
import { microseconds } from '../../report/number-format.ts'
import { element } from '../../report/svg.ts'
import type { LabResult } from '../lab-result.ts'
import type { RunResult } from '../result.ts'
import { colorOf } from './color.ts'

const NINES: readonly number[] = [0.5, 0.9, 0.99, 0.999, 0.9999]

/** 0.9 is 1, 0.99 is 2: as much room for each nine. */
function nines(share: number): number {
  return -Math.log10(1 - share)
}

export function latencySection({ runs }: LabResult): string {
  const mine = runs.filter((run) => run.section === 'latency')
  if (mine.length === 0) return ''
  return section(
    'latency',
    'What the writer feels',
    paragraph(
      '100 writers, each awaiting its own put, new keys in random order, as fast as the store takes them; all background work shares ' +
        'their one thread. Where merges fall behind, writers are made to wait, first a little, then until there is room.',
    ),
    grid(curves(mine), ...mine.map((run) => timeline(run, mostPerSecond(mine)))),
  )
}

function curves(runs: readonly RunResult[]): string {
  const lines = runs.map(({ arm, latency }) => ({
    label: arm.title,
    color: colorOf(arm.name),
    points: (latency['put']?.curve ?? [])
      .filter(([share]) => share <= 0.9999)
      .map(([share, us]) => [Math.max(us, 1), nines(share)] as const),
  }))
  const all = lines.flatMap(({ points }) => points.map(([us]) => us))
  const domain: [number, number] = [10 ** Math.floor(Math.log10(Math.min(...all))), Math.max(...all) * 1.05]
  return figure(
    'Latency of puts',
    'The share of puts that took at most so long, with as much room for each further nine.',
    lineChart({
      title: 'Latency of puts, cumulative',
      x: { label: 'latency (logarithmic)', domain, isLog: true, format: microseconds },
      y: {
        label: 'share of puts',
        domain: [0, 4.1],
        ticks: NINES.map(nines),
        format: (value) => `${Number((100 * (1 - 10 ** -value)).toFixed(2))} %`,
      },
      lines,
    }),
  )
}

function rates({ windows }: RunResult): { ms: number; perSecond: number; stallMs: number }[] {
  let before = { ms: 0, operations: 0, stallMs: 0 }
  return windows.map((window) => {
    const ms = window.ms - before.ms
    const perSecond = (1000 * (window.operations - before.operations)) / Math.max(ms, 0.001)
    const stallMs = window.stallMs - before.stallMs
    before = window
    return { ms: window.ms, perSecond, stallMs }
  })
}

function mostPerSecond(runs: readonly RunResult[]): number {
  return Math.max(...runs.flatMap((run) => rates(run).map(({ perSecond }) => perSecond)))
}

/** Rates of each window; behind them, as tall as the share of the window that writers stood still. */
function timeline(run: RunResult, most: number): string {
  const points = rates(run)
  const end = points.at(-1)!.ms
  const backdrop = (box: Frame): string => {
    let from = 0
    return points
      .map(({ ms, stallMs }) => {
        const share = Math.min(1, stallMs / Math.max(ms - from, 0.001))
        const height = share * (box.bottom - box.top)
        const x = box.x(from / 1000)
        const width = box.x(ms / 1000) - x
        from = ms
        return element('rect', { x, y: box.bottom - height, width, height, class: 'stall c-red' })
      })
      .join('')
  }
  const { count, milliseconds } = run.stalls
  const share = (100 * milliseconds) / run.milliseconds
  return figure(
    `${run.arm.title}: puts over time`,
    `Shaded: the share of each moment that writers stood still. ${count} stalls, ${(milliseconds / 1000).toFixed(1)} s in all, ` +
      `${share.toFixed(0)} % of the run; the last window waits for all that is left to be merged.`,
    lineChart({
      title: `Puts per second over time, ${run.arm.title}`,
      x: { label: 'seconds', domain: [0, end / 1000], format: String },
      y: { label: 'thousand puts per second', domain: [0, most / 1000], format: String },
      margins: { top: 30, right: 14, bottom: 44, left: 50 },
      lines: [
        {
          label: '',
          color: colorOf(run.arm.name),
          look: 'steps',
          points: points.map(({ ms, perSecond }) => [ms / 1000, perSecond / 1000] as const),
        },
      ],
      backdrop,
    }),
  )
}
