import { parentOf } from '../fs/absolute-path.ts'
import { parseFileName } from '../manifest/file-names.ts'
import type { TraceEntry } from './file-calls.ts'
import { groupOf, type TracedGroup } from './log-facts.ts'
import type { StoreTrace } from './store-trace-rules.ts'
import { hasFailed, isDone, type TracedFile, type TraceFacts } from './trace-facts.ts'
import type { TraceViolation } from './trace-rules.ts'

/** A commit group in a log. */
interface LoggedGroup {
  readonly log: TracedFile
  readonly append: TraceEntry
  readonly group: TracedGroup
}

/** A note that a write has resolved. */
interface Acknowledgement {
  readonly note: TraceEntry
  readonly durability: string
  /** Where the write is in the logs of this life: undefined where it is not. */
  readonly logged: LoggedGroup | undefined
}

/** R2: a write is acknowledged as durable after the sync of its log bytes, and of all before them, and after a sync of the name of each log. */
export function* noEarlyAcknowledgement({ facts, directory }: StoreTrace): Iterable<TraceViolation> {
  const groups = loggedGroups(facts, directory)
  for (const { note, durability, logged } of acknowledgements(facts, groups)) {
    if (durability === 'none') continue
    const step = note.begun
    const said = { rule: 'R2', step, path: logged?.log.path ?? directory } as const
    if (logged === undefined) {
      yield { ...said, message: `${note.path} is acknowledged, but in no log` }
    } else if (durability === 'power') {
      const late = groups.find(({ log, append }) => {
        return append.life === note.life && append.begun <= logged.append.begun && !isSafe(facts, log, append, step)
      })
      if (late !== undefined) yield { ...said, message: `${note.path} is acknowledged before its log is durable` }
    }
  }
}

/** R7, of a store: behind a failed sync of a log, a manifest or the directory nothing more is acknowledged that needs what came after. */
export function* noAcknowledgementBehindFailure({ facts, directory }: StoreTrace): Iterable<TraceViolation> {
  const failures = facts.trace.filter((entry) => {
    const isVital = entry.category === 'wal' || entry.category === 'manifest' || entry.path === directory
    return hasFailed(entry) && isVital && (entry.operation === 'sync' || entry.operation === 'syncDirectory')
  })
  for (const { note, durability, logged } of acknowledgements(facts, loggedGroups(facts, directory))) {
    if (logged === undefined || durability === 'none') continue
    const opening = facts.trace.findLast((entry) => isOpening(entry, directory) && entry.begun < note.begun)
    const failed = failures.find(({ begun }) => begun > (opening?.begun ?? 0))
    if (failed === undefined) continue
    const { log, append } = logged
    const needs = durability === 'power' ? log.syncs.filter(({ begun }) => begun > append.ended) : [append]
    if (needs.some((call) => isDone(call) && call.begun < failed.ended)) continue
    const { begun: step } = note
    yield { rule: 'R7', step, path: failed.path, message: `${note.path} is acknowledged behind a failed sync` }
  }
}

/** Every life of a store in the sense of its own begins by taking the lock. */
export function isOpening({ operation, path, result }: TraceEntry, directory: string): boolean {
  return operation === 'lock' && path === directory && result === 'ok'
}

/** A log that is gone by then was not needed any more: R5 sees to that. */
function isSafe(facts: TraceFacts, log: TracedFile, append: TraceEntry, step: number): boolean {
  const name = facts.nameAt(log.path, step)
  if (name?.file !== log) return true
  return log.durableFrom(append) < step && facts.isNameDurableAt(log.path, name, step)
}

function loggedGroups(facts: TraceFacts, directory: string): LoggedGroup[] {
  return facts.files.flatMap((log) => {
    const isLog =
      parentOf(log.path) === directory && parseFileName(log.path.slice(directory.length + 1))?.kind === 'wal'
    if (!isLog) return []
    return log.changes.filter(isDone).flatMap((append) => {
      const group = groupOf(log, append)
      return group === undefined ? [] : [{ log, append, group }]
    })
  })
}

function acknowledgements(facts: TraceFacts, groups: readonly LoggedGroup[]): Acknowledgement[] {
  return facts.notes.flatMap((note) => {
    const [, durability, digits] = /^(power|process|none) (\d+)$/.exec(note.path) ?? []
    if (durability === undefined) return []
    const sequence = Number(digits)
    const logged = groups.findLast(({ append, group }) => {
      return append.life === note.life && append.begun < note.begun && group.first <= sequence && sequence <= group.last
    })
    return [{ note, durability, logged }]
  })
}
