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

export const TARGETS: readonly Target[] = [
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

/** Whether the table of targets needs a cell. */
export function isTargeted(work: string, subject: SubjectName, valueBytes: number): boolean {
  if (valueBytes !== VALUE_BYTES) return false
  return TARGETS.some(({ own, peer }) => [own, peer].some(([of, ...works]) => of === subject && works.includes(work)))
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

/** Of a subject, those of the works and the size of values that targets are about; with the most records, where there are several. */
function cellsOf([subject, ...works]: Side, cells: readonly CellResult[]): CellResult[] {
  const found = cells.filter(
    (cell) => cell.shape.valueBytes === VALUE_BYTES && cell.subject === subject && works.includes(cell.work),
  )
  const records = Math.max(...found.map(({ shape }) => shape.records))
  return found.filter(({ shape }) => shape.records === records)
}

function bestOf(side: Side, cells: readonly CellResult[]): number[] | undefined {
  const found = cellsOf(side, cells).map(ratesOf)
  return found.sort((a, b) => median(b) - median(a))[0]
}

/** The table of the targets. */
export function targetTable(cells: readonly CellResult[]): TargetResult[] {
  return TARGETS.map((target) => {
    const own = bestOf(target.own, cells)
    const peer = bestOf(target.peer, cells)
    if (own === undefined || peer === undefined) return { ...target, verdict: 'not run' }
    const ratio = ratioOf(own, peer)
    const verdict = ratio.median >= target.goal ? 'goal' : ratio.median >= target.atLeast ? 'met' : 'MISSED'
    return { ...target, ratio, verdict }
  })
}

/** A number beside the rate that may not be larger than some other. */
export interface LimitResult {
  readonly what: string
  readonly unit: string
  readonly atMost?: number
  readonly measured?: number
  readonly verdict: Verdict
}

type Extras = NonNullable<CellResult['runs'][number]['extras']>

function limit(
  cells: readonly CellResult[],
  work: string,
  [what, unit]: readonly [what: string, unit: string],
  measure: (extras: Extras) => number | undefined,
  bound: (extras: Extras) => number,
): LimitResult {
  const extras =
    cellsOf(['varve', work], cells)[0]?.runs.flatMap(({ extras: each }) => (each === undefined ? [] : [each])) ?? []
  const found = extras.flatMap((each) => measure(each) ?? [])
  if (found.length === 0) return { what, unit, verdict: 'not run' }
  const [measured, atMost] = [median(found), median(extras.map(bound))]
  return { what, unit, measured, atMost, verdict: measured <= atMost ? 'met' : 'MISSED' }
}

const MIB = 2 ** 20
/** What a process may hold beside what the store says it holds. */
const ALLOWANCE_MIB = 150

/** The targets that are no ratios. */
export function limitTable(cells: readonly CellResult[]): LimitResult[] {
  const fill = 'large-fillrandom'
  return [
    limit(
      cells,
      fill,
      ['event-loop delay, fillrandom 10 M, p99', 'ms'],
      (each) => each['delayP99Ms'],
      () => 20,
    ),
    limit(
      cells,
      fill,
      ['event-loop delay, fillrandom 10 M, longest', 'ms'],
      (each) => each['delayMaxMs'],
      () => 100,
    ),
    limit(
      cells,
      'large-paced',
      ['put at 70 % of the maximum rate, p99.9', 'ms'],
      (each) => each['p999Ms'],
      () => 10,
    ),
    limit(
      cells,
      fill,
      ['resident memory, fillrandom 10 M, peak', 'MiB'],
      (each) => (each['peakResidentBytes'] === undefined ? undefined : each['peakResidentBytes'] / MIB),
      (each) => (each['heldBytes'] ?? 0) / MIB + ALLOWANCE_MIB,
    ),
    limit(
      cells,
      'open-log',
      ['opening with 64 MiB of log', 'ms'],
      (each) => each['openMs'],
      () => 1500,
    ),
  ]
}
