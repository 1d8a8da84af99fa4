import type { FileHandle } from './file-system.ts'

/** Something that can be waited for by an event loop that goes on, or by a thread that stands still. */
export interface Waitable {
  wait(): Promise<void>
  waitSync(): void
}

/** Work that goes on in another thread while the job waits for it. */
export interface AwayWork extends Waitable {
  /** Resolves, or returns, at the end of the slice that the thread is at. */
  nextSlice(): Promise<void>
  nextSliceSync(): void
}

/**
 * What a job asks of its driver before it is resumed. 'slice': a slice of work is done, let others run. 'sync': make this file durable, in the
 * thread pool (inline), in place (worker, synchronous write) or as a step (simulation). 'sync-directory': the same for the names in it.
 * 'wait': anything else that takes time. 'away': the same for another thread, so that this one may do other jobs meanwhile.
 */
export type Step =
  | { readonly kind: 'slice' }
  | { readonly kind: 'sync'; readonly file: FileHandle }
  | { readonly kind: 'sync-directory'; readonly directory: string }
  | { readonly kind: 'wait'; readonly on: Waitable }
  | { readonly kind: 'away'; readonly on: AwayWork }

/**
 * Work that touches the disk in several steps, written once for every way of running it: slices of synchronous work, and a request wherever it
 * must wait. The driver throws a failed request into it; `return()` abandons it, and its `finally` removes what it began.
 */
export type Job<Result> = Generator<Step, Result, void>

export const SLICE: Step = { kind: 'slice' }
