import { median } from '../statistics.ts'
import type { SubjectName } from './cell.ts'
import type { CellResult } from './rounds.ts'

/** Of all targets, whatever else is measured. */
const VALUE_BYTES = 100

type Side = readonly [subject: SubjectName, ...works: string[]]

/** A line of the table of targets: how many times the peer's rate Varve's must be, and should be. */
export interface Target {
  readonly work: string
  readonly against: string
  readonly own: Side
  /** Of several works, the peer's best counts. */
  readonly peer: Side
  readonly atLeast: number
  readonly goal: number
}

const TARGETS: readonly Target[] = [
  target(
    'durable put, 5,000 writers',
    'classic-level',
    ['varve', 'durable-5000'],
    ['classic-level', 'durable-5000'],
    40,
    60,
  ),
  // What most programs have, and what the bound was drawn from: with Node's own four threads.
  target(
    'durable put, 5,000 writers',
    'classic-level, 4 threads',
    ['varve', 'durable-5000'],
    ['classic-level-4', 'durable-5000'],
    40,
    60,
  ),
  target('durable put, 5,000 writers', 'lmdb', ['varve', 'durable-5000'], ['lmdb', 'durable-5000'], 1.5, 2.5),
  target(
    'durable put, 64 writers',
    'RocksDB C++, 64 threads',
    ['varve', 'durable-64'],
    ['db_bench', 'durable-64'],
    1,
    2,
  ),
  target('durable put, one by one', 'bare write + fdatasync', ['varve', 'durable-1'], ['bare', 'durable-1'], 0.6, 0.8),
  target(
    'awaited put, process',
    'classic-level sync: false',
    ['varve', 'put-awaited'],
    ['classic-level', 'put-awaited'],
    8,
    15,
  ),
  target(
    'batches of 1,000, process',
    'classic-level',
    ['varve', 'batch-1000'],
    ['classic-level', 'batch-1000'],
    1.5,
    2.5,
  ),
  target('batches of 1,000, process', 'lmdb', ['varve', 'batch-1000'], ['lmdb', 'batch-1000'], 1.2, 2),
  target('get, awaited', 'classic-level', ['varve', 'get-awaited'], ['classic-level', 'get-awaited'], 15, 25),
  target('get, sync', 'classic-level', ['varve', 'get-sync'], ['classic-level', 'get-sync'], 1.7, 3),
  target('get, sync', 'lmdb', ['varve', 'get-sync'], ['lmdb', 'get-sync'], 0.7, 1.2),
  target('missing key, sync, drained', 'RocksDB C++', ['varve', 'get-missing'], ['db_bench', 'get-missing'], 1, 2),
  target('scan, for await', 'classic-level', ['varve', 'scan-await'], ['classic-level', 'scan-await'], 4, 7),
  target('scan, sync loop', 'lmdb', ['varve', 'scan-sync'], ['lmdb', 'scan-sync'], 2, 3.5),
  target('scan, nextBatchSync', 'lmdb, its best', ['varve', 'scan-batch'], ['lmdb', 'scan-sync', 'scan-batch'], 3, 6),
  target(
    'fillrandom 10 M, drained',
    'RocksDB C++',
    ['varve', 'large-fillrandom'],
    ['db_bench', 'large-fillrandom'],
    0.5,
    1,
  ),
  target('readrandom, sync', 'RocksDB C++, 1 thread', ['varve', 'get-sync'], ['db_bench', 'get-sync'], 1, 2),
]

function target(work: string, against: string, own: Side, peer: Side, atLeast: number, goal: number): Target {
  return { work, against, own, peer, atLeast, goal }
}

/** A ratio of medians, and the least and most of the ratios within each round. */
export interface Ratio {
  readonly median: number
  readonly least: number
  readonly most: number
}

export type Verdict = 'goal' | 'met' | 'MISSED' | 'not run'

export interface TargetResult extends Target {
  readonly ratio?: Ratio
  readonly verdict: Verdict
}

export function ratesOf({ runs }: CellResult): number[] {
  return runs.map(({ perSecond }) => perSecond)
}

export function ratioOf(own: readonly number[], peer: readonly number[]): Ratio {
  const within = own.slice(0, peer.length).map((rate, i) => rate / peer[i]!)
  return { median: median(own) / median(peer), least: Math.min(...within), most: Math.max(...within) }
}

/** Those with the most records: results of different sizes say nothing of each other. */
export function ofMostRecords<Cell extends CellResult>(cells: readonly Cell[]): Cell[] {
  const most = Math.max(...cells.map(({ shape }) => shape.records))
  return cells.filter(({ shape }) => shape.records === most)
}

