import type { FileHandle } from '../../fs/file-system.ts'

/**
 * What a job asks of its driver. 'slice': its slice of work is done, others may run. 'sync': make this file durable before going on, in the
 * thread pool (inline), in place (worker, synchronous write) or as a step (simulation). 'sync-directory': the same for the names in it.
 * One generator serves all drivers.
 */
export type Step =
  | { readonly kind: 'slice' }
  | { readonly kind: 'sync'; readonly file: FileHandle }
  | { readonly kind: 'sync-directory'; readonly directory: string }

/** A unit of background work. The driver throws a failed sync into it; `return()` abandons it, and its `finally` removes what it began. */
export type Job<Result> = Generator<Step, Result, void>

export const SLICE: Step = { kind: 'slice' }
