import type { Runtime } from '../runtime.ts'
import { Activity, type ActivityName, eventError } from './activity.ts'
import { isWatched, publish } from './event-channels.ts'
import type { LatencyHistogram } from './latency-histogram.ts'
import type {
  CheckpointStart,
  CompactionResult,
  CompactionStart,
  ErrorConsequence,
  FlushResult,
  FlushStart,
  StallReason,
  StoreEvent,
} from './store-events.ts'
import { StoreLatencies } from './store-latencies.ts'

/** What one open store measures and tells of itself. */
export class StoreObserver {
  readonly store: StoreEvent
  readonly clock: Runtime
  readonly latencies: StoreLatencies
  readonly #openedMs: number
  #lastId = 0

  /** `syncs` is kept by the store's file system. */
  constructor(store: StoreEvent, clock: Runtime, syncs: LatencyHistogram) {
    this.store = store
    this.clock = clock
    this.latencies = new StoreLatencies(clock, syncs)
    this.#openedMs = clock.monotonic()
  }

  get uptimeMs(): number {
    return this.clock.monotonic() - this.#openedMs
  }

  flush(start: () => FlushStart): Activity<FlushResult> {
    return this.#begin('varve:flush', this.latencies.flush, start)
  }

  compaction(start: () => CompactionStart): Activity<CompactionResult> {
    return this.#begin('varve:compaction', this.latencies.compaction, start)
  }

  checkpoint(start: () => CheckpointStart): Activity<object> {
    return this.#begin('varve:checkpoint', this.latencies.flush, start)
  }

  stall(reason: StallReason): Activity<object> {
    return this.#begin('varve:stall', this.latencies.stall, () => ({ reason }))
  }

  error(consequence: ErrorConsequence, error: unknown): void {
    if (!isWatched('varve:error')) return
    publish('varve:error', { ...this.store, consequence, error: eventError(error) })
  }

  #begin<Result extends object>(
    name: ActivityName,
    histogram: LatencyHistogram,
    start: () => object,
  ): Activity<Result> {
    return new Activity<Result>(name, this, ++this.#lastId, histogram, start)
  }
}
