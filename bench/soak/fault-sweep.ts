import { mkdirSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { type CallSite, sitesInSources } from '../../test/support/call-sites.ts'
import { emptyTally } from '../../test/support/fault-sweep.ts'
import { SWEEPS } from '../../test/support/sweep-list.ts'
import type { Target } from '../../test/support/sweep-targets.ts'
import { startProgress } from '../progress.ts'
import { projectPath, projectRoot } from '../project.ts'
import { provenance } from '../provenance.ts'

/**
 * Fails every call of the file system in every workload, in every way: `node dist/bench/soak/fault-sweep.js`. `--workload`,
 * `--kind`, `--call` and `--for-good` run a part of it, down to one case. With `--save` the numbers go to data/results.
 */
const { values: options } = parseArgs({
  options: {
    workload: { type: 'string' },
    kind: { type: 'string' },
    call: { type: 'string' },
    'for-good': { type: 'boolean' },
    'per-site': { type: 'string', default: 'Infinity' },
    save: { type: 'boolean', default: false },
  },
})

function isMeant({ kind, index, forGood }: Target): boolean {
  if (options.kind !== undefined && kind.name !== options.kind) return false
  if (options.call !== undefined && index !== Number(options.call)) return false
  return options.call === undefined || forGood === (options['for-good'] ?? false)
}

const failed = new Set<CallSite>()
const sum = emptyTally()
const perWorkload: Record<string, { calls: number; runs: number }> = {}
for (const { name, make } of SWEEPS) {
  if (options.workload !== undefined && name !== options.workload) continue
  const sweep = make()
  const calls = await sweep.calls()
  const targets = sweep.targets(calls, Number(options['per-site'])).filter(isMeant)
  const bar = startProgress(name, targets.length)
  for (const target of targets) {
    await sweep.run(target, calls)
    bar.update(sweep.tally.runs)
  }
  bar.stop()
  for (const site of sweep.failed) failed.add(site)
  for (const key of Object.keys(sum) as (keyof typeof sum)[]) sum[key] += sweep.tally[key]
  perWorkload[name] = { calls: calls.length, runs: sweep.tally.runs }
}

const sites = sitesInSources(projectRoot, 'lsm')
const notFailed = sites.filter((site) => !failed.has(site))
const result = { sites: sites.length, notFailed, ...sum, promisesBroken: 0, perWorkload }
process.stdout.write(`${JSON.stringify(result, undefined, 2)}\n`)
if (options.save) {
  mkdirSync(projectPath('data', 'results'), { recursive: true })
  writeFileSync(
    projectPath('data', 'results', 'fault-sweep.json'),
    `${JSON.stringify({ ...provenance(), ...result }, undefined, 2)}\n`,
  )
}