/** Of a subject, those of the works and the size of values that targets are about. */
function cellsOf([subject, ...works]: Side, cells: readonly CellResult[]): CellResult[] {
  return cells.filter(
    (cell) => cell.shape.valueBytes === VALUE_BYTES && cell.subject === subject && works.includes(cell.work),
  )
}

function ratioOfSides(own: readonly CellResult[], peer: readonly CellResult[]): Ratio | undefined {
  const haveBoth = (cell: CellResult): boolean =>
    [own, peer].every((side) => side.some(({ shape }) => shape.records === cell.shape.records))
  const [best, bestPeer] = [own, peer].map((side) =>
    ofMostRecords(side.filter(haveBoth))
      .map(ratesOf)
      .sort((a, b) => median(b) - median(a))
      .at(0),
  )
  return best === undefined || bestPeer === undefined ? undefined : ratioOf(best, bestPeer)
}

/** The table of the targets. */
export function targetTable(cells: readonly CellResult[]): TargetResult[] {
  return TARGETS.map((target) => {
    const ratio = ratioOfSides(cellsOf(target.own, cells), cellsOf(target.peer, cells))
    if (ratio === undefined) return { ...target, verdict: 'not run' }
    const verdict = ratio.median >= target.goal ? 'goal' : ratio.median >= target.atLeast ? 'met' : 'MISSED'
    return { ...target, ratio, verdict }
  })
}

/** What became of a target that is no ratio: a number beside the rate, which may not be larger than another. */
export interface LimitResult {
  readonly what: string
  readonly unit: string
  readonly atMost?: number
  readonly measured?: number
  readonly verdict: Verdict
}

type Extras = NonNullable<CellResult['runs'][number]['extras']>

const MIB = 2 ** 20
/** What a process may hold beside what the store says it holds. */
const ALLOWANCE_MIB = 150

/** A target that is no ratio. */
interface Limit {
  readonly work: string
  readonly what: string
  readonly unit: string
  readonly measure: (extras: Extras) => number | undefined
  readonly bound: (extras: Extras) => number
}

const LIMITS: readonly Limit[] = [
  {
    work: 'large-fillrandom',
    what: 'event-loop delay, fillrandom 10 M, p99',
    unit: 'ms',
    measure: (each) => each['delayP99Ms'],
    bound: () => 20,
  },
  {
    work: 'large-fillrandom',
    what: 'event-loop delay, fillrandom 10 M, longest',
    unit: 'ms',
    measure: (each) => each['delayMaxMs'],
    bound: () => 100,
  },
  {
    work: 'large-paced',
    what: 'put at 70 % of the maximum rate, p99.9',
    unit: 'ms',
    measure: (each) => each['p999Ms'],
    bound: () => 10,
  },
  {
    work: 'large-fillrandom',
    what: 'resident memory, fillrandom 10 M, peak',
    unit: 'MiB',
    measure: (each) => (each['peakResidentBytes'] === undefined ? undefined : each['peakResidentBytes'] / MIB),
    bound: (each) => (each['heldBytes'] ?? 0) / MIB + ALLOWANCE_MIB,
  },
  {
    work: 'open-log',
    what: 'opening with 64 MiB of log',
    unit: 'ms',
    measure: (each) => each['openMs'],
    bound: () => 1500,
  },
]

export function limitTable(cells: readonly CellResult[]): LimitResult[] {
  return LIMITS.map(({ work, what, unit, measure, bound }) => {
    const runs = ofMostRecords(cellsOf(['varve', work], cells)).flatMap((cell) => cell.runs)
    const extras = runs.flatMap(({ extras: each }) => (each === undefined ? [] : [each]))
    const found = extras.flatMap((each) => measure(each) ?? [])
    if (found.length === 0) return { what, unit, verdict: 'not run' }
    const [measured, atMost] = [median(found), median(extras.map(bound))]
    return { what, unit, measured, atMost, verdict: measured <= atMost ? 'met' : 'MISSED' }
  })
}

/** Whether the tables of targets need a cell. */
export function isTargeted(work: string, subject: SubjectName, valueBytes: number): boolean {
  if (valueBytes !== VALUE_BYTES) return false
  const limited = subject === 'varve' && LIMITS.some((limit) => limit.work === work)
  const sides = TARGETS.flatMap(({ own, peer }) => [own, peer])
  return limited || sides.some(([of, ...works]) => of === subject && works.includes(work))
}
