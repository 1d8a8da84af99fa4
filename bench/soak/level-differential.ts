import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import fc from 'fast-check'
import { type LevelCounts, requireAgreement } from '../../test/support/level-agreement.ts'
import { aLevelCase } from '../../test/support/level-cases.ts'
import type { LevelCase } from '../../test/support/level-operations.ts'
import { showPlain } from '../../test/support/level-outcome.ts'
import { allSources } from '../../test/support/level-sources.ts'
import { startProgress } from '../progress.ts'
import { freshScratch, projectPath } from '../project.ts'
import { provenance } from '../provenance.ts'

/**
 * Random operations to memory-level, classic-level and Varve, which must answer the same:
 * `node dist/bench/soak/level-differential.js --runs 10000 --seed 1`. A difference ends it with exit code 1, the shrunk
 * case and the command that runs it again. With `--save` the numbers go to data/results.
 */
const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    path: { type: 'string', default: '' },
    save: { type: 'boolean', default: false },
  },
})
const runs = Number(values.runs)
const seed = Number(values.seed)

// A native assertion of ClassicLevel ends the process at once: the case that did it is in this file.
const runningCase = join(freshScratch('level-differential'), 'running-case.json')
const counts: LevelCounts = new Map()
const bar = startProgress('runs', runs)
let done = 0
let onDisk = 0

async function runCase(levelCase: LevelCase): Promise<void> {
  writeFileSync(runningCase, showPlain(levelCase))
  await requireAgreement(levelCase, allSources, counts)
  if (levelCase.setting.isOnDisk) onDisk++
  bar.update(Math.min(++done, runs))
}

const begun = performance.now()
const property = fc.asyncProperty(aLevelCase, runCase)
const details = await fc.check(property, { numRuns: runs, seed, ...(values.path !== '' && { path: values.path }) })
const seconds = (performance.now() - begun) / 1000
bar.stop()

const operations = Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)))
const total = [...counts.values()].reduce((sum, count) => sum + count, 0)
const kinds = Object.entries(operations).map(([kind, count]) => `${kind} ${count}`)
process.stdout.write(`${done} runs (${onDisk} on disk), ${total} operations, ${seconds.toFixed(1)} s\n`)
process.stdout.write(`compared: ${kinds.join(', ')}\n`)
if (details.failed) {
  process.exitCode = 1
  const replay = `node dist/bench/soak/level-differential.js --seed ${seed} --runs 1 --path ${details.counterexamplePath}`
  process.stdout.write(`DIFFERENCE: ${String(details.errorInstance)}\nreplay: ${replay}\n`)
} else {
  process.stdout.write('memory-level, classic-level and Varve answered the same\n')
}
if (values.save && !details.failed) {
  mkdirSync(projectPath('data', 'results'), { recursive: true })
  const result = { ...provenance(), runs: done, seed, onDisk, total, operations, seconds }
  const path = projectPath('data', 'results', 'level-differential.json')
  writeFileSync(path, `${JSON.stringify(result, undefined, 2)}\n`)
}
