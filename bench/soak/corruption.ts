import { parseArgs } from 'node:util'
import { Corruptions, REFERENCE_SHAPES, referenceStore, tryCorruption } from '../../test/support/corruption-sweep.ts'
import type { Tally } from '../../test/support/recovery-sweep.ts'
import { startProgress } from '../progress.ts'
import { saveResult } from '../saved-result.ts'

/**
 * Every bit, length, sector, file and pair of files of a closed store of 64 KiB:
 * `node dist/bench/soak/corruption.js --shape leveled --save`. Corruptions have numbers: `--first` and `--count`
 * cut the run into parts, `--step 100` tries every hundredth.
 */
const { values } = parseArgs({
  options: {
    shape: { type: 'string', default: 'leveled' },
    first: { type: 'string', default: '0' },
    count: { type: 'string', default: 'all' },
    step: { type: 'string', default: '1' },
    save: { type: 'boolean', default: false },
  },
})
const { shape } = values
if (REFERENCE_SHAPES[shape] === undefined)
  throw new Error(`--shape is one of ${Object.keys(REFERENCE_SHAPES).join(', ')}`)

const store = await referenceStore(shape, {
  keys: shape.endsWith('deflate') ? 530 : 265,
  valueBytes: 240,
  blockBytes: 2048,
})
const bytes = [...store.files.values()].reduce((sum, file) => sum + file.length, 0)
const corruptions = new Corruptions(store.files)
const [first, step] = [Number(values.first), Number(values.step)]
const end = values.count === 'all' ? corruptions.count : Math.min(corruptions.count, first + Number(values.count))
const tallies = new Map<string, Tally>()
const begun = performance.now()
const bar = startProgress('corruptions', end - first)
for (let i = first; i < end; i += step) {
  try {
    await tryCorruption(store, corruptions.at(i), tallies)
  } catch (error) {
    bar.stop()
    process.stderr.write(`again: node dist/bench/soak/corruption.js --shape ${shape} --first ${i} --count 1\n`)
    throw error
  }
  bar.update(i - first + 1)
}
bar.stop()
const result = {
  ...{ shape, bytes, files: store.files.size, keys: Object.keys(store.contents).length },
  ...{ first, end, step, corruptions: corruptions.count, wrongAnswers: 0 },
  seconds: (performance.now() - begun) / 1000,
  tallies: Object.fromEntries(tallies),
}
process.stdout.write(`${JSON.stringify(result, undefined, 2)}\n`)
if (values.save) saveResult(`corruption-${shape}`, result)
