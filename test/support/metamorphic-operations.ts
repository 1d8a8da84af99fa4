import type { Durability } from '../../src/kv-store/kv-store.ts'
import type { Dice } from './fuzz-dice.ts'

/** Keys and values are text in which each character is one byte (latin1). */
export interface PlainRange {
  readonly gt?: string
  readonly gte?: string
  readonly lt?: string
  readonly lte?: string
  readonly prefix?: string
}

export type PlainWrite =
  | { readonly op: 'put'; readonly key: string; readonly value: string; readonly durability?: Durability }
  | { readonly op: 'delete'; readonly key: string; readonly durability?: Durability }
  | { readonly op: 'batch'; readonly puts: Readonly<Record<string, string>>; readonly deletes: readonly string[] }

/** A scan as plain data; `seeks` are made one after the other, with one entry read behind each. */
export interface PlainScan {
  readonly range: PlainRange
  readonly reverse: boolean
  readonly limit?: number
  readonly seeks: readonly string[]
}

/** One step of a run. `at` names snapshots and scans that stay open; reads with `at` are of that snapshot. */
export type PlainOperation =
  | PlainWrite
  /** Called one after the other, awaited together. */
  | { readonly op: 'together'; readonly writes: readonly PlainWrite[] }
  | { readonly op: 'clear'; readonly range: PlainRange }
  | { readonly op: 'flush' | 'sync' | 'reopen' }
  | { readonly op: 'compact'; readonly range: PlainRange }
  | { readonly op: 'get' | 'has'; readonly key: string; readonly at?: number }
  | { readonly op: 'getMany'; readonly keys: readonly string[]; readonly at?: number }
  | { readonly op: 'count'; readonly range: PlainRange }
  | ({ readonly op: 'scan'; readonly at?: number } & PlainScan)
  | { readonly op: 'snapshot' | 'closeSnapshot' | 'closeScan'; readonly at: number }
  | { readonly op: 'openScan'; readonly at: number; readonly range: PlainRange; readonly reverse: boolean }
  | { readonly op: 'advanceScan'; readonly at: number; readonly count: number; readonly seek?: string }

/** Changes nothing that a reader may see. */
export const MAINTENANCE: ReadonlySet<string> = new Set(['flush', 'sync', 'compact', 'reopen'])

const NEIGHBOURS = ['', '\0', 'k\0', 'k1\0', 'k10', 'k2\xff', 'm', '\x80', '\xff', '\xff\xff']

/** A run of `length` operations over few keys, so that they meet. */
export class OperationMaker {
  readonly #dice: Dice
  readonly #keys: readonly string[]

  constructor(dice: Dice) {
    this.#dice = dice
    const count = dice.pick([4, 12, 40])
    this.#keys = [...Array.from({ length: count }, (_, i) => `k${i}`), ...NEIGHBOURS.slice(0, count)]
  }

  file(length: number): PlainOperation[] {
    return Array.from({ length }, () => this.#operation())
  }

  /**
   * The same run with maintenance between its operations; the store is reopened only where no snapshot or scan
   * is open.
   */
  withMaintenance(operations: readonly PlainOperation[]): PlainOperation[] {
    const dice = this.#dice
    const kept = new Set<string>()
    return operations.flatMap((operation) => {
      const choices: PlainOperation[] = [{ op: 'flush' }, { op: 'sync' }, { op: 'compact', range: this.#range() }]
      if (kept.size === 0) choices.push({ op: 'reopen' }, { op: 'reopen' })
      noteKept(kept, operation)
      return dice.oneIn(5) ? [dice.pick(choices), operation] : [operation]
    })
  }

  #operation(): PlainOperation {
    const dice = this.#dice
    const kind = dice.below(100)
    if (kind < 34) return this.#write()
    if (kind < 38) return { op: 'together', writes: Array.from({ length: 1 + dice.below(6) }, () => this.#write()) }
    if (kind < 41) return { op: 'clear', range: this.#range() }
    if (kind < 46) return { op: 'flush' }
    if (kind < 48) return { op: 'compact', range: dice.oneIn(2) ? {} : this.#range() }
    if (kind < 50) return { op: dice.pick(['reopen', 'sync']) }
    if (kind < 56) return { op: dice.pick(['get', 'has']), key: this.#key(), ...this.#maybeAt() }
    if (kind < 60)
      return { op: 'getMany', keys: Array.from({ length: dice.below(6) }, () => this.#key()), ...this.#maybeAt() }
    if (kind < 64) return { op: 'count', range: this.#range() }
    if (kind < 80) return this.#scan()
    if (kind < 84) return { op: 'snapshot', at: dice.below(3) }
    if (kind < 86) return { op: 'closeSnapshot', at: dice.below(3) }
    if (kind < 90) return { op: 'openScan', at: dice.below(3), range: this.#range(), reverse: dice.oneIn(2) }
    if (kind < 98) return this.#advance()
    return { op: 'closeScan', at: dice.below(3) }
  }

  #write(): PlainWrite {
    const dice = this.#dice
    const kind = dice.below(10)
    const durability = dice.oneIn(4) ? { durability: dice.pick<Durability>(['none', 'process', 'power']) } : {}
    if (kind < 6) return { op: 'put', key: this.#key(), value: this.#value(), ...durability }
    if (kind < 8) return { op: 'delete', key: this.#key(), ...durability }
    const puts = Object.fromEntries(Array.from({ length: dice.below(8) }, () => [this.#key(), this.#value()]))
    return { op: 'batch', puts, deletes: Array.from({ length: dice.below(3) }, () => this.#key()) }
  }

  #scan(): PlainOperation {
    const dice = this.#dice
    const limit = dice.oneIn(3) ? { limit: dice.below(6) } : {}
    const seeks = dice.oneIn(4) ? Array.from({ length: 1 + dice.below(3) }, () => this.#key()) : []
    return { op: 'scan', range: this.#range(), reverse: dice.oneIn(2), ...limit, seeks, ...this.#maybeAt() }
  }

  #advance(): PlainOperation {
    const seek = this.#dice.oneIn(3) ? { seek: this.#key() } : {}
    return { op: 'advanceScan', at: this.#dice.below(3), count: 1 + this.#dice.below(4), ...seek }
  }

  #maybeAt(): { at?: number } {
    return this.#dice.oneIn(3) ? { at: this.#dice.below(3) } : {}
  }

  #key(): string {
    return this.#dice.pick(this.#keys)
  }

  #value(): string {
    const size = this.#dice.pick([0, 1, 5, 20, 20, 63, 64, 65, 200, 700])
    return String.fromCharCode(33 + this.#dice.below(94)).repeat(size)
  }

  #range(): PlainRange {
    const dice = this.#dice
    const kind = dice.below(6)
    if (kind === 0) return { prefix: dice.pick(['k', 'k1', 'k2', '', '\xff']) }
    const lower = dice.oneIn(2) ? {} : { [dice.pick(['gt', 'gte'])]: this.#key() }
    const upper = dice.oneIn(2) ? {} : { [dice.pick(['lt', 'lte'])]: this.#key() }
    return { ...lower, ...upper }
  }
}

function noteKept(kept: Set<string>, operation: PlainOperation): void {
  if (operation.op === 'reopen') kept.clear()
  else if (operation.op === 'snapshot') kept.add(`snapshot ${operation.at}`)
  else if (operation.op === 'closeSnapshot') kept.delete(`snapshot ${operation.at}`)
  else if (operation.op === 'openScan') kept.add(`scan ${operation.at}`)
  else if (operation.op === 'closeScan') kept.delete(`scan ${operation.at}`)
}
