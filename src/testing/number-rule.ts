import { parentOf } from '../fs/absolute-path.ts'
import { parseFileName } from '../manifest/file-names.ts'
import { isOpening } from './acknowledgement-rules.ts'
import type { StoreTrace } from './store-trace-rules.ts'
import { hasFailed, isDone, type TraceFacts } from './trace-facts.ts'
import type { TraceViolation } from './trace-rules.ts'

/**
 * R8: each opening gives out greater file numbers than all before it, none twice, and to logs, and to tables beside them, only numbers that a synced edit
 * has reserved. What is gone before any edit had reserved its number was never there: the next recovery may take the number.
 */
export function* noNumberTwice({ facts, manifests, directory }: StoreTrace): Iterable<TraceViolation> {
  /** With their paths: those of this opening, and of earlier ones. */
  let own = new Map<number, string>()
  let earlier = new Map<number, string>()
  let hasLogs = false
  for (const entry of facts.trace) {
    const { begun: step, path } = entry
    if (isOpening(entry, directory)) {
      const reserved = manifests.reservedAt(step)
      const given = [...earlier, ...own]
      earlier = new Map(given.filter(([used, name]) => used <= reserved || isThere(facts, name, step)))
      own = new Map()
      hasLogs = false
    }
    const isCreation = entry.operation === 'open' && entry.mode === 'create' && isDone(entry)
    if (!isCreation || parentOf(path) !== directory) continue
    const name = parseFileName(path.slice(directory.length + 1))
    if (name === undefined || name.number === 0) continue
    const { number, kind } = name
    if (own.has(number)) yield { rule: 'R8', step, path, message: 'the number was given out in this opening before' }
    if (number <= Math.max(0, ...earlier.keys())) {
      yield { rule: 'R8', step, path, message: 'the number is not greater than all that earlier openings gave out' }
    }
    own.set(number, path)
    hasLogs ||= kind === 'wal'
    const isReserved = number <= manifests.reservedAt(step)
    // A recovery takes tables from beyond: its own manifest reserves them.
    if (!isReserved && (kind === 'wal' || (kind === 'table' && hasLogs))) {
      yield { rule: 'R8', step, path, message: 'no synced edit has reserved the number' }
    }
  }
}

function isThere(facts: TraceFacts, path: string, step: number): boolean {
  const name = facts.nameAt(path, step)
  if (name === undefined || name.to <= step) return false
  // A failed sync of a directory may set its names back.
  return !facts.directorySyncs.some((sync) => hasFailed(sync) && sync.begun > name.from && sync.begun < step)
}
