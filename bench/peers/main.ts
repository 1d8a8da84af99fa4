import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { release } from 'node:os'
import { dirname, relative } from 'node:path'
import { parseArgs } from 'node:util'
import { calibrationLines } from '../calibration.ts'
import { fileSystemName } from '../lab/measure/disk.ts'
import { projectPath, projectRoot } from '../project.ts'
import { provenance } from '../provenance.ts'
import { pagePath } from '../report/document.ts'
import type { SubjectName } from './cell.ts'
import { installPeers } from './install.ts'
import { merged, type PeersResult, peersResultProblems, type Session, toResult } from './peers-result.ts'
import { peersPage } from './report/page.ts'
import { Rounds } from './rounds.ts'
import { plansOf } from './selection.ts'
import { peerVersion } from './stores/peer-module.ts'
import { peersTables } from './terminal.ts'

/**
 * Varve beside the other embedded stores of Node, and beside RocksDB's db_bench: `npm run bench:peers`. docs/peers.md
 * says how each is used, and why so.
 */
const USAGE = `npm run bench:peers -- [options]
npm run bench:peers -- --render file.json

  --only      works, groups or subjects whose names begin like this: a comma means or, a plus means and
  --targets   only what the tables of targets need
  --size      M (default), or L: ten million records, Varve and db_bench alone, each run to its end
  --scaling   time per operation at 100 K, 1 M and 10 M records
  --rounds    of which the medians are shown; 3
  --records   that stores hold; 1000000, and 200000 where values are larger
  --seconds   after which a run ends at the latest; 10
  --value     bytes of values; 100,1024
  --seed      of keys and values; 1
  --save      into data/results/peers.json, where the works that were run replace their older numbers
  --out       where the JSON goes otherwise; the page lies beside it
  --render    makes the page and the tables of a JSON of earlier, and runs nothing
docs/peers.md says what is measured, and how.
`

const OPTIONS = {
  only: { type: 'string' },
  targets: { type: 'boolean', default: false },
  size: { type: 'string', default: 'M' },
  scaling: { type: 'boolean', default: false },
  rounds: { type: 'string', default: '3' },
  records: { type: 'string' },
  seconds: { type: 'string', default: '10' },
  value: { type: 'string', default: '100,1024' },
  seed: { type: 'string', default: '1' },
  save: { type: 'boolean', default: false },
  out: { type: 'string' },
  render: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const

type Options = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values']

function numbers(name: string, text: string): number[] {
  const found = text.split(',').map(Number)
  if (found.every((each) => Number.isFinite(each) && each > 0)) return found
  throw new Error(`--${name} takes numbers above 0, not ${text}`)
}

function versions(): Record<string, string> {
  const packages = ['classic-level', 'lmdb', 'rocksdb-native', 'memory-level'] satisfies SubjectName[]
  const { stdout } = spawnSync('db_bench', ['--version'], { encoding: 'utf8' })
  const rocksdb = /version (\S+)/.exec(stdout ?? '')?.[1]
  return {
    ...Object.fromEntries(packages.map((name) => [name, peerVersion(name)])),
    ...(rocksdb !== undefined && { db_bench: rocksdb }),
  }
}

function measure(options: Options, earlier: PeersResult | undefined): PeersResult {
  const plans = plansOf({
    only: options.only,
    isTargetsOnly: options.targets,
    isLarge: options.size.toUpperCase() === 'L',
    isScaling: options.scaling,
    records: options.records === undefined ? undefined : numbers('records', options.records),
    valueBytes: numbers('value', options.value),
  })
  installPeers()
  const begun = performance.now()
  const [rounds, seed] = [numbers('rounds', options.rounds)[0]!, numbers('seed', options.seed)[0]!]
  const secondsAtMost = numbers('seconds', options.seconds)[0]!
  const made = provenance()
  const given = { rounds, seed, milliseconds: 1000 * secondsAtMost }
  const driver = new Rounds(given, earlier?.cells ?? [], (text) => process.stderr.write(`${text}\n`))
  const measured = driver.run(plans)
  const session: Session = {
    ...{ ...made, fileSystem: fileSystemName(projectRoot), kernel: release(), rounds, seed, secondsAtMost },
    ...{ seconds: (performance.now() - begun) / 1000, versions: versions(), loadCommands: measured.loadCommands },
  }
  return toResult(session, measured)
}

function read(path: string): PeersResult {
  const result: PeersResult = JSON.parse(readFileSync(path, 'utf8'))
  const problems = peersResultProblems(result)
  if (problems.length > 0) throw new Error(`${path} is no result of bench:peers: ${problems.join('; ')}`)
  return result
}

function savePage(path: string, result: PeersResult): void {
  const page = pagePath(path)
  writeFileSync(page, peersPage(result))
  process.stdout.write(`${relative(process.cwd(), page)}\n`)
}

/** Six figures are more than any measurement here is good for. */
function rounded(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(6)) : value
}

function main(): void {
  const { values: options } = parseArgs({ options: OPTIONS })
  if (options.help) return void process.stdout.write(USAGE)
  if (options.render !== undefined) {
    const result = read(options.render)
    process.stdout.write(`${peersTables(result)}\n`)
    return savePage(options.render, result)
  }
  const path = options.out ?? projectPath('data', options.save ? 'results' : 'scratch', 'peers.json')
  const earlier = options.save && existsSync(path) ? read(path) : undefined
  const measured = measure(options, earlier)
  const result = earlier === undefined ? measured : merged(earlier, measured)
  mkdirSync(dirname(path), { recursive: true })
  // Before anything is made of it: it may have taken hours.
  writeFileSync(path, `${JSON.stringify(result, rounded, 1)}\n`)
  process.stdout.write(`${calibrationLines(measured.sessions[0]!.calibration)}\n${peersTables(measured)}\n`)
  process.stdout.write(`${relative(process.cwd(), path)}\n`)
  savePage(path, result)
}

try {
  main()
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n--help tells the options\n`)
  process.exitCode = 1
}
