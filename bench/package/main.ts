import { existsSync, readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { projectPath } from '../project.ts'
import { saveResult } from '../saved-result.ts'
import type { Finding } from './finding.ts'
import { importFindings } from './import-time.ts'
import { lintFindings } from './lint.ts'
import { installRuntimes, runtimeFindings, runtimeNames, type Suite } from './runtimes.ts'
import { installFindings, pack } from './tarball.ts'
import { javaScriptFindings, typeFindings } from './usage.ts'
import { Workplace } from './workplace.ts'

const PARTS = ['install', 'import', 'use', 'lint', 'types', 'runtimes']

/**
 * Packs what would be published, installs it where nothing else is, with no script run, and uses it as others will:
 * from TypeScript, by import and by require, as a command, on every runtime. Ends with exit code 1 where something is
 * not as it must be.
 */
const USAGE = `npm run package:check -- [--suite none|core|full] [--runtimes "node 24,bun"] [--only parts] [--save]

  --suite     what of the project's tests runs on each Node.js: none, core (default) or full
  --runtimes  some of: ${runtimeNames.join(', ')}
  --only      some of: ${PARTS.join(', ')}; import wants a machine with nothing else to do
  --save      writes data/results/package-check.json; what was not checked now stays there as it was
`

const { values: options } = parseArgs({
  options: {
    suite: { type: 'string', default: 'core' },
    runtimes: { type: 'string', default: runtimeNames.join(',') },
    only: { type: 'string', default: PARTS.join(',') },
    save: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
const runtimes = options.runtimes.split(',').map((name) => name.trim())
const parts = options.only.split(',').map((name) => name.trim())

function* findings(place: Workplace, tarball: string): Generator<Finding> {
  const consumer = place.folder('consumer', [tarball])
  const checks: Readonly<Record<string, () => Iterable<Finding>>> = {
    install: () => installFindings(tarball, consumer),
    import: () => importFindings(consumer),
    use: () => javaScriptFindings(consumer),
    lint: () => lintFindings(place, tarball),
    types: () => typeFindings(place, tarball, ['5.6.3', '7.0.2']),
    runtimes: () => runtimeFindings(installRuntimes(place, runtimes), options.suite as Suite, consumer, place),
  }
  for (const part of parts) yield* checks[part]!()
}

function save(found: readonly Finding[]): void {
  const file = projectPath('data', 'results', 'package-check.json')
  const earlier: Finding[] = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).findings : []
  const kept = earlier.filter(({ check }) => found.every((each) => each.check !== check))
  saveResult('package-check', { findings: [...kept, ...found].sort((a, b) => (a.check < b.check ? -1 : 1)) })
}

async function main(): Promise<void> {
  const place = new Workplace()
  try {
    const found: Finding[] = []
    for (const finding of findings(place, await pack(place))) {
      found.push(finding)
      process.stdout.write(`${finding.ok ? 'ok   ' : 'WRONG'} ${finding.check}: ${finding.what || 'clean'}\n`)
    }
    if (options.save) save(found)
    if (found.some(({ ok }) => !ok)) process.exitCode = 1
  } finally {
    place.remove()
  }
}

const isKnown =
  ['none', 'core', 'full'].includes(options.suite) &&
  runtimes.every((name) => runtimeNames.includes(name)) &&
  parts.every((part) => PARTS.includes(part))
if (options.help || !isKnown) {
  process.stdout.write(USAGE)
  process.exitCode = options.help ? 0 : 2
} else {
  await main()
}
