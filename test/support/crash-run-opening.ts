import { open } from '../../src/database/open.ts'
import type { OpenOptions } from '../../src/database/options.ts'
import type { KeyValueStore } from '../../src/kv-store/kv-store.ts'
import { benignChoices } from '../../src/testing/choices.ts'
import type { FileCall } from '../../src/testing/fault-plan.ts'
import type { SimulatedFileSystem } from '../../src/testing/simulated-file-system.ts'
import { SimulatedRuntime } from '../../src/testing/simulated-runtime.ts'
import { stateOf } from '../../src/testing/store-session.ts'
import { type CallWatch, isMutating, planOf, STORE } from './crash-run-camera.ts'
import type { Recovered } from './crash-run-history.ts'
import { BrokenInvariant, type InvariantChecks } from './crash-run-invariants.ts'

/** An opening of a tiny store takes some dozens. */
const STEPS_MAX = 5_000

/** Counts timers, so that none is left behind. */
export class CountingRuntime extends SimulatedRuntime {
  timers = 0

  override timer(delayMs: number, wake: () => void, keepAlive = true): () => void {
    let isOpen = true
    const end = (): void => {
      if (isOpen) this.timers--
      isOpen = false
    }
    this.timers++
    const fired = (): void => {
      end()
      wake()
    }
    const cancel = super.timer(delayMs, fired, keepAlive)
    return () => {
      end()
      cancel()
    }
  }
}

/** What the calls of one opening came to. */
export interface CallTotals {
  calls: number
  mutations: number
  readBytes: number
}

/** A disk that a store is opened on, once or more, by itself: nothing else runs, and what comes first goes first. */
export class Workbench {
  readonly disk: SimulatedFileSystem
  readonly runtime: CountingRuntime
  readonly options: OpenOptions<'bytes'>
  readonly checks: InvariantChecks
  readonly totals: CallTotals = { calls: 0, mutations: 0, readBytes: 0 }

  constructor(
    disk: SimulatedFileSystem,
    depth: number,
    options: OpenOptions<'bytes'>,
    checks: InvariantChecks,
    watch?: CallWatch,
  ) {
    this.disk = disk
    this.options = options
    this.checks = checks
    this.runtime = new CountingRuntime({ seed: 1000 + depth, earlyTimers: false, maxSteps: STEPS_MAX })
    disk.runtime = this.runtime
    disk.faults = planOf({
      before: (call) => {
        this.#count(call)
        watch?.before(call)
      },
      fault: (call) => watch?.fault(call),
    })
  }

  #count(call: FileCall): void {
    this.totals.calls++
    if (call.operation === 'read') this.totals.readBytes += call.bytes
    if (isMutating(call)) this.totals.mutations++
  }

  open(options: OpenOptions<'bytes'> = {}): Promise<KeyValueStore> {
    return this.run(open<'bytes'>(STORE, { ...this.options, ...options, fileSystem: this.disk, runtime: this.runtime }))
  }

  /** Takes steps until a promise settles; a promise that never does breaks invariant 18. */
  async run<Result>(promise: Promise<Result>): Promise<Result> {
    const result = await settledWithin(this.runtime, promise)
    this.checks.held(18)
    return result
  }
}

/** The error of a promise that settles is its own; one that does not settle is the store's fault. */
export async function settledWithin<Result>(runtime: SimulatedRuntime, promise: Promise<Result>): Promise<Result> {
  let isSettled = false
  const settle = (): void => {
    isSettled = true
  }
  promise.then(settle, settle)
  try {
    return await runtime.run(promise)
  } catch (error) {
    if (isSettled) throw error
    throw new BrokenInvariant(18, (error as Error).message, error)
  }
}

/** All that a store holds now, and the sequence that its opening named. */
export function recoveredBy(store: KeyValueStore): Recovered {
  return { state: stateOf(store.scan().allSync()), lastSequence: store.recovery.lastSequence }
}

/** A hash of all names and contents as they are read, durable or not. */
export function visibleHash(disk: SimulatedFileSystem): string {
  return disk.crash(benignChoices, 'all-persisted').imageHash()
}
