import { spawnSync } from 'node:child_process'
import { HOW_TO_INSTALL } from '../db-bench-process.ts'
import { median } from '../statistics.ts'
import { type CellRequest, type CellRun, NO_LIMIT_MS, type Shape, type SubjectName } from './cell.ts'
import { runInProcess } from './cell-process.ts'
import { runDbBench } from './db-bench-cell.ts'
import { dbBenchSettings, Places } from './places.ts'
import type { Work } from './work.ts'

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

function isDbBenchHere(): boolean {
  return spawnSync('db_bench', ['--version'], { stdio: 'ignore' }).error === undefined
}

/**
 * Work by work, and in each the subjects take turns, round after round: a busy moment of the machine hits all alike.
 */
export class Rounds {
  readonly #options: RoundsOptions
  readonly #earlier: readonly CellResult[]
  readonly #onCell: (text: string) => void
  readonly #hasDbBench = isDbBenchHere()
  readonly #places = new Places()
  readonly #cells: CellResult[] = []
  readonly #skipped: Skipped[] = []

  /** Cells of `earlier` give works their pace whose own measure is not among those that are run. */
  constructor(options: RoundsOptions, earlier: readonly CellResult[], onCell: (text: string) => void) {
    this.#options = options
    this.#earlier = earlier
    this.#onCell = onCell
  }

  run(plans: readonly PlannedWork[]): RoundsResult {
    try {
      for (const plan of plans) this.#runWork(plan)
    } finally {
      this.#places.remove()
    }
    return { cells: this.#cells, skipped: this.#skipped, loadCommands: [...this.#places.loadCommands] }
  }

  #runWork({ work, shape, subjects }: PlannedWork): void {
    const running = new Map<SubjectName, CellRun[]>()
    for (const subject of subjects) {
      const why = this.#absence(work, subject)
      if (why === undefined) running.set(subject, [])
      else this.#skipped.push({ work: work.name, subject, why })
    }
    for (let round = 0; round < this.#options.rounds; round++) {
      for (const [subject, runs] of running) {
        const run = this.#tryCell(work, subject, shape, round)
        if (run === undefined) {
          running.delete(subject)
          continue
        }
        runs.push(run)
        this.#onCell(
          `${work.name} ${shape.valueBytes} B, round ${round + 1}: ${subject} ${Math.round(run.perSecond)}/s`,
        )
      }
    }
    for (const [subject, runs] of running) this.#cells.push({ work: work.name, subject, shape, runs })
  }

  /** Undefined where a peer has failed: that is noted, and hours of other cells are not lost by it. Varve may not fail. */
  #tryCell(work: Work, subject: SubjectName, shape: Shape, round: number): CellRun | undefined {
    try {
      return this.#runCell(work, subject, shape, round)
    } catch (error) {
      if (subject.startsWith('varve')) throw error
      const why = error instanceof Error ? error.message : String(error)
      this.#onCell(why)
      this.#skipped.push({ work: work.name, subject, why: `${shape.valueBytes} B values: ${why}` })
      return undefined
    }
  }

  #runCell(work: Work, subject: SubjectName, shape: Shape, round: number): CellRun {
    const { seed, milliseconds } = this.#options
    const limit = { milliseconds: work.isEndless ? NO_LIMIT_MS : milliseconds, sizes: work.sizes }
    const pace = work.pace && { perSecond: this.#paceOf(work.pace)! }
    const length = work.operations !== undefined && { operations: work.operations }
    const request = { work: work.name, subject, shape, ...limit, ...length, ...pace }
    // What is read was made from the first seed; what is drawn differs from round to round.
    const directory = this.#places.make(work, { ...request, seed })
    const whole: CellRequest = { ...request, directory, seed: seed + round }
    if (subject !== 'db_bench') return runInProcess(whole)
    return runDbBench(work.dbBench!, dbBenchSettings(whole, work.begins !== 'empty'))
  }

  /** Why a subject cannot do a work; undefined where it can. */
  #absence({ pace }: Work, subject: SubjectName): string | undefined {
    if (subject === 'db_bench' && !this.#hasDbBench) return HOW_TO_INSTALL
    return pace === undefined || this.#paceOf(pace) !== undefined
      ? undefined
      : `${pace.of} gives the pace, and was not run`
  }

  #paceOf({ of, share }: NonNullable<Work['pace']>): number | undefined {
    const cell = [...this.#cells, ...this.#earlier].find(({ work, subject }) => work === of && subject === 'varve')
    // A drained rate: what a store takes while its merges fall behind is no rate that it could keep.
    return cell && share * median(cell.runs.map(({ perSecond }) => perSecond))
  }
}
