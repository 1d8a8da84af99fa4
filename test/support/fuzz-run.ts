import { corpusStores } from './fuzz-corpus.ts'
import { Dice } from './fuzz-dice.ts'
import { logTargets } from './fuzz-log-targets.ts'
import { storeTarget } from './fuzz-store-target.ts'
import { tableTargets } from './fuzz-table-targets.ts'
import type { FuzzTarget } from './fuzz-target.ts'
import { textTargets } from './fuzz-text-targets.ts'
import { AllocationGuard, Trial } from './fuzz-trial.ts'

/** What came of the executions of one target. */
export interface FuzzCounts {
  executions: number
  repaired: number
  /** Of the repaired ones, those that reached a parser behind the checksums. */
  past: number
  accepted: number
  /** The most memory that one took beyond twice its input. */
  largestBytes: number
  readonly refusals: Map<string, number>
}

/** Feeds parsers with damaged files. Execution `n` follows from the number `n` alone. */
export class Fuzzer {
  readonly counts: Map<string, FuzzCounts> = new Map()
  readonly #targets: readonly FuzzTarget[]
  readonly #wheel: readonly FuzzTarget[]
  readonly #guard = new AllocationGuard()
  readonly #cleanup: () => void

  private constructor(targets: readonly FuzzTarget[], cleanup: () => void) {
    this.#targets = targets
    this.#wheel = targets.flatMap((target) => new Array<FuzzTarget>(Math.round(target.weight * 20)).fill(target))
    this.#cleanup = cleanup
  }

  /** `only`: a single target, by its name. */
  static async create(only?: string): Promise<Fuzzer> {
    const stores = await corpusStores()
    const like = (pattern: RegExp): Uint8Array[] =>
      stores.flatMap((files) => [...files].filter(([name]) => pattern.test(name)).map(([, bytes]) => bytes))
    const { targets, cleanup } = textTargets()
    const logs = logTargets(like(/\.wal$/), like(/^MANIFEST/))
    const all = [...logs, ...tableTargets(like(/\.sst$/)), ...targets, storeTarget(stores)]
    return new Fuzzer(only === undefined ? all : all.filter(({ name }) => name === only), cleanup)
  }

  get targets(): string[] {
    return this.#targets.map(({ name }) => name)
  }

  /** Throws what is no refusal, naming the target. */
  async execute(seed: number): Promise<void> {
    const dice = new Dice(seed)
    const target = dice.pick(this.#wheel)
    try {
      const { bytes, isRepaired, read } = target.prepare(dice)
      const trial = new Trial(bytes.length)
      const taken = await this.#guard.watch(bytes.length, () => read(trial))
      this.#count(target.name, isRepaired, trial, taken)
    } catch (cause) {
      throw new Error(`execution ${seed}, ${target.name}: ${(cause as Error).message}`, { cause })
    }
  }

  close(): void {
    this.#guard.restore()
    this.#cleanup()
  }

  #count(name: string, isRepaired: boolean, trial: Trial, taken: number): void {
    let counts = this.counts.get(name)
    if (counts === undefined) {
      counts = { executions: 0, repaired: 0, past: 0, accepted: 0, largestBytes: 0, refusals: new Map() }
      this.counts.set(name, counts)
    }
    counts.executions++
    counts.largestBytes = Math.max(counts.largestBytes, taken)
    if (isRepaired) counts.repaired++
    if (isRepaired && !trial.stoppedAtChecksum) counts.past++
    if (trial.isAccepted) counts.accepted++
    for (const refusal of trial.refusals) counts.refusals.set(refusal, (counts.refusals.get(refusal) ?? 0) + 1)
  }
}

/** All targets together. Refusals are told apart by their messages. */
export function totalOf(counts: ReadonlyMap<string, FuzzCounts>): Omit<FuzzCounts, 'refusals'> & { refusals: number } {
  const total = { executions: 0, repaired: 0, past: 0, accepted: 0, largestBytes: 0 }
  const refusals = new Set<string>()
  for (const one of counts.values()) {
    total.executions += one.executions
    total.repaired += one.repaired
    total.past += one.past
    total.accepted += one.accepted
    total.largestBytes = Math.max(total.largestBytes, one.largestBytes)
    for (const refusal of one.refusals.keys()) refusals.add(refusal)
  }
  return { ...total, refusals: refusals.size }
}
