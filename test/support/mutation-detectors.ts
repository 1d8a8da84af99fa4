import { pathToFileURL } from 'node:url'
import { projectPath } from '../../bench/project.ts'
import { runSeed } from './crash-run-case.ts'
import { CrashTally } from './crash-run-tally.ts'
import { ExhaustiveCrash } from './exhaustive-crash.ts'
import { historyAt, VARIANTS } from './exhaustive-history.ts'

/** What one case of a detector says of the engine that is loaded. */
export interface Verdict {
  /** The case, as text; of a whole file, the test that failed. */
  readonly detector: string
  readonly failure: { readonly message: string; readonly isViolation: boolean } | undefined
  /** How many cases were run for it. */
  readonly cases: number
}

/**
 * Runs a detector, given as `crash <seed>` (one history of the crash model run), `history <index> power|process` (one exhaustive
 * history), `file <path>` (the tests of a file, up to the first that fails) or `test <path> > <name>`.
 */
export async function detect(detector: string, mutant: number | undefined): Promise<Verdict> {
  try {
    return await detectWith(detector, () => switchOn(mutant))
  } finally {
    switchOn(undefined)
    // What the case has left behind ends before the next one.
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
}

function switchOn(mutant: number | undefined): void {
  Object.assign(globalThis, { $mutant: mutant })
}

async function detectWith(detector: string, begin: () => void): Promise<Verdict> {
  const [kind, first, second] = detector.split(' ')
  switch (kind) {
    case 'crash':
      begin()
      return verdictOf(detector, async () => {
        const failure = await runSeed(Number(first), new CrashTally())
        if (failure !== undefined) throw failure.error
      })
    case 'history':
      begin()
      return verdictOf(detector, () => {
        return new ExhaustiveCrash('two').run(
          historyAt(Number(first)),
          VARIANTS.find(({ durability }) => durability === second)!,
        )
      })
    case 'file':
    case 'test':
      return detectByTests(detector, first!, begin)
    default:
      throw new Error(`what is ${detector}?`)
  }
}

async function detectByTests(detector: string, path: string, begin: () => void): Promise<Verdict> {
  const { endTests, testsOf } = await import('./mutation-vitest.ts')
  const url = pathToFileURL(projectPath('dist', 'test', `${path}.test.js`)).href
  const only = detector.startsWith('test ') ? detector.slice(`test ${path} > `.length) : undefined
  const tests = (await testsOf(url)).filter(({ name }) => only === undefined || name === only)
  if (tests.length === 0) throw new Error(`there is no ${detector}`)
  begin()
  let cases = 0
  let failed: Verdict | undefined
  for (const { name, run } of tests) {
    cases++
    const verdict = await verdictOf(`test ${path} > ${name}`, run)
    if (verdict.failure === undefined) continue
    failed = { ...verdict, cases }
    break
  }
  await endTests()
  return failed ?? { detector, failure: undefined, cases }
}

async function verdictOf(detector: string, run: () => Promise<void>): Promise<Verdict> {
  try {
    await run()
    return { detector, failure: undefined, cases: 1 }
  } catch (error) {
    const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
    // A mutant that does not even run proves nothing.
    const isBroken = [ReferenceError, SyntaxError, TypeError, RangeError].some((kind) => error instanceof kind)
    return { detector, failure: { message: message.slice(0, 300), isViolation: !isBroken }, cases: 1 }
  }
}
