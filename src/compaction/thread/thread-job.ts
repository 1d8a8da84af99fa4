import type { FileCounts } from '../../fs/file-counts.ts'
import type { AwayWork } from '../../fs/job.ts'
import { sharedBytesMade } from '../../memtable/memtable-memory.ts'
import type { BuildThread } from './build-thread.ts'
import { type BuildOutcome, type BuildPlace, type BuildRequest, type StartMessage, Word } from './thread-message.ts'

/** A thread that does not begin, or does nothing for so long, is given up by a caller that stands still and could not be told of its end. */
const START_MS_MAX = 10_000
const STEP_MS_MAX = 60_000

/** How a job ended. 'lost': its thread is no more; what it wrote lies about. */
export type JobEnd = BuildOutcome | { readonly kind: 'lost'; readonly wasBegun: boolean; readonly cause: unknown }

/** One job in another thread, as the store sees it. */
export class ThreadJob implements AwayWork {
  readonly message: StartMessage
  end: JobEnd | undefined
  /** Never rejects: how it ended stands in `end`. */
  readonly ended: Promise<void>
  readonly #thread: BuildThread
  readonly #onCounts: (counts: FileCounts) => void
  #resolveEnded = (): void => {}
  #onSlice: (() => void)[] = []

  /** `onCounts` is called with what the job did to the disk, at its end. */
  constructor(
    thread: BuildThread,
    id: number,
    request: BuildRequest,
    place: BuildPlace,
    onCounts: (counts: FileCounts) => void,
  ) {
    const words = new Int32Array(new SharedArrayBuffer(Word.count * Int32Array.BYTES_PER_ELEMENT))
    this.message = { id, request, place, words, sharedBytesMade: sharedBytesMade() }
    this.#thread = thread
    this.#onCounts = onCounts
    this.ended = new Promise((resolve) => {
      this.#resolveEnded = resolve
    })
  }

  wait(): Promise<void> {
    return this.ended
  }

  waitSync(): void {
    while (this.end === undefined) this.#waitForStep()
  }

  nextSlice(): Promise<void> {
    if (this.end !== undefined) return this.ended
    Atomics.store(this.message.words, Word.Watched, 1)
    return new Promise((resolve) => this.#onSlice.push(resolve))
  }

  nextSliceSync(): void {
    this.#waitForStep()
  }

  /** The thread ends the job at its next slice, and removes its files. */
  abandon(): void {
    Atomics.store(this.message.words, Word.Abandoned, 1)
  }

  /** Called by the thread when the slice that was watched for is over. */
  sliceEnded(): void {
    const waiting = this.#onSlice
    this.#onSlice = []
    for (const resolve of waiting) resolve()
  }

  /** Called by the thread at the end. */
  finished(end: BuildOutcome, counts: FileCounts): void {
    this.#onCounts(counts)
    this.#settle(end)
  }

  /** Called by the thread when it is no more. */
  lost(cause: unknown): void {
    const wasBegun = Atomics.load(this.message.words, Word.Steps) > 0
    // Should it live after all, it must not begin what is done elsewhere by now.
    this.abandon()
    this.#settle({ kind: 'lost', wasBegun, cause })
  }

  #settle(end: JobEnd): void {
    this.end = end
    this.sliceEnded()
    this.#resolveEnded()
  }

  #waitForStep(): void {
    const { words } = this.message
    const seen = Atomics.load(words, Word.Steps)
    this.#thread.receive()
    if (this.end !== undefined) return
    const limitMs = seen === 0 ? START_MS_MAX : STEP_MS_MAX
    if (Atomics.wait(words, Word.Steps, seen, limitMs) !== 'timed-out') return
    this.#thread.giveUp(new Error(`the thread did nothing for ${limitMs / 1000} seconds`))
  }
}
