import { open } from '../../src/database/open.ts'
import type { Durability, KeyValueStore } from '../../src/kv-store/kv-store.ts'
import { type Choices, seededChoices } from '../../src/testing/choices.ts'
import { type ProfileName, profileNames } from '../../src/testing/disk-profile.ts'
import { chosenFaults, type Fault } from '../../src/testing/fault-plan.ts'
import type { TraceDetail, TraceEntry } from '../../src/testing/file-calls.ts'
import { SimulatedFileSystem } from '../../src/testing/simulated-file-system.ts'
import { SimulatedRuntime } from '../../src/testing/simulated-runtime.ts'
import { STRATEGIES, TINY } from './lsm-harness.ts'

export const HISTORY_DIRECTORY = '/data/store'

const DURABILITIES: readonly Durability[] = ['power', 'process', 'none']

const FAULTS: readonly [Fault, ...Fault[]] = [
  { error: 'EIO' },
  { error: 'EIO', afterBytes: 7 },
  { error: 'ENOSPC', afterBytes: 3 },
  { error: 'EMFILE' },
  { error: 'EIO', afterEffect: true },
]

export interface TracedHistoryOptions {
  /** Default: by the seed. */
  readonly profile?: ProfileName
  /** Default: one history in three. */
  readonly faults?: boolean
  /** Default: false. */
  readonly trace?: TraceDetail
  /** Default: 4. */
  readonly lives?: number
}

/** What a history has left. */
export interface TracedHistory {
  readonly trace: readonly TraceEntry[]
  readonly readOnlyLives: readonly number[]
  readonly hash: string
  /** Everything that the store answered, errors by their code. */
  readonly answers: readonly string[]
}

/** A random history of lives that end with a close, a kill or a power cut, step by step on simulated time: a function of its seed. */
class HistoryRun {
  readonly answers: string[] = []
  readonly readOnlyLives: number[] = []
  readonly #choices: Choices
  readonly #hasFaults: boolean
  readonly #strategy: 'leveled' | 'size-tiered'
  #runtime: SimulatedRuntime
  #counter = 0
  disk: SimulatedFileSystem

  constructor(seed: number, options: TracedHistoryOptions) {
    const { profile = profileNames[seed % profileNames.length]!, faults = seed % 3 === 0, trace = false } = options
    this.#choices = seededChoices(seed, { benign: 0.3 })
    this.#hasFaults = faults
    this.#strategy = seed % 2 === 0 ? 'leveled' : 'size-tiered'
    this.#runtime = new SimulatedRuntime({ choices: this.#choices, seed })
    this.disk = new SimulatedFileSystem({ profile, choices: this.#choices, runtime: this.#runtime, trace })
  }

  async run(lives: number): Promise<void> {
    for (let life = 0; life < lives; life++) {
      if (life > 0 && this.#pick(6) === 1) await this.#readOnlyLife()
      const withFaults = this.#hasFaults && this.#pick(2) === 1
      if (withFaults) this.disk.faults = chosenFaults(this.#choices, { within: 80, faults: FAULTS })
      const store = await this.#open(false)
      if (store !== undefined) await this.#live(store)
      this.#crash()
    }
    const last = await this.#open(false)
    if (last !== undefined) await this.#end(last)
  }

  async #live(first: KeyValueStore): Promise<void> {
    let store: KeyValueStore | undefined = first
    for (let left = 4 + this.#pick(25); left > 0 && store !== undefined; left--) {
      if (this.#pick(12) === 1) {
        await this.#end(store)
        store = await this.#open(false)
      } else await this.#act(store)
    }
    if (store !== undefined && this.#pick(3) === 1) await this.#end(store)
  }

  /** What is begun may be waited for, or left under way for some steps. */
  async #act(store: KeyValueStore): Promise<void> {
    const work = this.#begin(store)
    work.catch(() => {})
    if (this.#pick(3) === 0) await this.#attempt(work)
    else await this.#runtime.drain(this.#pick(4))
  }

  #begin(store: KeyValueStore): Promise<unknown> {
    const durability = DURABILITIES[this.#pick(3)]!
    switch (this.#pick(12)) {
      case 6:
        return this.#noted('power', async () => store.putSync(this.#key(), this.#value()))
      case 7:
        return this.#noted(durability, () => store.delete(this.#key(), { durability }))
      case 8: {
        const puts = [0, 1, 2].map(() => ({ type: 'put', key: this.#key(), value: this.#value() }) as const)
        return this.#noted(durability, () => store.batch(puts, { durability }))
      }
      case 9:
        return store.flush()
      case 10:
        return store.compact()
      case 11:
        return store.sync()
      default:
        return this.#noted(durability, () => store.put(this.#key(), this.#value(), { durability }))
    }
  }

  async #noted(durability: Durability, write: () => Promise<number>): Promise<number> {
    const { disk } = this
    const sequence = await write()
    disk.note(`${durability} ${sequence}`)
    return sequence
  }

  async #open(readOnly: boolean): Promise<KeyValueStore | undefined> {
    const compaction = STRATEGIES[this.#strategy]!()
    const options = { ...TINY, compaction, fileSystem: this.disk, runtime: this.#runtime, readOnly }
    const store = await this.#attempt(open<'bytes'>(HISTORY_DIRECTORY, options))
    if (store !== undefined) this.#read(store)
    return store
  }

  async #end(store: KeyValueStore): Promise<void> {
    await this.#attempt(store.close())
  }

  async #readOnlyLife(): Promise<void> {
    this.readOnlyLives.push(this.disk.life)
    const store = await this.#open(true)
    if (store !== undefined) await this.#end(store)
    this.#crash()
  }

  #read(store: KeyValueStore): void {
    try {
      this.answers.push(JSON.stringify(store.scan({ encoding: 'utf8' }).allSync()))
    } catch (error) {
      this.answers.push((error as { code?: string }).code ?? String(error))
    }
  }

  async #attempt<Result>(work: Promise<Result>): Promise<Result | undefined> {
    try {
      const result = await this.#runtime.run(work)
      this.answers.push(typeof result === 'number' ? String(result) : 'done')
      return result
    } catch (error) {
      this.answers.push((error as { code?: string }).code ?? String(error))
      return undefined
    }
  }

  #crash(): void {
    this.disk = this.#pick(2) === 0 ? this.disk.killed() : this.disk.crash()
    this.#runtime = this.#runtime.nextLife()
    this.disk.runtime = this.#runtime
  }

  #key(): string {
    return 'abcdefgh'[this.#pick(8)]!
  }

  #value(): string {
    return `${++this.#counter} ${'x'.repeat(this.#pick(150))}`
  }

  #pick(options: number): number {
    return this.#choices.pick(options, 'history')
  }
}

export async function tracedHistory(seed: number, options: TracedHistoryOptions = {}): Promise<TracedHistory> {
  const run = new HistoryRun(seed, options)
  await run.run(options.lives ?? 4)
  const { disk, answers, readOnlyLives } = run
  return { trace: disk.trace, readOnlyLives, hash: `${disk.traceHash()} ${disk.imageHash()}`, answers }
}
