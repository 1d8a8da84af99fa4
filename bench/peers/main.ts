import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { release } from 'node:os'
import { dirname, relative } from 'node:path'
import { parseArgs } from 'node:util'
import { calibrationLines } from '../calibration.ts'
import { fileSystemName } from '../lab/measure/disk.ts'
import { projectPath, projectRoot } from '../project.ts'
import { provenance } from '../provenance.ts'
import { SUBJECTS, type SubjectName } from './cell.ts'
import { installPeers } from './install.ts'
import { PEERS_SCHEMA, type PeersResult } from './peers-result.ts'
import { type PlannedWork, runRounds } from './rounds.ts'
import { peerVersion } from './stores/peer-module.ts'
import { isTargeted, targetTable } from './targets.ts'
import { peersTables } from './terminal.ts'
import { WORKS } from './works.ts'

/**
 * Varve beside the other embedded stores of Node, and beside RocksDB's db_bench: `npm run bench:peers`. docs/peers.md says how each is
 * used, and why so.
 */
const USAGE = `npm run bench:peers -- [--only names] [--targets] [--rounds n] [--records n] [--seconds n] [--value bytes] [--seed n] [--save] [--out file.json]

  --only     works or subjects whose names begin like this: a comma means or, a plus means and (get+lmdb,get+varve)
  --targets  only what the table of targets needs
  --rounds   of which the medians are shown; 3
  --records  that stores hold; 1000000, and 200000 where values are larger
  --seconds  after which a run ends at the latest; 10
  --value    bytes of values; 100,1024
  --save     the numbers go to data/results/peers.json, the page beside them; otherwise to data/scratch/
`

const OPTIONS = {
  only: { type: 'string' },
  targets: { type: 'boolean', default: false },
  rounds: { type: 'string', default: '3' },
  records: { type: 'string' },
  seconds: { type: 'string', default: '10' },
  value: { type: 'string', default: '100,1024' },
  seed: { type: 'string', default: '1' },
  save: { type: 'boolean', default: false },
  out: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const

type Options = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values']

const RECORDS = 1_000_000
/** Of values of a kibibyte: about as many bytes twice. */
const LARGE_VALUE_RECORDS = 200_000

function plansOf({ only, records, value, targets }: Options): PlannedWork[] {
  const isWanted = (names: readonly string[]): boolean =>
    only === undefined ||
    only.split(',').some((item) => item.split('+').every((start) => names.some((name) => name.startsWith(start))))
  const plans = value.split(',').flatMap((text) => {
    const valueBytes = Number(text)
    const shape = { records: Number(records ?? (valueBytes > 100 ? LARGE_VALUE_RECORDS : RECORDS)), valueBytes }
    return WORKS.map((work) => {
      const subjects = work.subjects.filter(
        (subject) => isWanted([work.name, subject]) && (!targets || isTargeted(work.name, subject, valueBytes)),
      )
      return { work, shape, subjects }
    })
  })
  const wanted = plans.filter(({ subjects }) => subjects.length > 0)
  if (wanted.length > 0) return wanted
  throw new Error(
    `nothing is named like ${only}; there are ${[...WORKS.map(({ name }) => name), ...SUBJECTS].join(', ')}`,
  )
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

function measure(options: Options): PeersResult {
  const begun = performance.now()
  const given = { rounds: Number(options.rounds), seed: Number(options.seed) }
  const secondsAtMost = Number(options.seconds)
  const made = provenance()
  const { cells, skipped, loadCommands } = runRounds(
    plansOf(options),
    { ...given, milliseconds: 1000 * secondsAtMost },
    (text) => process.stderr.write(`${text}\n`),
  )
  const ran = cells.flatMap(({ runs }) => runs.flatMap(({ command }) => command ?? []))
  return {
    schema: PEERS_SCHEMA,
    ...made,
    ...{ fileSystem: fileSystemName(projectRoot), kernel: release(), ...given, secondsAtMost },
    seconds: (performance.now() - begun) / 1000,
    ...{ versions: versions(), targets: targetTable(cells), cells, skipped },
    commands: [...loadCommands, ...new Set(ran)],
  }
}

function main(): void {
  const { values: options } = parseArgs({ options: OPTIONS })
  if (options.help) return void process.stdout.write(USAGE)
  installPeers()
  const result = measure(options)
  process.stdout.write(`${calibrationLines(result.calibration)}\n${peersTables(result)}\n`)
  const path = options.out ?? projectPath('data', options.save ? 'results' : 'scratch', 'peers.json')
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, `${JSON.stringify(result, undefined, 1)}\n`)
  process.stdout.write(`${relative(process.cwd(), path)}\n`)
}

main()
