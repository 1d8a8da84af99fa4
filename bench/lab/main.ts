import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { release } from 'node:os'
import { dirname, relative } from 'node:path'
import { parseArgs } from 'node:util'
import { calibrationLines } from '../calibration.ts'
import { startProgress } from '../progress.ts'
import { projectPath, projectRoot } from '../project.ts'
import { provenance } from '../provenance.ts'
import { pagePath } from '../report/document.ts'
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
const USAGE = `npm run lab -- [--size S|M|L] [--seed n] [--only names] [--out file.json]
npm run lab -- --render file.json

  --size    S (default) takes two minutes, M half an hour, L hours
  --only    parts, arms or workloads whose names begin like this: a comma means or, a plus means and
  --out     where the JSON goes; the page lies beside it
  --render  makes the page of a JSON of earlier, and runs nothing
docs/lab.md says what each number means.
`

const OPTIONS = {
  size: { type: 'string', default: 'S' },
  seed: { type: 'string', default: '1' },
  only: { type: 'string' },
  out: { type: 'string' },
  render: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const

type Options = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values']

/** Part, arm and workload. */
function namesOf({ section, arm, make, input }: RunPlan): string[] {
  return [section, arm.name, make({ ...input, records: 1, operations: 1 }).name]
}

function chosen(plans: readonly RunPlan[], only: string | undefined): readonly RunPlan[] {
  if (only === undefined) return plans
  const wanted = plans.filter((plan) => {
    const names = namesOf(plan)
    const isNamed = (start: string): boolean => names.some((name) => name.startsWith(start))
    return only.split(',').some((item) => item.split('+').every(isNamed))
  })
  if (wanted.length > 0) return wanted
  throw new Error(`nothing is named like ${only}; there are ${[...new Set(plans.flatMap(namesOf))].join(', ')}`)
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

async function measure(options: Options): Promise<LabResult> {
  const begun = performance.now()
  const size = sizeNamed(options.size)
  const seed = Number(options.seed)
  if (!Number.isSafeInteger(seed)) throw new Error(`--seed is a whole number, not ${options.seed}`)
  const runs = await runAll(chosen(allPlans(size, seed), options.only))
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

function render(path: string): void {
  const result: LabResult = JSON.parse(readFileSync(path, 'utf8'))
  const problems = labResultProblems(result)
  if (problems.length > 0) throw new Error(`${path} is no result of the lab: ${problems.join('; ')}`)
  savePage(pagePath(path), result)
}

async function main(): Promise<void> {
  const { values: options } = parseArgs({ options: OPTIONS })
  if (options.help) {
    process.stdout.write(USAGE)
    return
  }
  if (options.render !== undefined) return render(options.render)
  const result = await measure(options)
  const folder = result.size === 'S' ? projectPath('data', 'scratch') : projectPath('data', 'results')
  const path = options.out ?? `${folder}/lab-${result.size.toLowerCase()}.json`
  mkdirSync(dirname(path), { recursive: true })
  // Before anything is made of it: it may have taken hours.
  saveLabResult(path, result)
  process.stdout.write(`${calibrationLines(result.calibration)}\n${labTables(result)}\n`)
  process.stdout.write(`${relative(process.cwd(), path)}`)
  savePage(pagePath(path), result)
}

try {
  await main()
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n--help tells the options\n`)
  process.exitCode = 1
}
