import { writeFileSync } from 'node:fs'
import type { Provenance } from '../provenance.ts'
import type { BudgetRow } from './budget-table.ts'
import type { CompactionRow } from './compaction-table.ts'
import { type RunResult, SECTIONS } from './result.ts'
import type { SizeName } from './size.ts'

export const LAB_SCHEMA = 'varve-lab/1'

/** What `npm run lab` writes: everything the page is made of. */
export interface LabResult extends Provenance {
  readonly schema: typeof LAB_SCHEMA
  readonly size: SizeName
  readonly seed: number
  /** Of the file system that the stores lay on. */
  readonly fileSystem: string
  readonly kernel: string
  readonly seconds: number
  readonly runs: readonly RunResult[]
  /** The mission's table, and the B-tree against the LSM-tree: both made of `runs`. */
  readonly compactionTable: readonly CompactionRow[]
  readonly budgets: readonly BudgetRow[]
}

/** Everything that is wrong with what claims to be a result of the lab; empty where nothing is. */
export function labResultProblems(value: unknown): string[] {
  const problems: string[] = []
  const lab = value as Partial<LabResult> | null
  if (typeof lab !== 'object' || lab === null) return ['it is not an object']
  if (lab.schema !== LAB_SCHEMA) problems.push(`its schema is ${String(lab.schema)}, not ${LAB_SCHEMA}`)
  for (const name of ['commit', 'date', 'node', 'processor', 'fileSystem', 'kernel', 'size'] as const) {
    if (typeof lab[name] !== 'string') problems.push(`${name} is not a text`)
  }
  for (const name of ['seed', 'seconds', 'cores', 'memoryGiB'] as const) {
    if (!Number.isFinite(lab[name])) problems.push(`${name} is not a number`)
  }
  if (!Array.isArray(lab.runs)) return [...problems, 'it has no runs']
  if (!Array.isArray(lab.compactionTable) || !Array.isArray(lab.budgets)) problems.push('it has no tables')
  lab.runs.forEach((run, i) => {
    problems.push(...runProblems(run).map((problem) => `run ${i}: ${problem}`))
  })
  return problems
}

function runProblems(run: RunResult): string[] {
  const problems: string[] = []
  if (!SECTIONS.includes(run.section)) problems.push(`its section is ${String(run.section)}`)
  if (typeof run.arm?.name !== 'string') problems.push('its arm has no name')
  if (typeof run.workload?.name !== 'string') problems.push('its workload has no name')
  const { amplification, classes, windows, bytes } = run
  for (const name of ['write', 'writeWithoutLog', 'space', 'spacePeak'] as const) {
    if (!Number.isFinite(amplification?.[name])) problems.push(`amplification.${name} is not a number`)
  }
  if (!Object.values(classes ?? { none: Number.NaN }).every(Number.isFinite)) problems.push('a byte class is no number')
  if (!Array.isArray(windows) || windows.length === 0) problems.push('it has no windows')
  if (!Number.isFinite(bytes?.difference)) problems.push('its bytes were not checked')
  return problems
}

/** Refuses to write what is not as it should be. */
export function saveLabResult(path: string, result: LabResult): void {
  const problems = labResultProblems(result)
  if (problems.length > 0) throw new Error(`this is no result of the lab: ${problems.join('; ')}`)
  writeFileSync(path, `${JSON.stringify(result, rounded, 1)}\n`)
}

/** Six figures are more than any measurement here is good for. */
function rounded(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(6)) : value
}
