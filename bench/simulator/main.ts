import { readFileSync } from 'node:fs'
import { runScript } from './run-script.ts'

/** Prints what the scripts say: `npm run simulate -- data/simulator/leveled.txt`. */
const paths = process.argv.slice(2)
if (paths.length === 0) {
  process.stderr.write('name a script: npm run simulate -- data/simulator/leveled.txt\n')
  process.exitCode = 1
}
for (const path of paths) {
  try {
    process.stdout.write(`${runScript(readFileSync(path, 'utf8')).join('\n')}\n`)
  } catch (error) {
    process.stderr.write(`${path}: ${(error as Error).message}\n`)
    process.exitCode = 1
  }
}
