import { parseArgs } from 'node:util'
import { saveResult } from '../saved-result.ts'
import type { Finding } from './finding.ts'
import { importFindings } from './import-time.ts'
import { lintFindings } from './lint.ts'
import { installRuntimes, runtimeFindings, runtimeNames, type Suite } from './runtimes.ts'
import { installFindings, pack } from './tarball.ts'
import { javaScriptFindings, typeFindings } from './usage.ts'
import { Workplace } from './workplace.ts'

/**
 * Packs what would be published, installs it where nothing else is, with no script run, and uses it as others will: from TypeScript, by import and by
 * require, as a command, on every runtime. Ends with exit code 1 where something is not as it must be.
 */
const USAGE = `npm run package:check -- [--suite none|core|full] [--runtimes "node 24,bun"] [--save]

  --suite     what of the project's tests runs on each Node.js: none, core (default) or full
  --runtimes  some of: ${runtimeNames.join(', ')}
  --save      writes data/results/package-check.json
`

const { values: options } = parseArgs({
  options: {
    suite: { type: 'string', default: 'core' },
    runtimes: { type: 'string', default: runtimeNames.join(',') },
    save: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
const runtimes = options.runtimes.split(',').map((name) => name.trim())

function* findings(place: Workplace, tarball: string): Generator<Finding> {
  const consumer = place.folder('consumer', [tarball])
  yield* installFindings(tarball, consumer)
  yield* importFindings(consumer)
  yield* javaScriptFindings(consumer)
  yield* lintFindings(place, tarball)
  yield* typeFindings(place, tarball, ['5.6.3', '7.0.2'])
  yield* runtimeFindings(installRuntimes(place, runtimes), options.suite as Suite, consumer, place)
}

async function main(): Promise<void> {
  const place = new Workplace()
  try {
    const found: Finding[] = []
    for (const finding of findings(place, await pack(place))) {
      found.push(finding)
      process.stdout.write(`${finding.ok ? 'ok   ' : 'WRONG'} ${finding.check}: ${finding.what || 'clean'}\n`)
    }
    if (options.save) saveResult('package-check', { findings: found })
    if (found.some(({ ok }) => !ok)) process.exitCode = 1
  } finally {
    place.remove()
  }
}

const isKnown =
  ['none', 'core', 'full'].includes(options.suite) && runtimes.every((name) => runtimeNames.includes(name))
if (options.help || !isKnown) {
  process.stdout.write(USAGE)
  process.exitCode = options.help ? 0 : 2
} else {
  await main()
}
