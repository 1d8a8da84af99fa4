import { loadInSteps } from '../filter/package-filter.ts'
import { nodeRuntime, type Runtime } from '../runtime.ts'
import { benignChoices, type Choices, seededNumbers } from './choices.ts'
import type { StepScheduler } from './file-calls.ts'

/** Options of a `SimulatedRuntime`. */
export interface SimulatedRuntimeOptions {
  /** Decides who goes next. Default: first come, first served. */
  choices?: Choices
  /** Of the random bytes. Default: 1. */
  seed?: number
  /** What the wall clock shows at first, in milliseconds since 1970. Default: 1,700,000,000,000. */
  startMs?: number
  /** A `run` or `drain` of more steps than these fails. Default: 1,000,000. */
  maxSteps?: number
  /** Whether the clock may move to the next timer, by choice, while something else can run. Default: true. */
  earlyTimers?: boolean
}

const STUCK =
  'nothing can run any more, and the promise is still pending: it waits for itself, for something outside of this runtime, ' +
  'or for a timer that keeps no process alive'
const OVER = 'this runtime is over: what nextLife() returned goes on in its place'

interface Timer {
  readonly dueMs: number
  readonly keepAlive: boolean
  readonly wake: () => void
}

/**
 * A runtime in which everything that waits (yields, sleeps, timers, and the asynchronous calls of a SimulatedFileSystem that was given it) is a step,
 * and choices say which step is next. Nothing moves unless `run`, `drain` or `advance` drive it. The clock stands still while steps run.
 */
export class SimulatedRuntime implements Runtime, StepScheduler {
  readonly #options: SimulatedRuntimeOptions
  readonly #choices: Choices
  readonly #startMs: number
  #nextNumber: () => number
  #elapsedMs = 0
  #steps = 0
  #ready: (() => void)[] = []
  /** By the time they are due, then by age. */
  #timers: Timer[] = []
  #failure: { readonly error: unknown } | undefined
  #isOver = false

  constructor(options: SimulatedRuntimeOptions = {}) {
    // The first filter of a process would take more steps than all others, and the first run would not be like its repetitions.
    for (const _ of loadInSteps());
    this.#options = options
    this.#choices = options.choices ?? benignChoices
    this.#startMs = options.startMs ?? 1_700_000_000_000
    this.#nextNumber = seededNumbers(options.seed ?? 1)
  }

  now(): number {
    return this.#startMs + Math.floor(this.#elapsedMs)
  }

  /** Milliseconds since the start. */
  monotonic(): number {
    return this.#elapsedMs
  }

  random(target: Uint8Array): Uint8Array {
    for (let i = 0; i < target.length; i++) target[i] = this.#nextNumber() & 0xff
    return target
  }

  timer(delayMs: number, wake: () => void, keepAlive = true): () => void {
    const timer: Timer = { dueMs: this.#elapsedMs + Math.max(0, delayMs), keepAlive, wake }
    if (this.#isOver) return () => {}
    const later = this.#timers.findIndex(({ dueMs }) => dueMs > timer.dueMs)
    this.#timers.splice(later === -1 ? this.#timers.length : later, 0, timer)
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer)
    }
  }

  sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => void this.timer(delayMs, resolve))
  }

  yield(): Promise<void> {
    return new Promise((resolve) => this.schedule(resolve))
  }

  /** Begins the task at once. Where it rejects, `run` and `drain` fail with its error. */
  spawn(name: string, task: () => Promise<void>): void {
    task().catch((error: unknown) => {
      this.#failure ??= { error: new Error(`the background task ${name} failed`, { cause: error }) }
    })
  }

  schedule(step: () => void): void {
    if (!this.#isOver) this.#ready.push(step)
  }

  /** Steps taken so far. */
  get steps(): number {
    return this.#steps
  }

  /** How many steps could be next. */
  get ready(): number {
    return this.#ready.length
  }

  /**
   * Takes steps until the promise settles, and returns what it resolves with or throws what it rejects with. Throws an Error where nothing can run
   * before that (a deadlock; timers that do not keep a process alive do not count), and after `maxSteps` steps.
   */
  async run<Result>(work: Promise<Result> | (() => Promise<Result>)): Promise<Result> {
    const promise = typeof work === 'function' ? work() : work
    let isSettled = false
    const settle = (): void => {
      isSettled = true
    }
    promise.then(settle, settle)
    await this.#drive(
      () => isSettled,
      () => this.#wakeNext(true),
    )
    return promise
  }

  /**
   * Takes steps until none is left, or at most so many: after that is a good moment for a power cut. The clock stays where it is, but for early
   * timers. Default: all.
   */
  async drain(steps: number = Infinity): Promise<void> {
    const end = this.#steps + steps
    await this.#drive(
      () => this.#steps >= end,
      () => this.#wakeNext(false, this.#elapsedMs) || 'done',
    )
  }

  /** Moves the clock by so many milliseconds, timer by timer, and takes all steps that come of it. */
  async advance(ms: number): Promise<void> {
    const untilMs = this.#elapsedMs + ms
    await this.#drive(
      () => false,
      () => this.#wakeNext(false, untilMs) || 'done',
    )
    this.#elapsedMs = untilMs
  }

  /**
   * The runtime of the next life: clock, random bytes and choices go on. In this one nothing runs any more, which is what a killed process would do.
   */
  nextLife(): SimulatedRuntime {
    const next = new SimulatedRuntime({ ...this.#options, startMs: this.#startMs })
    next.#nextNumber = this.#nextNumber
    next.#elapsedMs = this.#elapsedMs
    next.#steps = this.#steps
    this.#isOver = true
    this.#ready = []
    this.#timers = []
    return next
  }

  async #drive(isOver: () => boolean, wake: () => boolean | 'done'): Promise<void> {
    const { maxSteps = 1_000_000 } = this.#options
    const lastStep = this.#steps + maxSteps
    // From here on this function runs as a microtask, which `microtasks` counts on.
    await undefined
    for (;;) {
      await microtasks()
      if (this.#failure !== undefined) throw this.#failure.error
      if (isOver()) return
      if (this.#steps >= lastStep) throw new Error(`there is no end after ${maxSteps} steps`)
      if (this.#takeStep()) continue
      // Before the clock moves, and before anything is called a deadlock, whoever queued ticks of their own gets a turn of the event loop.
      await nodeRuntime.yield()
      if (this.#ready.length > 0 || isOver()) continue
      const woken = wake()
      if (woken === 'done') return
      if (!woken) throw new Error(this.#isOver ? OVER : STUCK)
    }
  }

  #takeStep(): boolean {
    const { earlyTimers = true } = this.#options
    const ready = this.#ready.length
    if (ready === 0) return false
    const options = ready + (earlyTimers && this.#timers.length > 0 ? 1 : 0)
    const choice = options === 1 ? 0 : this.#choices.pick(options, 'next step')
    if (choice === ready) return this.#wakeNext(false)
    this.#steps++
    this.#ready.splice(choice, 1)[0]!()
    return true
  }

  /** Moves the clock to the next timer, if it is due by then, and calls it. */
  #wakeNext(forSomeone: boolean, untilMs = Infinity): boolean {
    const timer = this.#timers[0]
    if (timer === undefined || timer.dueMs > untilMs) return false
    if (forSomeone && !this.#timers.some(({ keepAlive }) => keepAlive)) return false
    this.#timers.shift()
    this.#elapsedMs = Math.max(this.#elapsedMs, timer.dueMs)
    this.#steps++
    timer.wake()
    return true
  }
}

/**
 * Resolves when all microtasks have run, and those that they queue. A tick that is queued from a microtask comes after all of them; a turn of the
 * event loop would do the same at several times the cost.
 */
function microtasks(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve))
}
