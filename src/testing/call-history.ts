import type { Durability } from '../kv-store/kv-store.ts'

/** What calls mean: an application is a state and the calls that change it. */
export interface CallModel<State, Call> {
  readonly initial: State
  /** The state after a call. Must leave the one before as it is. */
  apply(state: State, call: Call): State
  isSame(a: State, b: State): boolean
  /** A state as text, for errors. */
  show(state: State): string
}

/**
 * The model of something that makes changes in the order of their calls, each whole: every call, and the state after each. What a reader sees, and
 * what survives a crash, must be the state after some number of calls; this class knows which numbers are allowed.
 *
 * A test notes each call (`append`), its acknowledgement with the durability that it had asked for (`resolve`), or that it was refused for good
 * (`refuse`); a call of which neither is noted may have happened or not. It holds what it reads against `match`, and what it finds after a
 * crash against `recover`, which settles what was open.
 */
export class CallHistory<State, Call> {
  readonly #model: CallModel<State, Call>
  #calls: (Call | undefined)[] = []
  /** The state after 0, 1, 2... calls. */
  #states: State[]
  /** How many calls have resolved. */
  #published = 0
  /** How many must survive a killed process, and how many a power cut. */
  #processFloor = 0
  #powerFloor = 0
  /** What an opening recovered is on disk for good once the next call is acknowledged. */
  #recovered = 0

  constructor(model: CallModel<State, Call>) {
    this.#model = model
    this.#states = [model.initial]
  }

  /** How many calls were made. */
  get issued(): number {
    return this.#calls.length
  }

  /** How many of them, the first ones, are visible to every reader. */
  get published(): number {
    return this.#published
  }

  /** The state once everything called has resolved. */
  get latest(): State {
    return this.#states[this.issued]!
  }

  /** Notes a call; returns the number of calls with this one, which is its name from here on. */
  append(call: Call): number {
    this.#states.push(this.#model.apply(this.latest, call))
    this.#calls.push(call)
    return this.issued
  }

  /** Notes that the call which makes `count` of them was acknowledged, with the durability that it had asked for. */
  resolve(count: number, durability: Durability): void {
    this.#published = Math.max(this.#published, count)
    this.#powerFloor = Math.max(this.#powerFloor, this.#recovered)
    if (durability !== 'none') this.#processFloor = Math.max(this.#processFloor, count)
    if (durability === 'power') this.#powerFloor = Math.max(this.#powerFloor, count)
  }

  /**
   * Notes that a call was refused for good (a VarveError whose `outcome` is 'not-applied'): from here on it counts as one that changes nothing. A call whose
   * outcome is unknown is left as it is. Throws an Error for one that was acknowledged.
   */
  refuse(count: number): void {
    if (count <= this.#published) throw new Error(`call ${count} was refused, but ${this.#published} are acknowledged`)
    this.#calls[count - 1] = undefined
    this.#states.length = count
    for (const call of this.#calls.slice(count - 1)) {
      const state = this.#states.at(-1)!
      this.#states.push(call === undefined ? state : this.#model.apply(state, call))
    }
  }

  /** Notes that the first `count` calls survive anything, after a `sync()`, a `flush()` or a `close()`. */
  secure(count: number): void {
    this.#published = Math.max(this.#published, count)
    this.#processFloor = Math.max(this.#processFloor, count)
    this.#powerFloor = Math.max(this.#powerFloor, count)
  }

  /** The states that a reader may see now: pending calls may have been published, in their order, or not. */
  visible(): readonly State[] {
    return this.#states.slice(this.#published)
  }

  /** The states that may be found after a crash now. */
  recoverable(crash: 'kill' | 'power cut'): readonly State[] {
    return this.#states.slice(this.#floor(crash))
  }

  /** The visible state that equals what was read, the latest of them. Throws an Error that says how many were possible. */
  match(read: State): State {
    const { isSame, show } = this.#model
    const found = this.visible().findLast((state) => isSame(state, read))
    if (found !== undefined) return found
    throw new Error(`read ${show(read)}; visible may be ${this.visible().map(show).join(' or ')}`)
  }

  /**
   * Holds what was found after a crash against what may be: all that was promised, and of the rest the first calls. Later calls are forgotten. Throws an
   * Error that says what was promised.
   */
  recover(read: State, crash: 'kill' | 'power cut'): void {
    const { isSame, show } = this.#model
    const floor = this.#floor(crash)
    const count = this.#states.findLastIndex((state, index) => index >= floor && isSame(state, read))
    if (count === -1) {
      const allowed = this.recoverable(crash).map(show).join(' or ')
      throw new Error(`recovered ${show(read)} after a ${crash}; with ${floor} calls promised it may be ${allowed}`)
    }
    this.#states.length = count + 1
    this.#calls.length = count
    this.#published = count
    this.#processFloor = count
    this.#recovered = count
    this.#powerFloor = crash === 'kill' ? Math.min(this.#powerFloor, count) : count
  }

  #floor(crash: 'kill' | 'power cut'): number {
    return crash === 'kill' ? this.#processFloor : this.#powerFloor
  }
}
