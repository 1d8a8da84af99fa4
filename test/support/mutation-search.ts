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

const DETECTOR_MS_MAX = 60_000

const range = (from: number, to: number, name: (index: number) => string): string[] => {
  return Array.from({ length: to - from + 1 }, (_, i) => name(from + i))
}
const crashes = (from: number, to: number): string[] => range(from, to, (seed) => `crash ${seed}`)
const files = (room: string, names: string): string[] => names.split(' ').map((name) => `file ${room}/${name}`)

const WAL = files('wal', 'log-chain log-damage log-format commit-order commit-in-place commit-failure log-round-trip')
const MANIFEST = files('manifest', 'manifest-log manifest-state version')
const DATABASE = files(
  'database',
  'poison poison-wakes failed-log-write failed-manifest failed-background no-space close model-failures long-manifest ' +
    'read-only destroy opening-refusals verify failing-open log-bytes',
)
const RECOVERY = files(
  'recovery',
  'current-not-durable torn-tail clean-life log-chain manifest-damage quarantine impossible-records wrong-table newer-version',
)
const FS = files('fs', 'double-handle counting-file-system node-file-system file-system')
const TABLE = files('table', 'forged-sections table-cache hostile table-writer damage')
const INSPECT = files('inspect', 'repair real-disk hostile-files repair-refusals random-damage')
const REST = [
  ...files('formats', 'kept-formats'),
  ...files('compaction', 'job-failure merge-job'),
  'file mutation/gaps',
]
/** Some seconds each, and more. */
const SLOW = [
  ...files('recovery', 'crash-in-recovery mode-reports damage-sweep'),
  ...files('database', 'fault-sweep'),
  ...files('model', 'lsm'),
  ...files('contract', 'lsm'),
  ...files('recovery', 'corruption-sweep'),
]
const HISTORIES = range(0, 499, (index) => `history ${index} ${index % 2 === 0 ? 'power' : 'process'}`)

const QUICK = [...DATABASE, ...RECOVERY, ...WAL, ...MANIFEST, ...FS, ...REST, ...INSPECT, ...TABLE]
const BY_CRASHES = [...crashes(1, 12), ...QUICK, ...crashes(13, 60), ...HISTORIES, ...SLOW]
const BY_DAMAGE = [...REST, ...RECOVERY, ...TABLE, ...WAL, ...INSPECT, ...DATABASE, ...crashes(1, 20), ...SLOW]
const BY_FAULTS = [
  ...DATABASE,
  ...WAL,
  ...FS,
  ...RECOVERY,
  ...MANIFEST,
  ...REST,
  ...crashes(1, 60),
  ...INSPECT,
  ...SLOW,
]

/** Detectors, those that catch most for their time first. */
export const DETECTORS: Readonly<Record<SiteKind, readonly string[]>> = {
  sync: BY_CRASHES,
  'directory sync': BY_CRASHES,
  order: BY_CRASHES,
  checksum: BY_DAMAGE,
  seed: BY_DAMAGE,
  promise: [...RECOVERY, ...WAL, ...MANIFEST, ...DATABASE, ...REST, ...crashes(1, 40), ...INSPECT, ...SLOW],
  poison: BY_FAULTS,
  refusal: BY_FAULTS,
}

/** More cases that break are not tried: the mutant cannot run at all. */
const BROKEN_MAX = 4

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
