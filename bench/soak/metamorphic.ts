import { parseArgs } from 'node:util'
import { compareSets } from '../../test/support/metamorphic-compare.ts'
import { OPTION_SETS } from '../../test/support/metamorphic-sets.ts'
import { startProgress } from '../progress.ts'
import { saveResult } from '../saved-result.ts'

/**
 * Operation files under every set of options: `node dist/bench/soak/metamorphic.js --seed 0 --files 2000`. Where
 * the answers differ, the file is reduced and printed as plain data. With `--save` the numbers go to
 * data/results.
 */
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '0' },
    files: { type: 'string', default: '100' },
    save: { type: 'boolean', default: false },
  },
})
const seed = Number(values.seed)
const files = Number(values.files)

const begun = performance.now()
const bar = startProgress('files', files)
let runs = 0
for (let done = 0; done < files; done++) {
  try {
    await compareSets(seed + done, () => runs++)
  } catch (error) {
    bar.stop()
    process.stderr.write(`again: node dist/bench/soak/metamorphic.js --seed ${seed + done} --files 1\n`)
    throw error
  }
  bar.update(done + 1)
}
bar.stop()
const result = {
  seed,
  files,
  sets: OPTION_SETS.length,
  runs,
  differences: 0,
  seconds: (performance.now() - begun) / 1000,
}
process.stdout.write(`${JSON.stringify(result, undefined, 2)}\n`)
if (values.save) saveResult('metamorphic', result)
