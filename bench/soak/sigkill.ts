import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { runLineage } from '../../test/support/kill-lineage.ts'
import { startProgress } from '../progress.ts'

/**
 * SIGKILL by the thousand: `node dist/bench/soak/sigkill.js --kills 10000 --seed 1`. Store after store is killed
 * `--lives` times; a broken promise ends the run, names seed and life, and keeps the store's directory.
 */
const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '500' },
    seed: { type: 'string', default: '1' },
    lives: { type: 'string', default: '10' },
  },
})
const kills = Number(values.kills)
const livesOfStore = Number(values.lives)

const struck = new Map<string, number>()
let done = 0
let acknowledgements = 0
const bar = startProgress('kills', kills)
for (let seed = Number(values.seed); done < kills; seed++) {
  const directory = mkdtempSync(join(tmpdir(), `varve-soak-${seed}-`))
  const lives = Math.min(livesOfStore, kills - done)
  try {
    await runLineage({
      directory,
      seed,
      lives,
      onLife(point, report) {
        const where = report.struck ? point : 'moment'
        struck.set(where, (struck.get(where) ?? 0) + 1)
        acknowledgements += report.acknowledgements
        bar.update(++done)
      },
    })
  } catch (error) {
    bar.stop()
    process.stderr.write(`seed ${seed}: the store is kept in ${directory}\n`)
    throw error
  }
  rmSync(directory, { recursive: true })
}
bar.stop()
const where = [...struck].map(([point, count]) => `${point} ${count}`).join(', ')
process.stdout.write(`${done} kills (${where}), ${acknowledgements} acknowledged durable writes, none lost\n`)
