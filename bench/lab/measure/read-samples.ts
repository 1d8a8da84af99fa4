import type { KeyValueStore } from '../../../src/index.ts'
import type { Amplification } from '../result.ts'
import type { Workload } from '../workload.ts'

const LOOKUPS = 100
const SEEKS = 40
const SEEK_NEXTS = 10
/** Far apart, and prime. */
const STRIDE = 7919

type ReadAmplification = Pick<Amplification, 'readHit' | 'readMiss' | 'readSeek' | 'runs'>

/**
 * Reads now and then while a run goes on, so that one moment after a large merge does not stand for all. Each block that is looked for is
 * a hit or a miss of the block cache, and nobody else looks while these reads run.
 */
export class ReadSamples {
  readonly #store: KeyValueStore
  readonly #workload: Workload
  readonly #taken: Required<ReadAmplification>[] = []
  #next = 0

  constructor(store: KeyValueStore, workload: Workload) {
    this.#store = store
    this.#workload = workload
  }

  /** After so many operations. */
  take(done: number): void {
    const { presentKey, missingKey } = this.#workload
    if (presentKey === undefined || missingKey === undefined) return
    const readHit = this.#blocks(LOOKUPS, (i) => this.#get(presentKey(i, done), true))
    const readMiss = this.#blocks(LOOKUPS, (i) => this.#get(missingKey(i), false))
    const readSeek = this.#blocks(SEEKS, (i) => this.#seek(presentKey(i, done)))
    const runs = this.#store.stats().levels.reduce((sum, level) => sum + level.runs, 0)
    this.#taken.push({ readHit, readMiss, readSeek, runs })
  }

  /** Means over the second half of what was taken. */
  amplification(): ReadAmplification {
    const half = this.#taken.slice(this.#taken.length >> 1)
    if (half.length === 0) return {}
    const mean = (name: keyof ReadAmplification): number =>
      half.reduce((sum, each) => sum + each[name], 0) / half.length
    return { readHit: mean('readHit'), readMiss: mean('readMiss'), readSeek: mean('readSeek'), runs: mean('runs') }
  }

  #get(key: Uint8Array, isThere: boolean): void {
    const found = this.#store.getSync(key) !== undefined
    if (found === isThere) return
    throw new Error(`${this.#workload.name}: a key is ${found ? '' : 'not '}there: the store or the workload is wrong`)
  }

  #seek(key: Uint8Array): void {
    using scan = this.#store.scan({ gte: key, limit: SEEK_NEXTS })
    scan.nextBatchSync(SEEK_NEXTS)
  }

  #blocks(count: number, read: (index: number) => void): number {
    const before = this.#lookups()
    for (let i = 0; i < count; i++) read(this.#next++ * STRIDE)
    return (this.#lookups() - before) / count
  }

  #lookups(): number {
    const { hits, misses } = this.#store.stats().blockCache
    return hits + misses
  }
}
