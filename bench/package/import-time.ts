import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { median } from '../statistics.ts'
import { atMost, type Finding } from './finding.ts'
import { run } from './workplace.ts'

const IMPORT_MS_MAX = 80
const ROUNDS = 15

/**
 * How much longer a process takes that imports the entry than one that does nothing: medians of processes that take
 * turns.
 */
export function importFindings(consumer: string): Finding[] {
  const programs = { bare: '', varve: "import 'varve'\n", level: "import 'varve/level'\n" }
  const times: Record<keyof typeof programs, number[]> = { bare: [], varve: [], level: [] }
  for (let round = 0; round < ROUNDS; round++) {
    for (const name of Object.keys(programs) as (keyof typeof programs)[]) {
      if (round === 0) writeFileSync(join(consumer, `import-${name}.mjs`), programs[name])
      const start = performance.now()
      if (!run(consumer, process.execPath, [`import-${name}.mjs`]).ok) throw new Error(`${name} cannot be imported`)
      times[name].push(performance.now() - start)
    }
  }
  const bare = median(times.bare)
  const excess = (name: keyof typeof programs): number => Math.round(median(times[name]) - bare)
  return [
    atMost('import of varve', excess('varve'), IMPORT_MS_MAX, 'ms more than bare Node.js'),
    { check: 'import of varve/level', ok: true, what: `${excess('level')} ms more than bare Node.js` },
  ]
}
