import { execFileSync } from 'node:child_process'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import Table from 'cli-table3'
import { type Calibration, calibrate, calibrationLines } from '../calibration.ts'
import { freshScratch, projectRoot } from '../project.ts'
import { median } from '../statistics.ts'
import { groups } from './groups.ts'
import type { Measured } from './measure.ts'

/**
 * The hot parts, one by one, so that a change shows in seconds. `--only <name>` runs a group, or the parts whose names
 * contain it.
 *
 * `--save base.json` keeps the numbers; `--against base.json` prints ratios to them. Only ratios of one machine and one
 * moment count: the calibration of both is printed, and where it differs the ratios say nothing. So `--against` also
 * takes the folder of another checkout that is built: then both builds take turns, group by group and round after
 * round, and a busy moment of the machine hits both alike.
 */
const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    save: { type: 'string' },
    against: { type: 'string' },
    rounds: { type: 'string', default: '1' },
    milliseconds: { type: 'string', default: '500' },
  },
})

interface Saved {
  readonly calibration: Calibration
  readonly parts: readonly Measured[]
}

/** By name, the nanoseconds of each round. */
type Rounds = Map<string, number[]>

function measureRound(root: string, group: string, rounds: Rounds): readonly Measured[] {
  const wanted = group === options.only ? '' : options.only
  const script = join(root, 'dist', 'bench', 'micro', 'run.js')
  const measured: Measured[] = JSON.parse(
    execFileSync(process.execPath, [script, group, wanted, options.milliseconds], { encoding: 'utf8' }),
  )
  for (const { name, nanoseconds } of measured) rounds.set(name, [...(rounds.get(name) ?? []), nanoseconds])
  return measured
}

/** A name that is a group's selects that group, any other the parts that contain it. */
function wantedGroups(): string[] {
  return options.only in groups ? [options.only] : Object.keys(groups)
}

const isFolder = options.against !== undefined && statSync(options.against).isDirectory()
const base: Saved | undefined =
  options.against === undefined || isFolder ? undefined : JSON.parse(readFileSync(options.against, 'utf8'))
const calibration = calibrate(freshScratch('micro-calibration'))
process.stdout.write(`${calibrationLines(calibration)}\n`)
if (base !== undefined) process.stdout.write(`When the base was saved: ${calibrationLines(base.calibration)}\n`)

const mine: Rounds = new Map()
const theirs: Rounds = new Map(base?.parts.map(({ name, nanoseconds }) => [name, [nanoseconds]]))
const spreads = new Map<string, number>()
for (const group of wantedGroups()) {
  for (let round = 0; round < Number(options.rounds); round++) {
    if (isFolder) measureRound(resolve(options.against!), group, theirs)
    for (const { name, spread } of measureRound(projectRoot, group, mine)) spreads.set(name, spread)
  }
}

const head = ['', 'ns', '±', 'a second']
const table = new Table({
  head: options.against === undefined ? head : [...head, 'base ns', 'times as fast'],
  style: { head: [], border: [] },
  chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
  colAligns: ['left', 'right', 'right', 'right', 'right', 'right'],
})
for (const [name, each] of mine) {
  const nanoseconds = median(each)
  const row = [
    name,
    nanoseconds.toFixed(0),
    spreads.get(name)!.toFixed(0),
    Math.round(1e9 / nanoseconds).toLocaleString('en'),
  ]
  const before = theirs.get(name)
  if (before !== undefined) row.push(median(before).toFixed(0), (median(before) / nanoseconds).toFixed(2))
  table.push(row)
}
process.stdout.write(`${table}\n`)
if (options.save !== undefined) {
  const parts = [...mine].map(([name, each]) => ({ name, nanoseconds: median(each), spread: spreads.get(name)! }))
  writeFileSync(options.save, `${JSON.stringify({ calibration, parts } satisfies Saved, undefined, 2)}\n`)
}
