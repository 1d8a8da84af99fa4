import { VarveError } from '../../errors.ts'
import type { StoreStatistics } from '../../kv-store/statistics.ts'

/** What is asked for first: `db.stats` without its call, say, or the store itself, has neither. */
export function checkStatistics(stats: unknown, name: string): asserts stats is StoreStatistics {
  const { levels, latency } = Object(stats) as Partial<StoreStatistics>
  if (Array.isArray(levels) && typeof latency === 'object' && latency !== null) return
  throw new VarveError(
    'INVALID_ARGUMENT',
    `${name} must be what stats() of a store returns; given was ${kindOf(stats)}`,
  )
}

/** What a value is, for messages. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value)
  return Array.isArray(value) ? 'an array' : `a value of type ${typeof value}`
}
