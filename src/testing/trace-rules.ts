import { isWithin } from '../fs/absolute-path.ts'
import type { TraceEntry } from './file-calls.ts'
import { endOf, hasFailed, isDone, type TracedFile, TraceFacts } from './trace-facts.ts'

/** A rule that a trace breaks. */
export interface TraceViolation {
  readonly rule: 'R1' | 'R2' | 'R3' | 'R4' | 'R5' | 'R6' | 'R7' | 'R8' | 'R9' | 'R10'
  /** `begun` of the call, or of the note, that broke it. */
  readonly step: number
  readonly path: string
  readonly message: string
}

/** One rule: what breaks it in a trace. */
export type TraceRule = (facts: TraceFacts) => Iterable<TraceViolation>

/** Options of `traceViolations`. */
export interface TraceRuleOptions {
  /** R9: nothing outside of this directory is changed; its parents may be made, synced, and removed while empty. An absolute path. Default: no bound. */
  readonly directory?: string | undefined
  /** R9: in these lives, counted from 0, nothing is changed at all. Default: none. */
  readonly readOnlyLives?: readonly number[] | undefined
  /** R10: whether a later sync or rename relies on what an append or write has written. Default: always. */
  readonly reliesOn?: Reliance | undefined
}

/** Whether the sync or rename `by` relies on what `write` has written. */
export type Reliance = (write: TraceEntry, by: TraceEntry) => boolean

/**
 * Checks the trace of a SimulatedFileSystem against rules that hold for every application which wants to survive a loss of power: R1, R7, R9
 * and R10. They find mistakes without any crash. Returns what breaks them, in the order of rules.
 */
export function traceViolations(trace: readonly TraceEntry[], options: TraceRuleOptions = {}): TraceViolation[] {
  const facts = new TraceFacts(trace)
  return genericRules(options).flatMap((rule) => [...rule(facts)])
}

export function genericRules({ directory, readOnlyLives = [], reliesOn = () => true }: TraceRuleOptions): TraceRule[] {
  return [
    noSyncDuringWrite,
    nothingBehindFailure,
    (facts) => nothingOutside(facts, directory, readOnlyLives),
    (facts) => nothingClosedUnsynced(facts, reliesOn),
  ]
}

/** R1: no sync is issued while an asynchronous write to the same file is in flight: whether it covers that one nobody knows. */
function* noSyncDuringWrite({ files }: TraceFacts): Iterable<TraceViolation> {
  for (const { path, changes, syncs } of files) {
    for (const { begun, life } of syncs) {
      const inFlight = changes.some((each) => each.life === life && each.begun < begun && endOf(each) > begun)
      if (inFlight) yield { rule: 'R1', step: begun, path, message: 'a sync is issued while a write is in flight' }
    }
  }
}

/**
 * R7: behind a failed write nothing more is written through the descriptors that were open then, unless the file was cut back and the cut synced; behind a
 * failed sync nothing is written to the file in this life, nor is the sync repeated: it may succeed without having done anything.
 */
function* nothingBehindFailure({ files }: TraceFacts): Iterable<TraceViolation> {
  for (const file of files) {
    const { path, changes, syncs } = file
    for (const change of changes) {
      if (change.operation === 'truncate') continue
      const step = change.begun
      const since = file.handles.get(change.handle)?.opened ?? 0
      const isBehind = (failed: TraceEntry): boolean =>
        hasFailed(failed) && failed.life === change.life && failed.ended < step
      const torn = changes.find((each) => isBehind(each) && each.ended > since && !isCutBack(file, each, step))
      if (torn !== undefined) yield { rule: 'R7', step, path, message: `a write behind a failed ${torn.operation}` }
      if (syncs.some(isBehind)) yield { rule: 'R7', step, path, message: 'a write behind a failed sync' }
    }
    for (const { begun, life } of syncs) {
      const isRepeated = syncs.some((each) => hasFailed(each) && each.life === life && each.ended < begun)
      if (isRepeated) yield { rule: 'R7', step: begun, path, message: 'a sync is repeated after it has failed' }
    }
  }
}

function isCutBack(file: TracedFile, torn: TraceEntry, step: number): boolean {
  return file.changes.some(
    (cut) => cut.operation === 'truncate' && isDone(cut) && cut.begun > torn.ended && file.durableFrom(cut) < step,
  )
}

const CHANGING: ReadonlySet<string> = new Set([
  'makeDirectory',
  'removeDirectory',
  'rename',
  'unlink',
  'append',
  'write',
  'truncate',
  'sync',
  'syncDirectory',
])

/** What may be done to the directories above. Only an empty one can be removed. */
const PARENTAL: ReadonlySet<string> = new Set(['makeDirectory', 'syncDirectory', 'removeDirectory'])

/** R9: nothing is changed outside of the directory, and nothing at all in a life that only reads. */
function* nothingOutside(
  { trace }: TraceFacts,
  directory: string | undefined,
  readOnlyLives: readonly number[],
): Iterable<TraceViolation> {
  for (const { operation, mode, path, to, begun: step, life } of trace) {
    const isChange = CHANGING.has(operation) || (operation === 'open' && mode !== 'read')
    if (!isChange) continue
    if (readOnlyLives.includes(life)) {
      yield { rule: 'R9', step, path, message: `${operation} in a life that only reads` }
    }
    if (directory === undefined) continue
    const isParents = PARENTAL.has(operation) && isWithin(directory, path)
    const isInside = isWithin(path, directory) && (to === undefined || isWithin(to, directory))
    if (!isInside && !isParents) yield { rule: 'R9', step, path, message: `${operation} outside of ${directory}` }
  }
}

/**
 * R10: what was written is synced before the last descriptor that was open then is closed, if it is relied on: an error in writing it back would be told to
 * nobody. A later sync of the file, through another descriptor, and a rename of it rely on it.
 */
function* nothingClosedUnsynced(facts: TraceFacts, reliesOn: Reliance): Iterable<TraceViolation> {
  const renames = facts.trace.filter((entry) => entry.operation === 'rename' && isDone(entry))
  for (const file of facts.files) {
    const { path, changes, syncs } = file
    const ofFile = renames.filter((entry) => facts.nameAt(entry.path, entry.begun)?.file === file)
    const relying = [...syncs, ...ofFile]
    for (const change of changes) {
      if (!isDone(change) || change.operation === 'truncate') continue
      const closed = lastClose(file, change)
      if (file.durableFrom(change) < closed) continue
      const call = relying.find((each) => each.begun > closed && reliesOn(change, each))
      if (call === undefined) continue
      const message = 'relies on bytes that were not synced when their last descriptor was closed'
      yield { rule: 'R10', step: call.begun, path, message }
    }
  }
}

/** When the last of the descriptors was closed that were open at a change. */
function lastClose({ handles }: TracedFile, { begun }: TraceEntry): number {
  let last = 0
  for (const { opened, closed } of handles.values()) if (opened < begun && closed > begun) last = Math.max(last, closed)
  return last
}
