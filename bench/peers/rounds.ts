import { spawnSync } from 'node:child_process'
import type { CellRequest, CellRun, Shape, SubjectName } from './cell.ts'
import { runInProcess } from './cell-process.ts'
import { runDbBench } from './db-bench-cell.ts'
import { dbBenchSettings, Places } from './places.ts'
import type { Work } from './works.ts'

export interface RoundsOptions {
  readonly rounds: number
  readonly milliseconds: number
  readonly seed: number
}

/** One subject doing one work, in every round. */
export interface CellResult {
  readonly work: string
  readonly subject: SubjectName
  readonly shape: Shape
  readonly runs: readonly CellRun[]
}

export interface Skipped {
  readonly work: string
  readonly subject: SubjectName
  readonly why: string
}

export interface RoundsResult {
  readonly cells: readonly CellResult[]
  readonly skipped: readonly Skipped[]
  /** Of db_bench: what made the stores that it read. */
  readonly loadCommands: readonly string[]
}

export interface PlannedWork {
  readonly work: Work
  readonly shape: Shape
  readonly subjects: readonly SubjectName[]
}

/** Why a subject cannot be measured here; undefined where it can. */
export function absence(subject: SubjectName): string | undefined {
  if (subject !== 'db_bench') return undefined
  const { error } = spawnSync('db_bench', ['--version'], { stdio: 'ignore' })
  return error === undefined ? undefined : 'db_bench is not installed (Debian: apt-get install rocksdb-tools)'
}

/** Work by work, and in each the subjects take turns, round after round: a busy moment of the machine hits all alike. */
export function runRounds(
  plans: readonly PlannedWork[],
  { rounds, milliseconds, seed }: RoundsOptions,
  onCell: (text: string) => void,
): RoundsResult {
  const places = new Places()
  const cells: CellResult[] = []
  const skipped: Skipped[] = []
  const absences = new Map(plans.flatMap(({ subjects }) => subjects).map((subject) => [subject, absence(subject)]))
  for (const { work, shape, subjects } of plans) {
    const running = new Map<SubjectName, CellRun[]>()
    for (const subject of subjects) {
      const why = absences.get(subject)
      if (why === undefined) running.set(subject, [])
      else skipped.push({ work: work.name, subject, why })
    }
    for (let round = 0; round < rounds; round++) {
      for (const [subject, runs] of running) {
        const request = { work: work.name, subject, shape, milliseconds, seed: seed + round }
        const run = runOnce(work, { ...request, directory: places.make(work, { ...request, seed }) })
        runs.push(run)
        onCell(`${work.name} ${shape.valueBytes} B, round ${round + 1}: ${subject} ${Math.round(run.perSecond)}/s`)
      }
    }
    for (const [subject, runs] of running) cells.push({ work: work.name, subject, shape, runs })
  }
  places.remove()
  return { cells, skipped, loadCommands: [...places.loadCommands] }
}

function runOnce(work: Work, request: CellRequest): CellRun {
  if (request.subject !== 'db_bench') return runInProcess(request)
  return runDbBench(work.dbBench!, dbBenchSettings(request, work.begins !== 'empty'))
}
