import { parentPort } from 'node:worker_threads'
import { BranchCoverage, type FileCoverage } from './branch-coverage.ts'

/** One block of histories, as a worker is asked for it. */
export interface BlockRequest {
  readonly firstSeed: number
  readonly histories: number
}

export interface BlockFailure {
  readonly seed: number
  readonly profile: string
  readonly choices: readonly number[]
  readonly images?: Readonly<Record<string, readonly number[]>>
  readonly invariant: number
  readonly message: string
}

/** What a block came to: all that a resumed run needs of it. */
export interface BlockResult {
  readonly firstSeed: number
  readonly images: Float64Array
  readonly kinds: Float64Array
  readonly checks: readonly number[]
  readonly histories: number
  readonly recoveries: number
  readonly kills: number
  readonly coverage: readonly FileCoverage[]
  readonly failure: BlockFailure | undefined
}

const RECOVERY = /\/src\/database\/(recovery|log-recovery|log-replay|replayed-content|open)\.js$/

// The engine is loaded behind the start: only then are its blocks counted.
const coverage = new BranchCoverage(RECOVERY)
await coverage.start()
const { runSeed, shrink } = await import('../../test/support/crash-run-case.ts')
const { CrashTally } = await import('../../test/support/crash-run-tally.ts')

parentPort!.on('message', (request: BlockRequest) => void runBlock(request))

async function runBlock({ firstSeed, histories }: BlockRequest): Promise<void> {
  const tally = new CrashTally()
  let failure: BlockFailure | undefined
  for (let seed = firstSeed; seed < firstSeed + histories && failure === undefined; seed++) {
    const found = await runSeed(seed, tally)
    if (found === undefined) continue
    const shrunk = await shrink(found)
    const message = found.error instanceof Error ? (found.error.stack ?? found.error.message) : String(found.error)
    failure = { seed, ...shrunk, invariant: found.invariant, message }
  }
  const result: BlockResult = {
    firstSeed,
    images: Float64Array.from(tally.images.keys()),
    kinds: Float64Array.from(tally.images.values()),
    checks: tally.checks.counts,
    histories: tally.histories,
    recoveries: tally.recoveries,
    kills: tally.kills,
    coverage: await coverage.take(),
    failure,
  }
  parentPort!.postMessage(result)
}
