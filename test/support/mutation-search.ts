import type { Verdict } from './mutation-detectors.ts'
import { MutationProcess } from './mutation-process.ts'
import type { SiteKind } from './mutation-rules.ts'
import type { MutationSite } from './mutation-sites.ts'

/** What became of a mutant. */
export interface MutantResult {
  readonly site: MutationSite
  /** The first case that told; undefined where none did. */
  readonly caughtBy: string | undefined
  readonly message: string
  readonly cases: number
  /** Cases that only broke, or did not end: they prove nothing. */
  readonly broken: readonly string[]
}

const DETECTOR_MS_MAX = 25_000

const range = (from: number, to: number, name: (index: number) => string): string[] => {
  return Array.from({ length: to - from + 1 }, (_, i) => name(from + i))
}
const crashes = (from: number, to: number): string[] => range(from, to, (seed) => `crash ${seed}`)
const files = (room: string, names: string): string[] => names.split(' ').map((name) => `file ${room}/${name}`)

const WAL = files('wal', 'log-chain log-damage log-format log-writer commit-order commit-in-place commit-failure')
const DATABASE = files(
  'database',
  'poison poison-wakes failed-log-write failed-manifest failed-background no-space close model-failures long-manifest ' +
    'read-only destroy opening-refusals verify log-bytes',
)
const RECOVERY = files(
  'recovery',
  'current-not-durable torn-tail clean-life log-chain manifest-damage quarantine impossible-records wrong-table',
)
const FS = files('fs', 'double-handle counting-file-system node-file-system')
const KEPT = [...files('formats', 'kept-formats'), ...files('manifest', 'manifest-log manifest-state')]
const FAULTS = [
  'file mutation/node-disk',
  'file mutation/faults',
  'file mutation/logs',
  'file mutation/order',
  ...DATABASE,
  ...WAL,
  ...FS,
  'file compaction/job-failure',
  'file thread/build-queue',
]
const DAMAGE = [...RECOVERY, ...KEPT]
const TABLE = files('table', 'footer forged-sections table-cache hostile table-writer')
const INSPECT = [...files('inspect', 'repair real-disk hostile-files'), 'file cli/damage']
/** Some seconds each, and more. */
const SLOW = [
  ...files('table', 'damage'),
  ...files('inspect', 'repair-refusals random-damage'),
  ...files('database', 'failing-open fault-sweep'),
  ...files('recovery', 'crash-in-recovery mode-reports damage-sweep corruption-sweep'),
  ...files('model', 'lsm'),
  ...files('contract', 'lsm'),
]
const HISTORIES = range(0, 149, (index) => `history ${index} ${index % 2 === 0 ? 'power' : 'process'}`)

const BY_CRASHES = [...crashes(1, 12), ...DAMAGE, ...FAULTS, ...INSPECT, ...crashes(13, 25), ...HISTORIES]
const BY_DAMAGE = [
  'file compaction/job-failure',
  ...DAMAGE,
  ...TABLE,
  ...WAL,
  ...INSPECT,
  ...DATABASE,
  ...crashes(1, 12),
]
const BY_FAULTS = [...FAULTS, ...DAMAGE, ...crashes(1, 12), ...INSPECT]

const BTREE = files(
  'btree',
  'failures log-damage log-order page-file in-place torn-pages poison crash-in-recovery crash-points',
)
/** Some seconds each. */
const BTREE_SLOW = files('btree', 'full-cache accounting views model contract')

/** Those of the LSM store, which catch what it shares with the B-tree, too. */
const BY_KIND: Readonly<Record<SiteKind, readonly string[]>> = {
  sync: BY_CRASHES,
  'directory sync': BY_CRASHES,
  order: BY_CRASHES,
  checksum: BY_DAMAGE,
  seed: BY_DAMAGE,
  promise: [...DAMAGE, ...FAULTS, ...crashes(1, 12), ...INSPECT],
  poison: BY_FAULTS,
  gate: BY_FAULTS,
}

/** What is tried for a mutant, what catches most for its time first; `long`: all that is left of the suite, too, for minutes. */
export function detectorsOf({ id, kind }: MutationSite, long: boolean): readonly string[] {
  if (id.startsWith('btree/')) return long ? [...BTREE, ...BTREE_SLOW] : BTREE
  return long ? [...BY_KIND[kind], ...crashes(41, 120), ...SLOW] : BY_KIND[kind]
}

/** More cases that break are not tried: the mutant cannot run at all. */
const BROKEN_MAX = 3

/** Tries mutants one after the other, in one process as long as that lives. */
export class MutationSearch {
  #process: MutationProcess | undefined

  /** Runs detectors until one tells. */
  async search(site: MutationSite, detectors: readonly string[]): Promise<MutantResult> {
    let cases = 0
    const broken: string[] = []
    for (const detector of detectors) {
      const verdict = await this.run(detector, site.index)
      cases += verdict.cases
      if (verdict.failure === undefined) continue
      const { message, isViolation } = verdict.failure
      if (isViolation) return { site, caughtBy: verdict.detector, message, cases, broken }
      broken.push(`${verdict.detector}: ${message}`)
      if (broken.length >= BROKEN_MAX) break
    }
    return { site, caughtBy: undefined, message: 'survived', cases, broken }
  }

  /** Runs one detector with a mutant; undefined: with none. */
  run(detector: string, mutant: number | undefined): Promise<Verdict> {
    if (this.#process?.isAlive !== true) this.#process = new MutationProcess()
    return this.#process.run({ detector, mutant }, DETECTOR_MS_MAX)
  }

  end(): void {
    this.#process?.end()
  }
}
