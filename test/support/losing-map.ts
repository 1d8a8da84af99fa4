import type { Durability, KeyValueStore, WriteOptions } from '../../src/kv-store/kv-store.ts'
import { SortedMapStore, type SortedMedium, sortedMedium } from './sorted-map-store.ts'

type Write = 'put' | 'delete' | 'batch' | 'clear'
type SyncWrite = 'putSync' | 'deleteSync' | 'batchSync'

const WRITES: readonly [name: Write, optionsAt: number][] = [
  ['put', 2],
  ['delete', 1],
  ['batch', 1],
  ['clear', 1],
]
const SYNC_WRITES: readonly [name: SyncWrite, optionsAt: number][] = [
  ['putSync', 2],
  ['deleteSync', 1],
  ['batchSync', 1],
]

/**
 * A sorted map that loses at a crash all that it may: what a kill or a power cut need not spare is gone. The model must
 * allow that.
 */
export class LosingMap {
  #medium: SortedMedium = sortedMedium()
  /** What survives each crash: the medium as of the last moment that promised it. */
  #process: SortedMedium = sortedMedium()
  #power: SortedMedium = sortedMedium()

  async open(): Promise<KeyValueStore> {
    const medium = this.#medium
    const store: KeyValueStore = await SortedMapStore.open<'bytes'>(medium)
    this.#secure(medium, 'power')
    for (const [name, optionsAt] of WRITES) {
      const write = (store[name] as (...given: unknown[]) => Promise<unknown>).bind(store)
      const keeping = async (...given: unknown[]): Promise<unknown> => {
        const result = await write(...given)
        this.#secure(medium, durabilityOf(given[optionsAt]))
        return result
      }
      Object.assign(store, { [name]: keeping })
    }
    for (const [name, optionsAt] of SYNC_WRITES) {
      const write = (store[name] as (...given: unknown[]) => unknown).bind(store)
      const keeping = (...given: unknown[]): unknown => {
        const result = write(...given)
        this.#secure(medium, durabilityOf(given[optionsAt]))
        return result
      }
      Object.assign(store, { [name]: keeping })
    }
    for (const name of ['sync', 'flush', 'close'] as const) {
      const call = store[name].bind(store)
      store[name] = async () => {
        await call()
        this.#secure(medium, 'power')
      }
    }
    return store
  }

  kill(): Promise<KeyValueStore> {
    this.#medium = copyOf(this.#process)
    return this.open()
  }

  powerCut(): Promise<KeyValueStore> {
    this.#medium = copyOf(this.#power)
    return this.open()
  }

  #secure(medium: SortedMedium, durability: Durability): void {
    // A store that is dead promises nothing more.
    if (medium !== this.#medium || durability === 'none') return
    this.#process = copyOf(medium)
    if (durability === 'power') this.#power = copyOf(medium)
  }
}

function durabilityOf(options: unknown): Durability {
  return (options as WriteOptions | undefined)?.durability ?? 'power'
}

function copyOf(medium: SortedMedium): SortedMedium {
  return { ...medium, locked: false }
}
