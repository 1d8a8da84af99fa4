import { parseArgs } from 'node:util'
import Table from 'cli-table3'
import { calibrate, calibrationLines, measureBareDurableWrites } from './calibration.ts'
import { type HerdRun, measureHerd } from './herd-run.ts'
import { freshScratch } from './project.ts'
import { median } from './statistics.ts'

/**
 * The thundering herd: thousands of writers at once, each awaiting its own durable put in a loop, beside one write
 * and one fdatasync by hand. The parts take turns, round after round, so that a busy moment of the machine hits all
 * alike.
 */
const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '1' },
    rounds: { type: 'string', default: '3' },
    writers: { type: 'string', default: '5000' },
    json: { type: 'boolean', default: false },
  },
})
const milliseconds = 1000 * Number(options.seconds)
const herd = Number(options.writers)
const floor = 30
const goal = 76
const recordBytes = 116

interface Line {
  readonly name: string
  readonly perSecond: number
  readonly toBare: number
  readonly putsPerSync?: number
  readonly p50Ms?: number
  readonly p99Ms?: number
}

function storeLine(name: string, runs: readonly HerdRun[], bare: number): Line {
  const perSecond = median(runs.map((run) => run.perSecond))
  return {
    name,
    perSecond,
    toBare: perSecond / bare,
    putsPerSync: median(runs.map((run) => run.putsPerSync)),
    p50Ms: median(runs.map((run) => run.p50Ms)),
    p99Ms: median(runs.map((run) => run.p99Ms)),
  }
}

async function measure(directory: string): Promise<Line[]> {
  const bareRuns: number[] = []
  const counts = [...new Set([1, 64, herd])]
  const runs = counts.map((): HerdRun[] => [])
  for (let round = 0; round < Number(options.rounds); round++) {
    bareRuns.push(measureBareDurableWrites(directory, milliseconds, recordBytes))
    for (const [i, writers] of counts.entries()) {
      runs[i]!.push(await measureHerd(freshScratch('herd/store'), writers, milliseconds))
    }
  }
  const bare = median(bareRuns)
  const stores = counts.map((writers, i) =>
    storeLine(writers === 1 ? 'each put awaited' : `${writers.toLocaleString('en-US')} writers`, runs[i]!, bare),
  )
  return [{ name: 'write + fdatasync, bare', perSecond: bare, toBare: 1 }, ...stores]
}

function show(lines: readonly Line[]): string {
  const table = new Table({
    head: ['durable, 16 + 100 bytes', 'per second', 'to bare', 'puts per sync', 'p50 ms', 'p99 ms'],
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
    style: { head: [], border: [] },
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right'],
  })
  for (const { name, perSecond, toBare, putsPerSync, p50Ms, p99Ms } of lines) {
    const rate = Math.round(perSecond).toLocaleString('en-US')
    table.push([name, rate, toBare.toFixed(1), ...[putsPerSync, p50Ms, p99Ms].map((n) => n?.toFixed(2) ?? '')])
  }
  return table.toString()
}

const directory = freshScratch('herd')
const calibration = calibrate(directory)
const lines = await measure(directory)
const reached = lines.at(-1)!.toBare
const verdict = reached >= goal ? 'the goal is reached' : reached >= floor ? 'above the floor' : 'BELOW THE FLOOR'
if (options.json) {
  process.stdout.write(`${JSON.stringify({ calibration, lines, floor, goal })}\n`)
} else {
  process.stdout.write(`${calibrationLines(calibration)}\n${show(lines)}\n`)
  process.stdout.write(`${reached.toFixed(1)} times bare, floor ${floor}, goal ${goal}: ${verdict}\n`)
}
if (reached < floor) process.exitCode = 1
