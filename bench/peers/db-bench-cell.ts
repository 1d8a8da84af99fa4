import { readFileSync } from 'node:fs'
import { dbBenchOutput } from '../db-bench-process.ts'
import { projectPath } from '../project.ts'
import type { CellRun } from './cell.ts'
import {
  type DbBenchPlan,
  type DbBenchSettings,
  dbBenchArguments,
  loadArguments,
  parseReport,
  secondsOfLog,
} from './db-bench-plan.ts'

function commandOf(given: readonly string[]): string {
  return ['db_bench', ...given].join(' ')
}

export function loadDbBench(settings: DbBenchSettings): string {
  const given = loadArguments(settings)
  dbBenchOutput(given)
  return commandOf(given)
}

/** Where flushes and merges belong to the work, it ends when the last of them did, which the store's own log tells. */
export function runDbBench(plan: DbBenchPlan, settings: DbBenchSettings): CellRun {
  const given = dbBenchArguments(plan, settings)
  const report = parseReport(plan.benchmark, dbBenchOutput(given))
  const entries = plan.perOperation ?? 1
  const operations = entries * report.operations
  const command = commandOf(given)
  if (!plan.drained) return { operations, perSecond: entries * report.perSecond, command }
  const log = readFileSync(projectPath(settings.directory, 'LOG'), 'utf8')
  const seconds = Math.max(report.seconds, secondsOfLog(log))
  return { operations, perSecond: operations / seconds, extras: { undrainedPerSecond: report.perSecond }, command }
}
