import type { Job } from '../fs/job.ts'
import type { StallClock } from '../store/stall-clock.ts'
import type { CheckpointTrigger } from './btree-counts.ts'
import type { CheckpointParts } from './checkpoint-job.ts'
import type { Checkpointer } from './checkpointer.ts'

/** Of the cache, what is written at a time when it holds more than it should. */
const EVICTED_SHARE = 16
const EVICTED_PAGES_MIN = 8
const EVICTED_PAGES_MAX = 256

/** What a group needs before it can be carried out: a log, no checkpoint that is due, and a cache within its limit. */
export class WriteRoom {
  readonly #parts: CheckpointParts
  readonly #checkpointer: Checkpointer
  readonly #stalls: StallClock
  readonly #isAtOnce: boolean

  /** `isAtOnce`: whether writes wait until a checkpoint has written its pages. */
  constructor(parts: CheckpointParts, checkpointer: Checkpointer, stalls: StallClock, isAtOnce: boolean) {
    this.#parts = parts
    this.#checkpointer = checkpointer
    this.#stalls = stalls
    this.#isAtOnce = isAtOnce
  }

  /** Whether a group may be carried out right away. */
  get isThere(): boolean {
    const { logs, pager } = this.#parts
    return logs.isReady && !pager.cache.isOverfull && this.#checkpointer.due === undefined
  }

  *make(): Job<void> {
    const { logs } = this.#parts
    if (!logs.hasBegun) yield* this.#beginLife()
    else if (!logs.isReady) yield* logs.advance()
    const { due } = this.#checkpointer
    if (due !== undefined) yield* this.#checkpointDue(due)
    yield* this.#evict()
  }

  *#checkpointDue(due: CheckpointTrigger): Job<void> {
    yield* this.#checkpointEnds()
    yield* this.#checkpointer.begin(due)
    if (this.#isAtOnce) yield* this.#checkpointEnds()
  }

  /** Waits for the checkpoint on its way, which is counted as a stall. */
  *#checkpointEnds(): Job<void> {
    const { run } = this.#checkpointer
    if (run !== undefined) yield this.#stalls.measured(run, 'checkpoint')
    yield* this.#checkpointer.settle()
  }

  /** Nothing may be acknowledged before the checkpoint file names the log: the next opening would not look for it. */
  *#beginLife(): Job<void> {
    const { logs, state } = this.#parts
    const epoch = state.record.epoch + 1
    const firstLog = yield* logs.begin(epoch)
    try {
      yield* state.install({ epoch, firstLog })
    } catch (error) {
      logs.forget(error)
      throw error
    }
  }

  /** Writes the coldest dirty pages until the cache holds what it should. While a checkpoint writes pages, nobody else does. */
  *#evict(): Job<void> {
    const { pager, writer } = this.#parts
    const { cache } = pager
    while (cache.isOverfull) {
      yield* this.#checkpointEnds()
      const share = Math.ceil(cache.capacity / EVICTED_SHARE)
      const count = Math.min(EVICTED_PAGES_MAX, Math.max(EVICTED_PAGES_MIN, share, cache.size - cache.capacity))
      const cold = cache.coldest(count)
      if (cold.length === 0) continue
      yield* writer.write(cold, 'eviction')
      for (const frame of cold) if (!frame.isDirty && frame.position >= 0) cache.evict(frame)
    }
  }
}
