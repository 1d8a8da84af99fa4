import type { Durability } from '../../src/kv-store/kv-store.ts'
import { type Operation, type State, sameState, show } from '../../src/testing/commit-history.ts'
import { BrokenInvariant, type InvariantChecks } from './crash-run-invariants.ts'

export type Crash = 'kill' | 'power cut'

/** What one batch makes of a state; a clear depends on what is there. */
export type Change = (state: State) => State

/** What was promised at one instant: later calls append to these lists, and what replaces a list leaves this one alone. */
export interface Moment {
  /** The state after 0, 1, 2... batches. */
  readonly states: readonly State[]
  /** Batches called until then. */
  readonly issued: number
  /** How many must survive a killed process, and how many a power cut. */
  readonly processFloor: number
  readonly powerFloor: number
  /** Whether a sync has lied: it succeeded, and its error will come later. */
  readonly isLied: boolean
  /** Whether one has lied of what the store stands on: then a power cut may leave what can only be refused. */
  readonly isTainted: boolean
  /** By number of batches, the last sequence; undefined where it was never told. */
  readonly sequences: readonly (number | undefined)[]
  /** Numbers of batches of several operations, ascending. */
  readonly wide: readonly WideBatch[]
  /** Keys that were deleted at least once. */
  readonly deleted: ReadonlySet<string>
}

interface WideBatch {
  readonly count: number
  readonly operations: readonly Operation[]
}

/** What a store holds after a crash, and the sequence it names. */
export interface Recovered {
  readonly state: State
  readonly lastSequence: number
}

/**
 * The model of a run with faults. As CommitHistory, but a batch that was refused becomes nothing, in a list of states of its own: an image that was
 * taken before may still hold it.
 */
export class CrashHistory {
  #states: State[] = [new Map()]
  #changes: Change[] = []
  #sequences: (number | undefined)[] = [0]
  #wide: WideBatch[] = []
  #deleted: Set<string> = new Set()
  #acknowledged = 0
  #processFloor = 0
  #powerFloor = 0
  #revertedThrough = 0
  #isLied = false
  #isTainted = false

  get issued(): number {
    return this.#changes.length
  }

  get latest(): State {
    return this.#states.at(-1)!
  }

  get acknowledged(): number {
    return this.#acknowledged
  }

  /** Notes a call; returns the number of batches with this one. */
  append(operations: readonly Operation[]): number {
    if (operations.length > 1) this.#wide.push({ count: this.issued + 1, operations })
    for (const { key, value } of operations) if (value === undefined) this.#deleted.add(key)
    return this.appendChange((state) => foldOf(state, operations))
  }

  appendChange(change: Change): number {
    this.#changes.push(change)
    this.#states.push(change(this.latest))
    this.#sequences.push(undefined)
    return this.issued
  }

  /** Notes that all keys of a range were deleted by the batch that is called next. */
  noteDeleted(keys: Iterable<string>): void {
    for (const key of keys) this.#deleted.add(key)
  }

