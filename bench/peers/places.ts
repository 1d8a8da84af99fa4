import { cpSync, rmSync } from 'node:fs'
import { relative } from 'node:path'
import { freshScratch, projectPath, projectRoot } from '../project.ts'
import { type CellRequest, LOAD } from './cell.ts'
import { runInProcess } from './cell-process.ts'
import { loadDbBench } from './db-bench-cell.ts'
import type { DbBenchSettings } from './db-bench-plan.ts'
import type { Work } from './works.ts'

/** The directories that cells begin with; a loaded store is made once and serves every round. */
export class Places {
  readonly #loaded = new Map<string, string>()
  /** Of db_bench. */
  readonly loadCommands: Set<string> = new Set()

  constructor() {
    freshScratch('peers')
  }

  /** As the work wants it to be. */
  make(work: Work, request: Omit<CellRequest, 'directory'>): string {
    const own = freshScratch('peers/cell')
    if (work.begins === 'empty' || request.subject === 'memory-level') return own
    const loaded = this.#load(request)
    if (work.begins === 'loaded') return loaded
    cpSync(loaded, own, { recursive: true })
    return own
  }

  /** Nothing stays on the disk. */
  remove(): void {
    rmSync(projectPath('data', 'scratch', 'peers'), { recursive: true, force: true })
  }

  #load(request: Omit<CellRequest, 'directory'>): string {
    const name = `${request.subject}-${request.shape.records}-${request.shape.valueBytes}`
    const known = this.#loaded.get(name)
    if (known !== undefined) return known
    const directory = freshScratch(`peers/${name}`)
    if (request.subject === 'db_bench')
      this.loadCommands.add(loadDbBench(dbBenchSettings({ ...request, directory }, false)))
    else runInProcess({ ...request, work: LOAD, directory })
    this.#loaded.set(name, directory)
    return directory
  }
}

/** db_bench runs in the project's folder, so that no command line names another. */
export function dbBenchSettings(request: CellRequest, isExisting: boolean): DbBenchSettings {
  const { directory, shape, milliseconds, seed } = request
  return { directory: relative(projectRoot, directory), isExisting, shape, milliseconds, seed }
}
