import type { Durability } from '../../src/kv-store/kv-store.ts'

/**
 * What a store holds. Keys and values are strings with one character for each byte, whose order is that of the bytes.
 */
export type State = ReadonlyMap<string, string>

export interface Operation {
  readonly key: string
  /** Undefined: a delete. */
  readonly value: string | undefined
}

/**
 * The model: every batch in the order of calls, and the state after each. What a reader sees, and what survives a
 * crash, must be the state after some number of batches; this class knows which numbers are allowed.
 */
export class CommitHistory {
  /** The state after 0, 1, 2... batches. */
  #states: State[] = [new Map()]
  /** How many batches have resolved. */
  #published = 0
  /** How many must survive a killed process, and how many a power cut. */
  #processFloor = 0
  #powerFloor = 0
  /** What an opening recovered is on disk for good once the next write is acknowledged. */
  #recovered = 0

  /** How many batches were called. */
  get issued(): number {
    return this.#states.length - 1
  }

  get published(): number {
    return this.#published
  }

  /** The state once everything called has resolved. */
  get latest(): State {
    return this.#states[this.issued]!
  }

  /** Notes a call; returns the number of batches with this one. */
  append(operations: readonly Operation[]): number {
    const next = new Map(this.latest)
    for (const { key, value } of operations) {
      if (value === undefined) next.delete(key)
      else next.set(key, value)
    }
    this.#states.push(next)
    return this.issued
  }

  /** Notes that the batch which makes `count` of them has resolved. */
  resolve(count: number, durability: Durability): void {
    this.#published = Math.max(this.#published, count)
    this.#powerFloor = Math.max(this.#powerFloor, this.#recovered)
    if (durability !== 'none') this.#processFloor = Math.max(this.#processFloor, count)
    if (durability === 'power') this.#powerFloor = Math.max(this.#powerFloor, count)
  }

  /** Notes that the first `count` batches survive anything. */
  secure(count: number): void {
    this.#published = Math.max(this.#published, count)
    this.#processFloor = Math.max(this.#processFloor, count)
    this.#powerFloor = Math.max(this.#powerFloor, count)
  }

  /** The states that a reader may see now: pending batches may have been published, in their order, or not. */
  visible(): readonly State[] {
    return this.#states.slice(this.#published)
  }

  /** The visible state that equals what was read, or an error that says how many were possible. */
  match(read: State): State {
    const found = this.visible().findLast((state) => sameState(state, read))
    if (found !== undefined) return found
    throw new Error(`read ${show(read)}; visible may be ${this.visible().map(show).join(' or ')}`)
  }

  /** What was read after a crash must be a prefix that holds all that was promised; later batches are forgotten. */
  recover(read: State, crash: 'kill' | 'power cut'): void {
    const floor = crash === 'kill' ? this.#processFloor : this.#powerFloor
    const count = this.#states.findLastIndex((state, index) => index >= floor && sameState(state, read))
    if (count === -1) {
      const allowed = this.#states.slice(floor).map(show).join(' or ')
      throw new Error(`recovered ${show(read)} after a ${crash}; with ${floor} batches promised it may be ${allowed}`)
    }
    this.#states.length = count + 1
    this.#published = count
    this.#processFloor = count
    this.#recovered = count
    this.#powerFloor = crash === 'kill' ? Math.min(this.#powerFloor, count) : count
  }
}

export function sameState(a: State, b: State): boolean {
  return a.size === b.size && [...a].every(([key, value]) => b.get(key) === value)
}

/** Values by their first byte and length: a counterexample must fit a screen. */
export function show(state: State): string {
  const entries = [...state].sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([key, value]) => `${JSON.stringify(key)}: ${showValue(value)}`).join(', ')}}`
}

export function showValue(value: string | undefined): string {
  return value === undefined ? 'none' : `${JSON.stringify(value.slice(0, 1))}x${value.length}`
}
