import { copyFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectPath, projectRoot } from '../project.ts'
import { complaint, type Finding } from './finding.ts'
import { run, type Workplace } from './workplace.ts'

export type Suite = 'none' | 'core' | 'full'

/** What touches the runtime most: the contract, threads, locks, processes, the command, the adapter. */
const CORE = ['contract', 'database', 'thread', 'fs', 'two-openers', 'cli', 'level', 'crash']

interface Runtime {
  readonly name: string
  readonly program: string
  readonly words: readonly string[]
  readonly isNode: boolean
}

/** Runtimes as packages hold them for one kind of machine: nothing is downloaded by a script. */
export function installRuntimes(place: Workplace, names: readonly string[]): Runtime[] {
  const kind = `${process.platform}-${process.arch}`
  const packages: Record<string, [specifier: string, program: string, ...words: string[]]> = {
    'node 20': [`node20@npm:node-${kind}@20.20.2`, 'node20/bin/node'],
    'node 22': [`node22@npm:node-${kind}@22.23.3`, 'node22/bin/node'],
    'node 24': [`node24@npm:node-${kind}@24.21.0`, 'node24/bin/node'],
    bun: [`@oven/bun-${kind}@1.4.5`, `@oven/bun-${kind}/bin/bun`, 'run'],
    deno: [`deno-binary@npm:@deno/${kind}-glibc@2.9.6`, 'deno-binary/deno', 'run', '--allow-all'],
  }
  const wanted = names.map((name) => [name, ...packages[name]!] as const)
  const directory = place.folder(
    'runtimes',
    wanted.map(([, specifier]) => specifier),
  )
  return wanted.map(([name, , program, ...words]) => {
    const path = join(directory, 'node_modules', program)
    return { name, program: path, words, isNode: name.startsWith('node') }
  })
}

export const runtimeNames: readonly string[] = ['node 20', 'node 22', 'node 24', 'bun', 'deno']

/**
 * The installed package does on the runtime what it must; on Node.js it flushes and merges in threads, elsewhere it may
 * not.
 */
function smokeFinding({ name, program, words, isNode }: Runtime, consumer: string): Finding {
  copyFileSync(projectPath('dist', 'bench', 'package', 'smoke.js'), join(consumer, 'smoke.mjs'))
  const version = run(consumer, program, ['--version']).output.trim().split('\n')[0]
  const result = run(consumer, program, [...words, 'smoke.mjs'])
  const hasThreads = result.output.includes('"threads":true')
  const threads = hasThreads ? 'with threads' : 'threads fell back in place'
  const what = result.ok ? `${version}, ${threads}` : `${version}: ${complaint(result)}`
  return {
    check: `smoke test on ${name}`,
    ok: result.ok && (hasThreads || !isNode),
    what,
    milliseconds: result.milliseconds,
  }
}

function suiteFinding({ name, program }: Runtime, suite: Suite, place: Workplace): Finding {
  const report = join(place.root, `suite-${name.replace(' ', '-')}.json`)
  const folders = suite === 'full' ? [] : CORE.map((folder) => `dist/test/${folder}/`)
  const vitest = projectPath('node_modules', 'vitest', 'vitest.mjs')
  const words = [vitest, 'run', '--reporter=json', `--outputFile=${report}`, ...folders]
  const result = run(projectRoot, program, words, 3_600_000)
  const check = `${suite} test suite on ${name}`
  try {
    const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(readFileSync(report, 'utf8'))
    const what = `${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests} skipped`
    return { check, ok: result.ok && numPassedTests > 0, what, milliseconds: result.milliseconds }
  } catch {
    return { check, ok: false, what: complaint(result) || 'no report', milliseconds: result.milliseconds }
  }
}

/** The smoke test everywhere, and the suite on every Node.js. */
export function* runtimeFindings(
  runtimes: readonly Runtime[],
  suite: Suite,
  consumer: string,
  place: Workplace,
): Generator<Finding> {
  for (const runtime of runtimes) {
    yield smokeFinding(runtime, consumer)
    if (runtime.isNode && suite !== 'none') yield suiteFinding(runtime, suite, place)
  }
}
