import { VarveError } from '../../src/errors.ts'
import type { Durability, KeyValueStore } from '../../src/kv-store/kv-store.ts'
import type { Operation } from '../../src/testing/commit-history.ts'
import type { SimulatedRuntime } from '../../src/testing/simulated-runtime.ts'
import { toBytes } from '../../src/testing/store-session.ts'
import { inRange, type TextRange, toBytesRange } from './crash-run-choices.ts'
import type { FaultDraw } from './crash-run-faults.ts'
import type { CrashHistory } from './crash-run-history.ts'
import { BrokenInvariant, type InvariantChecks } from './crash-run-invariants.ts'
import { settledWithin } from './crash-run-opening.ts'
import { CrashViews } from './crash-run-views.ts'

/** From a promise that is settled to whoever awaits it through the store's functions. */
const MICROTASKS_MAX = 8

/** One opening of the store that a run writes, from there to its end; what its calls come to goes into the history. */
export class CrashLife {
  readonly store: KeyValueStore
  readonly runtime: SimulatedRuntime
  readonly views: CrashViews
  readonly #history: CrashHistory
  readonly #checks: InvariantChecks
  readonly #faults: FaultDraw | undefined
  #pending: Promise<void>[] = []
  #isPoisoned = false
  #isOver = false

  constructor(
    store: KeyValueStore,
    runtime: SimulatedRuntime,
    history: CrashHistory,
    checks: InvariantChecks,
    faults: FaultDraw | undefined,
  ) {
    this.store = store
    this.runtime = runtime
    this.#history = history
    this.#checks = checks
    this.#faults = faults
    this.views = new CrashViews(store, history, checks, (error) => this.#told(error))
  }

  /** After a failed sync nothing but an end is left. */
  get isPoisoned(): boolean {
    return this.#isPoisoned
  }

  /** Calls a write; what becomes of it is noted whenever that is known. */
  write(operations: readonly Operation[], durability: Durability): void {
    this.#note(this.#call(operations, durability), this.#history.append(operations), durability)
  }

  async writeSync(operations: readonly Operation[], durability: Durability): Promise<void> {
    const count = this.#history.append(operations)
    try {
      const sequence = this.store.batchSync(operations.map(toOperation), { durability })
      this.#resolve(count, durability, sequence)
    } catch (error) {
      // What was acknowledged before it threw is told some microtasks later.
      for (let turn = 0; turn < MICROTASKS_MAX; turn++) await undefined
      this.#fail(error, count)
    }
  }

  clear(range: TextRange, durability: Durability): void {
    const call = this.store.clear(toBytesRange(range), { durability })
    // A range that can hold nothing is no write, and says nothing of those before it.
    if (range.gte !== undefined && range.gte === range.lt) {
      call.catch((error: unknown) => this.#told(error))
      return
    }
    this.#history.noteDeleted([...this.#history.latest.keys()].filter((key) => inRange(range, key)))
    const count = this.#history.appendChange((state) => new Map([...state].filter(([key]) => !inRange(range, key))))
    this.#note(call, count, durability)
  }

  /** Waits for all writes that were called. */
  async gather(): Promise<void> {
    const pending = this.#pending
    this.#pending = []
    await this.#run(Promise.all(pending))
  }

  async settle(name: 'sync' | 'flush' | 'resume'): Promise<void> {
    const { acknowledged } = this.#history
    await this.#attempt(this.store[name](), () => {
      if (name !== 'resume') this.#history.secure(acknowledged)
    })
  }

  async compact(range: TextRange): Promise<void> {
    await this.#attempt(this.store.compact(toBytesRange(range)), () => {})
  }

  /** Resolves with whether the life ended well: then everything that was called is there for good. */
  async close(): Promise<boolean> {
    const { issued } = this.#history
    let isWell = false
    await this.#attempt(this.store.close(), () => {
      isWell = true
    })
    await this.gather()
    this.#isOver = true
    if (isWell && !this.#isPoisoned) this.#history.secure(issued)
    return isWell && !this.#isPoisoned
  }

  /** From here on nothing that the store still answers counts. */
  forsake(): void {
    this.#isOver = true
  }

  /** A failed sync, other than of a table, must have poisoned the store by the time that nothing is on its way. */
  checkPoison(): void {
    if (this.#faults?.isFatal !== true || this.#isOver) return
    // A write as any other: a sync that has lied may tell only now, when this is in the log.
    const count = this.#history.append([{ key: '', value: '' }])
    try {
      this.store.putSync('', '')
    } catch (error) {
      this.#checks.require(16, isCode(error, 'POISONED'), () => `a failed sync was told as ${error as Error}`)
      this.#fail(error, count)
      return
    }
    throw new BrokenInvariant(16, 'a write was acknowledged behind a failed sync')
  }

  #call(operations: readonly Operation[], durability: Durability): Promise<number> {
    const [first] = operations
    if (operations.length !== 1) return this.store.batch(operations.map(toOperation), { durability })
    const key = toBytes(first!.key)
    if (first!.value === undefined) return this.store.delete(key, { durability })
    return this.store.put(key, toBytes(first!.value), { durability })
  }

  #note(call: Promise<unknown>, count: number, durability: Durability): void {
    const noted = call.then(
      (sequence) => {
        if (this.#isOver) return
        const told = typeof sequence === 'number' ? sequence : undefined
        this.#resolve(count, durability, told)
      },
      (error: unknown) => {
        if (!this.#isOver) this.#fail(error, count)
      },
    )
    noted.catch(() => undefined)
    this.#pending.push(noted)
  }

  #resolve(count: number, durability: Durability, sequence: number | undefined): void {
    this.#checks.require(16, !this.#isPoisoned, () => 'a write was acknowledged behind a poison')
    this.#history.resolve(count, durability, sequence)
  }

  #fail(error: unknown, count: number): void {
    this.#told(error)
    const { outcome, code } = error as VarveError
    if (outcome === 'not-applied' || (outcome === undefined && code !== 'POISONED')) this.#history.refuse(count)
  }

  /** An error is a VarveError, and only where calls fail. */
  #told(error: unknown): void {
    if (error instanceof BrokenInvariant) throw error
    const isExpected = (this.#faults?.count ?? 0) > 0 || this.#history.isTainted
    const isHonest = error instanceof VarveError && isExpected
    this.#checks.require(16, isHonest, () => `a call failed with ${(error as Error).stack}`)
    if (isCode(error, 'POISONED')) this.#isPoisoned = true
  }

  async #attempt<Result>(call: Promise<Result>, then: (result: Result) => void): Promise<void> {
    let result: Result
    try {
      result = await this.#run(call)
    } catch (error) {
      this.#told(error)
      return
    }
    then(result)
  }

  async #run<Result>(promise: Promise<Result>): Promise<Result> {
    const result = await settledWithin(this.runtime, promise)
    this.#checks.held(18)
    return result
  }
}

function isCode(error: unknown, code: VarveError['code']): boolean {
  return error instanceof VarveError && error.code === code
}

function toOperation({ key, value }: Operation): Parameters<KeyValueStore['batch']>[0][number] {
  if (value === undefined) return { type: 'delete', key: toBytes(key) }
  return { type: 'put', key: toBytes(key), value: toBytes(value) }
}
