import { VarveError } from '../errors.ts'
import { isWatched, publish } from './event-channels.ts'
import type { LatencyHistogram } from './latency-histogram.ts'
import type { Clock } from './latency-sampler.ts'
import type { ActivityEvent, EventError, StoreEvent, StoreEvents } from './store-events.ts'

/** The channels with two events for each thing that happens. */
export type ActivityName = Exclude<keyof StoreEvents, 'varve:error'>

/** Whose activity it is. */
export interface ActivityOwner {
  readonly store: StoreEvent
  readonly clock: Clock
}

type Ending<Result> = { readonly outcome: 'done' } & Result
type Failure = { readonly outcome: 'failed'; readonly error: EventError } | { readonly outcome: 'abandoned' }

/** Something that takes time: measured, and told of at both ends. It begins when it is made. */
export class Activity<Result extends object> {
  readonly #name: ActivityName
  readonly #owner: ActivityOwner
  readonly #id: number
  readonly #histogram: LatencyHistogram | undefined
  readonly #sinceMs: number
  #isOver = false

  /** `start` makes what is told of the beginning, where anybody listens. Successes are counted in `histogram`. */
  constructor(
    name: ActivityName,
    owner: ActivityOwner,
    id: number,
    histogram: LatencyHistogram | undefined,
    start: () => object,
  ) {
    this.#name = name
    this.#owner = owner
    this.#id = id
    this.#histogram = histogram
    this.#sinceMs = owner.clock.monotonic()
    if (isWatched(name)) this.#publish({ phase: 'start', ...start() })
  }

  /** Only the first of these three counts. Returns how long it took, in milliseconds. */
  done(result: () => Result): number {
    if (this.#isOver) return 0
    const milliseconds = this.#end(() => ({ outcome: 'done', ...result() }))
    this.#histogram?.record(milliseconds)
    return milliseconds
  }

  failed(error: unknown): number {
    return this.#isOver ? 0 : this.#end(() => ({ outcome: 'failed', error: eventError(error) }))
  }

  abandoned(): number {
    return this.#isOver ? 0 : this.#end(() => ({ outcome: 'abandoned' }))
  }

  #end(ending: () => Ending<Result> | Failure): number {
    this.#isOver = true
    const milliseconds = this.#owner.clock.monotonic() - this.#sinceMs
    if (isWatched(this.#name)) this.#publish({ phase: 'end', milliseconds, ...ending() })
    return milliseconds
  }

  #publish(part: object): void {
    const event = { ...this.#owner.store, id: this.#id, ...part }
    publish(this.#name, event as ActivityEvent<never, never>)
  }
}

/** Plain data, for whoever passes it on. */
export function eventError(error: unknown): EventError {
  if (error instanceof VarveError) {
    const { code, message, file, offset } = error
    return { code, message, file, offset }
  }
  const message = error instanceof Error ? error.message : String(error)
  return { code: undefined, message, file: undefined, offset: undefined }
}

/** Carries a job out as an activity: left before its end it is abandoned. */
export function* observed<Step, Value, Result extends object>(
  activity: Activity<Result>,
  job: Generator<Step, Value, void>,
  result: (value: Value) => Result,
): Generator<Step, Value, void> {
  try {
    const value = yield* job
    activity.done(() => result(value))
    return value
  } catch (error) {
    activity.failed(error)
    throw error
  } finally {
    activity.abandoned()
  }
}
