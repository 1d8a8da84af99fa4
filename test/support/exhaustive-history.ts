import { leveled } from '../../src/compaction/leveled.ts'
import { open } from '../../src/database/open.ts'
import type { OpenOptions } from '../../src/database/options.ts'
import type { KeyValueStore } from '../../src/kv-store/kv-store.ts'
import type { SimulatedFileSystem } from '../../src/testing/simulated-file-system.ts'
import { promptRuntime } from './prompt-runtime.ts'

/** The alphabet. A second `put b` fills the memtable. */
export const OPERATIONS = ['put a', 'put b', 'delete a', 'batch a b', 'flush', 'compact', 'sync', 're-open'] as const

/** Operations by their places in OPERATIONS. */
export type History = readonly number[]

/** How many histories there are of each length up to `length`, all together. */
export function countHistories(length: number): number {
  let count = 0
  for (let each = 1; each <= length; each++) count += OPERATIONS.length ** each
  return count
}

/** All histories in one order, the shortest first. */
export function historyAt(index: number): History {
  let length = 1
  let rest = index
  for (; rest >= OPERATIONS.length ** length; length++) rest -= OPERATIONS.length ** length
  const history: number[] = []
  for (let place = 0; place < length; place++) {
    history.unshift(rest % OPERATIONS.length)
    rest = Math.floor(rest / OPERATIONS.length)
  }
  return history
}

export function nameOf(history: History): string {
  return history.map((each) => OPERATIONS[each]).join(', ')
}

/** So small that two large values fill a memtable, and two flushes make a merge. No filters: they take most of the time. */
const OPTIONS: OpenOptions<'bytes'> = {
  memtableBytes: 512,
  blockBytes: 64,
  blockCacheBytes: 1024,
  maxOpenFiles: 8,
  filterBitsPerKey: 0,
  compaction: leveled({ level0Tables: 2, sizeRatio: 2, tableBytes: 1024 }),
}

export function openExhaustive(
  disk: SimulatedFileSystem,
  durability: 'power' | 'process',
  life: number,
): Promise<KeyValueStore> {
  return open<'bytes'>('/store', { ...OPTIONS, durability, fileSystem: disk, runtime: promptRuntime(life + 1) })
}

/** What a store holds: the numbers of the writes that gave `a` and `b` their values, 0 for none. */
export type Contents = `${number} ${number}`

const FILL = 'b'.repeat(300)

/** Reads everything. Throws where a value is none that was written. */
export function contentsOf(store: KeyValueStore): Contents {
  const numbers: Record<string, number> = { a: 0, b: 0 }
  for (const [key, value] of store.scan({ encoding: 'utf8' })) {
    const number = Number.parseInt(value, 10)
    if (numbers[key] !== 0 || value !== textOf(key, number)) throw new Error(`found what nobody wrote, at ${key}`)
    numbers[key] = number
  }
  return `${numbers['a']!} ${numbers['b']!}`
}

function textOf(key: string, number: number): string {
  return key === 'a' ? `${number}` : `${number}${FILL}`
}

/** A store that goes through a history, and what it has promised so far. */
export class HistoryRun {
  readonly disk: SimulatedFileSystem
  /** The contents after 0, 1, 2... writes that were called. */
  readonly states: Contents[] = ['0 0']
  /** How many writes must survive a killed process, and how many a power cut. */
  processFloor = 0
  powerFloor = 0
  /** Called whenever something was acknowledged. */
  acknowledged: () => void = () => {}
  readonly #durability: 'power' | 'process'
  #store: KeyValueStore | undefined
  #lives = 0

  constructor(disk: SimulatedFileSystem, durability: 'power' | 'process') {
    this.disk = disk
    this.#durability = durability
  }

  async open(): Promise<void> {
    this.#store = await openExhaustive(this.disk, this.#durability, this.#lives++)
  }

  /** The `place`-th operation of a history, counted from 1. */
  async perform(operation: number, place: number): Promise<void> {
    const store = this.#store!
    switch (OPERATIONS[operation]!) {
      case 'put a':
        return this.#write(place, undefined, () => store.put('a', textOf('a', place)))
      case 'put b':
        return this.#write(undefined, place, () => store.put('b', textOf('b', place)))
      case 'delete a':
        return this.#write(0, undefined, () => store.delete('a'))
      case 'batch a b':
        return this.#write(place, place, () =>
          store.batch([
            { type: 'put', key: 'b', value: textOf('b', place) },
            { type: 'put', key: 'a', value: textOf('a', place) },
          ]),
        )
      case 'flush':
        return this.#secure(() => store.flush())
      case 'compact':
        return this.#secure(() => store.compact())
      case 'sync':
        return this.#secure(() => store.sync())
      case 're-open':
        await this.#secure(() => store.close())
        return this.open()
    }
  }

  async #write(a: number | undefined, b: number | undefined, write: () => Promise<unknown>): Promise<void> {
    const [oldA, oldB] = this.states.at(-1)!.split(' ')
    const count = this.states.push(`${a ?? Number(oldA)} ${b ?? Number(oldB)}`) - 1
    await write()
    this.processFloor = count
    if (this.#durability === 'power') this.powerFloor = count
    this.acknowledged()
  }

  /** What makes everything so far survive a power cut. */
  async #secure(action: () => Promise<unknown>): Promise<void> {
    await action()
    this.processFloor = this.powerFloor = this.states.length - 1
    this.acknowledged()
  }
}
