import { mkdirSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { tracedHistory } from '../../test/support/traced-history.ts'
import { startProgress } from '../progress.ts'
import { projectPath } from '../project.ts'
import { provenance } from '../provenance.ts'

/**
 * Random histories, each run twice: `node dist/bench/soak/determinism.js --seeds 1000 --seed 0`. The second run must be the first, call by call
 * and answer by answer, and no two seeds may make the same one. With `--save` the numbers go to data/results.
 */
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '0' },
    save: { type: 'boolean', default: false },
  },
})
const first = Number(values.seed)
const seeds = Number(values.seeds)

const hashes = new Set<string>()
let answers = 0
let calls = 0
const bar = startProgress('seeds', seeds)
for (let seed = first; seed < first + seeds; seed++) {
  const history = await tracedHistory(seed, { trace: true })
  const again = await tracedHistory(seed, { trace: true })
  const isSame = history.hash === again.hash && history.answers.join('\n') === again.answers.join('\n')
  if (!isSame) {
    bar.stop()
    throw new Error(`two runs differ: --seed ${seed} --seeds 1`)
  }
  hashes.add(history.hash)
  answers += history.answers.length
  calls += history.trace.length
  bar.update(seed - first + 1)
}
bar.stop()
if (hashes.size < seeds) throw new Error(`${seeds} seeds made only ${hashes.size} histories`)
process.stdout.write(`${seeds} seeds, ${calls} calls, ${answers} answers: each the same twice, all hashes distinct\n`)
if (values.save) {
  mkdirSync(projectPath('data', 'results'), { recursive: true })
  const result = { ...provenance(), seeds, seed: first, distinctHashes: hashes.size, calls, answers, different: 0 }
  writeFileSync(projectPath('data', 'results', 'determinism.json'), `${JSON.stringify(result, undefined, 2)}\n`)
}
