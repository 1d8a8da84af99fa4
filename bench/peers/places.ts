import { cpSync, rmSync } from 'node:fs'
import { relative } from 'node:path'
import { freshScratch, projectPath, projectRoot } from '../project.ts'
import { type CellRequest, isStored, KILL, LOAD } from './cell.ts'
import { runInProcess, runKilled } from './cell-process.ts'
import { loadDbBench } from './db-bench-cell.ts'
import type { DbBenchSettings } from './db-bench-plan.ts'
import type { Work } from './work.ts'

type Request = Omit<CellRequest, 'directory'>

/** The directories that cells begin with; a loaded store is made once and serves every round. */
export class Places {
  readonly #made = new Map<string, string>()
  /** Of db_bench. */
  readonly loadCommands: Set<string> = new Set()

  constructor() {
    freshScratch('peers')
  }

  /** As the work wants it to be. */
  make(work: Work, request: Request): string {
    const own = freshScratch('peers/cell')
    if (work.begins === 'empty' || !isStored(request.subject)) return own
    const made = this.#make(work.begins === 'killed' ? KILL : LOAD, request)
    if (work.begins === 'loaded') return made
    cpSync(made, own, { recursive: true })
    return own
  }

  /** Nothing stays on the disk. */
  remove(): void {
    rmSync(projectPath('data', 'scratch', 'peers'), { recursive: true, force: true })
  }

  #make(work: string, request: Request): string {
    const { subject, shape, sizes } = request
    const name = [work, subject, shape.records, shape.valueBytes, sizes.tableBytes].join('-')
    const known = this.#made.get(name)
    if (known !== undefined) return known
    const directory = freshScratch(`peers/${name}`)
    const whole = { ...request, work, directory }
    if (work === KILL) runKilled(whole)
    else if (subject === 'db_bench') this.loadCommands.add(loadDbBench(dbBenchSettings(whole, false)))
    else runInProcess(whole)
    this.#made.set(name, directory)
    return directory
  }
}

/** db_bench runs in the project's folder, so that no command line names another. */
export function dbBenchSettings(request: CellRequest, isExisting: boolean): DbBenchSettings {
  const { directory, shape, milliseconds, operations, seed, sizes } = request
  const reads = operations !== undefined && { reads: Math.max(operations, shape.records) }
  return { directory: relative(projectRoot, directory), isExisting, shape, milliseconds, ...reads, seed, sizes }
}