  /** `sequence` is undefined for a call that does not tell it. */
  resolve(count: number, durability: Durability, sequence?: number): void {
    this.#acknowledged = Math.max(this.#acknowledged, count)
    if (durability !== 'none' && count > this.#revertedThrough) this.#processFloor = Math.max(this.#processFloor, count)
    if (durability === 'power') this.#raisePower(count)
    if (sequence === undefined) return
    const before = this.#sequences.findLast((known, index) => index < count && known !== undefined)!
    if (sequence <= before) throw new BrokenInvariant(7, `sequence ${sequence} came after ${before}`)
    this.#sequences[count] = sequence
  }

  /** A batch that was refused for good: from here on nothing may hold it. */
  refuse(count: number): void {
    this.#changes[count - 1] = (state) => state
    this.#wide = this.#wide.filter((wide) => wide.count !== count)
    this.#states = this.#states.slice(0, count)
    for (const change of this.#changes.slice(count - 1)) this.#states.push(change(this.latest))
  }

  /** The first `count` batches survive anything. */
  secure(count: number): void {
    this.#processFloor = Math.max(this.#processFloor, count)
    this.#raisePower(count)
  }

  /** A sync has lied: until the next opening no promise of power counts. */
  lie(): void {
    this.#isLied = true
  }

  get isLied(): boolean {
    return this.#isLied
  }

  /** A sync has lied of what the store stands on: no opening makes that good, so no promise of power counts from here on. */
  taint(): void {
    this.#isTainted = true
    this.#isLied = true
  }

  get isTainted(): boolean {
    return this.#isTainted
  }

  /** The power is cut: what was promised for a killed process only counts no longer. */
  losePower(): void {
    this.#processFloor = this.#powerFloor
  }

  /** The system has gone back on what was not synced. What was acknowledged before may only be heard now: it does not count either. */
  revert(): void {
    this.losePower()
    this.#revertedThrough = this.issued
  }

  moment(): Moment {
    return {
      states: this.#states,
      issued: this.issued,
      processFloor: this.#processFloor,
      powerFloor: this.#powerFloor,
      isLied: this.#isLied,
      isTainted: this.#isTainted,
      sequences: this.#sequences,
      wide: this.#wide,
      deleted: this.#deleted,
    }
  }

  /** An opening has settled which batches there are; what it found is durable. */
  recover(count: number, lastSequence: number): void {
    this.#states = this.#states.slice(0, count + 1)
    this.#changes = this.#changes.slice(0, count)
    this.#sequences = this.#sequences.slice(0, count)
    this.#sequences.push(lastSequence)
    this.#wide = this.#wide.filter((wide) => wide.count <= count)
    this.#deleted = new Set(this.#deleted)
    this.#acknowledged = this.#processFloor = count
    this.#revertedThrough = 0
    if (!this.#isTainted) this.#powerFloor = count
    this.#isLied = this.#isTainted
  }

  #raisePower(count: number): void {
    if (!this.#isLied) this.#powerFloor = Math.max(this.#powerFloor, count)
  }
}

function foldOf(state: State, operations: readonly Operation[]): State {
  const next = new Map(state)
  for (const { key, value } of operations) {
    if (value === undefined) next.delete(key)
    else next.set(key, value)
  }
  return next
}

/** Checks what was recovered against what was promised, and returns the number of batches that it holds. */
export function judge(moment: Moment, crash: Crash, read: Recovered, checks: InvariantChecks): number {
  const { states, issued, powerFloor, processFloor } = moment
  const floor = crash === 'kill' ? processFloor : powerFloor
  const found: number[] = []
  for (let count = issued; count >= floor; count--) if (sameState(states[count]!, read.state)) found.push(count)
  if (found.length === 0) throw diagnosis(moment, crash, floor, read.state)
  checks.held(crash === 'kill' ? 2 : 1)
  checks.held(3)
  checks.held(5)
  if (moment.wide.some(({ count }) => count <= issued)) checks.held(4)
  if (moment.deleted.size > 0) checks.held(6)
  const count = found.find((each) => fitsSequence(moment, each, read.lastSequence))
  checks.require(
    7,
    count !== undefined,
    () => `sequence ${read.lastSequence} does not fit ${found.join(' or ')} batches`,
  )
  return count!
}

/** Whether a store with so many batches may name this sequence as its last. */
function fitsSequence({ sequences, issued }: Moment, count: number, lastSequence: number): boolean {
  const least = sequences.findLast((known, index) => index <= count && known !== undefined)!
  const next = sequences.find((known, index) => index > count && index <= issued && known !== undefined)
  return lastSequence >= least && (next === undefined || lastSequence < next)
}

function diagnosis(moment: Moment, crash: Crash, floor: number, read: State): BrokenInvariant {
  const { states, issued, wide } = moment
  const known = states.slice(0, issued + 1)
  const allowed = known.slice(floor).slice(-4).map(show).join(' or ')
  const what = `recovered ${show(read)} after a ${crash}; with ${floor} of ${issued} batches promised it may be ${allowed}`
  const older = known.findLastIndex((state) => sameState(state, read))
  if (older !== -1) return new BrokenInvariant(crash === 'kill' ? 2 : 1, `${what}; it is ${older}`)
  for (const [key, value] of read) {
    if (!known.some((state) => state.get(key) === value)) return new BrokenInvariant(5, what)
  }
  for (const { count, operations } of wide) {
    for (let part = 1; part < operations.length && count <= issued; part++) {
      const half = foldOf(states[count - 1]!, operations.slice(0, part))
      if (sameState(half, read)) return new BrokenInvariant(4, what)
    }
  }
  const risen = [...read.keys()].some((key) => !known.slice(floor).some((state) => state.has(key)))
  return new BrokenInvariant(risen ? 6 : 3, what)
}
