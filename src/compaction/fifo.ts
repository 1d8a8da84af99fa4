import { type AgedRun, agedRuns, isExpired } from './aged-runs.ts'
import type { Choice, CompactionState, CompactionStrategy, Pressure } from './strategy.ts'
import { checkedOptions } from './strategy-options.ts'

/** Options of `fifo()`; bytes are bytes on disk. */
export interface FifoOptions {
  /** Bytes of tables above which the oldest runs are dropped: 1 to 2^48; by default there is no limit. */
  readonly maxBytes?: number
  /** A run is dropped once its newest entry is older than this: 1 to 2^48 ms; by default nothing ever is. */
  readonly maxAgeMs?: number
}

const RULES = {
  maxBytes: { least: 1, most: 2 ** 48, fallback: undefined },
  maxAgeMs: { least: 1, most: 2 ** 48, fallback: undefined },
}

/** Runs that wait to be dropped: writers slow down from the first number on and stop at the second. */
const SLOW_RUNS = 8
const STOP_RUNS = 40

/**
 * FIFO: every byte is written once, because nothing is ever merged; runs are dropped whole, the oldest first. Each flush is a run, so
 * that a point read may have to ask as many filters as there were flushes, and a scan merges them all: for queues, logs and caches.
 */
export function fifo(options: FifoOptions = {}): CompactionStrategy {
  const limits = checkedOptions('fifo', RULES, options)
  const { maxBytes, maxAgeMs } = limits
  return Object.freeze({
    name: 'fifo',
    drops: maxBytes !== undefined || maxAgeMs !== undefined,
    pick(state: CompactionState): Choice {
      const tables: number[] = []
      for (const run of doomed(state, limits)) {
        // What is behind a busy run in the order of age has to wait for it.
        if (run.isBusy) break
        tables.push(...run.tables)
      }
      return tables.length === 0 ? { kind: 'idle' } : { kind: 'drop', tables }
    },
    pressure: (state: CompactionState) => dropPressure(doomed(state, limits).length),
    bottom: () => undefined,
    wakeAtMs(state: CompactionState) {
      const [oldest] = agedRuns(state)
      return oldest === undefined || maxAgeMs === undefined ? undefined : oldest.newestMs + maxAgeMs + 1
    },
  })
}

/** The runs that are to go, oldest first: by age, and by size as long as another one stays, or the last write would vanish at once. */
function doomed(
  state: CompactionState,
  { maxBytes = Number.POSITIVE_INFINITY, maxAgeMs }: Readonly<Record<keyof typeof RULES, number | undefined>>,
): AgedRun[] {
  const runs = agedRuns(state)
  let bytes = runs.reduce((sum, run) => sum + run.bytes, 0)
  let count = 0
  for (const run of runs) {
    const isTooMuch = bytes > maxBytes && count < runs.length - 1
    if (!isTooMuch && !isExpired(run.newestMs, state.nowMs, maxAgeMs)) break
    bytes -= run.bytes
    count++
  }
  return runs.slice(0, count)
}

/** By the runs that wait to be dropped: of the others no work could make fewer, so that nobody is to wait for that. */
function dropPressure(runs: number): Pressure {
  if (runs >= STOP_RUNS) return { kind: 'stop' }
  if (runs < SLOW_RUNS) return { kind: 'none' }
  return { kind: 'slow', share: (runs - SLOW_RUNS) / (STOP_RUNS - SLOW_RUNS) }
}
