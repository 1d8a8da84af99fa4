import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { release } from 'node:os'
import { dirname, relative } from 'node:path'
import { parseArgs } from 'node:util'
import { calibrationLines } from '../calibration.ts'
import { startProgress } from '../progress.ts'
import { projectPath, projectRoot } from '../project.ts'
import { provenance } from '../provenance.ts'
import { budgetTable } from './budget-table.ts'
import { compactionTable } from './compaction-table.ts'
import { LAB_SCHEMA, type LabResult, labResultProblems, saveLabResult } from './lab-result.ts'
import { fileSystemName } from './measure/disk.ts'
import { allPlans } from './plans.ts'
import { labPage } from './report/page.ts'
import type { RunResult } from './result.ts'
import { type RunPlan, run } from './run.ts'
import { sizeNamed } from './size.ts'
import { labTables } from './terminal.ts'

/**
 * The amplification lab: `npm run lab -- --size S --seed 1 --only leveled`. Runs every arm with its workloads, holds the bytes against the
 * operating system's count and the figures against theory, and writes JSON and one HTML page. docs/lab.md says what each number means.
 */
const { values: options } = parseArgs({
  options: {
    size: { type: 'string', default: 'S' },
    seed: { type: 'string', default: '1' },
    /** Parts, arms or workloads whose names begin like this; a comma means or, a plus means and. */
    only: { type: 'string' },
    /** Where the JSON goes; the page lies beside it. */
    out: { type: 'string' },
    /** Makes the page of a JSON of earlier, and runs nothing. */
    render: { type: 'string' },
  },
})

function isWanted({ section, arm, make, input }: RunPlan, only: string | undefined): boolean {
  if (only === undefined) return true
  const { name } = make({ ...input, records: 1, operations: 1 })
  const isNamed = (wanted: string): boolean => [section, arm.name, name].some((each) => each.startsWith(wanted))
  return only.split(',').some((item) => item.split('+').every(isNamed))
}

async function runAll(plans: readonly RunPlan[]): Promise<RunResult[]> {
  const results: RunResult[] = []
  const bar = startProgress('runs', plans.length)
  for (const plan of plans) {
    results.push(await run(plan))
    bar.update(results.length)
  }
  bar.stop()
  return results
}

async function measure(): Promise<LabResult> {
  const begun = performance.now()
  const size = sizeNamed(options.size)
  const seed = Number(options.seed)
  if (!Number.isSafeInteger(seed)) throw new Error(`--seed is a whole number, not ${options.seed}`)
  const plans = allPlans(size, seed).filter((plan) => isWanted(plan, options.only))
  if (plans.length === 0) throw new Error(`nothing is named like ${options.only}`)
  const runs = await runAll(plans)
  return {
    schema: LAB_SCHEMA,
    ...provenance(),
    ...{ size: size.name, seed, fileSystem: fileSystemName(projectRoot), kernel: release() },
    seconds: (performance.now() - begun) / 1000,
    ...{ runs, compactionTable: compactionTable(runs), budgets: budgetTable(runs) },
  }
}

function savePage(path: string, result: LabResult): void {
  writeFileSync(path, labPage(result))
  process.stdout.write(`\n${relative(process.cwd(), path)}\n`)
}

if (options.render !== undefined) {
  const result: LabResult = JSON.parse(readFileSync(options.render, 'utf8'))
  const problems = labResultProblems(result)
  if (problems.length > 0) throw new Error(`${options.render} is no result of the lab: ${problems.join('; ')}`)
  savePage(options.render.replace(/\.json$/, '.html'), result)
} else {
  const result = await measure()
  const folder = result.size === 'S' ? projectPath('data', 'scratch') : projectPath('data', 'results')
  const path = options.out ?? `${folder}/lab-${result.size.toLowerCase()}.json`
  mkdirSync(dirname(path), { recursive: true })
  process.stdout.write(`${calibrationLines(result.calibration)}\n${labTables(result)}\n`)
  saveLabResult(path, result)
  process.stdout.write(`${relative(process.cwd(), path)}`)
  savePage(path.replace(/\.json$/, '.html'), result)
}
