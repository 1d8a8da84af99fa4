import { absolutePath, isWithin } from '../fs/absolute-path.ts'
import { CURRENT, LOST, manifestName, parseFileName, tableName, walName } from '../manifest/file-names.ts'
import { noAcknowledgementBehindFailure, noEarlyAcknowledgement } from './acknowledgement-rules.ts'
import type { TraceEntry } from './file-calls.ts'
import { isPromise } from './log-facts.ts'
import { ManifestFacts, type ManifestStep } from './manifest-facts.ts'
import { noNumberTwice } from './number-rule.ts'
import { isDone, TraceFacts } from './trace-facts.ts'
import { genericRules, type Reliance, type TraceRuleOptions, type TraceViolation } from './trace-rules.ts'

/** What the rules of a store look at. */
export interface StoreTrace {
  readonly facts: TraceFacts
  readonly manifests: ManifestFacts
  readonly directory: string
}

/** One rule of a store: what breaks it in a trace. */
export type StoreTraceRule = (trace: StoreTrace) => Iterable<TraceViolation>

/** Options of `storeTraceViolations`. */
export interface StoreTraceRuleOptions extends Pick<TraceRuleOptions, 'readOnlyLives'> {
  /** Where the one store of the trace lies. An absolute path. */
  readonly directory: string
}

const storeRules: readonly StoreTraceRule[] = [
  noEarlyAcknowledgement,
  noEarlyName,
  noEarlySwing,
  noEarlyLogRemoval,
  noEarlyTableRemoval,
  noAcknowledgementBehindFailure,
  noNumberTwice,
]

/**
 * Checks the trace of a disk with one Varve store on it against all ten rules of durability. REQUIRES `trace: 'bytes'`, from the making of the store on;
 * throws an Error where the bytes are absent. Acknowledgements are notes, `disk.note('power 17')`: durability and sequence of a write that has resolved. Returns what breaks the
 * rules, those for every application first.
 */
export function storeTraceViolations(trace: readonly TraceEntry[], options: StoreTraceRuleOptions): TraceViolation[] {
  const directory = absolutePath(options.directory)
  const isWithoutBytes = trace.some(({ operation, data }) => operation === 'append' && data === undefined)
  if (isWithoutBytes) throw new Error("the trace has no bytes: make the SimulatedFileSystem with trace: 'bytes'")
  const facts = new TraceFacts(trace)
  const given: StoreTrace = { facts, manifests: new ManifestFacts(facts, directory), directory }
  const lost = `${directory}/${LOST}`
  // Nothing relies on a promise, nor on what is put aside.
  const reliesOn: Reliance = (write, by) => !isPromise(write) && (by.to === undefined || !isWithin(by.to, lost))
  const generic = genericRules({ ...options, directory, reliesOn })
  return [...generic.flatMap((rule) => [...rule(facts)]), ...storeRules.flatMap((rule) => [...rule(given)])]
}

/** R3: an edit that names a file is written after the sync of all that it needs of the file, and after a sync of its name. */
function* noEarlyName({ facts, manifests, directory }: StoreTrace): Iterable<TraceViolation> {
  for (const named of [...manifests.steps.values()].flat()) {
    const step = named.written.begun
    for (const { name, isWhole } of namesOf(named)) {
      const path = `${directory}/${name}`
      const found = facts.nameAt(path, step)
      // A file of an earlier life that nobody has opened since: the trace cannot know of it.
      if (found === undefined) continue
      const [header] = found.file.changes
      const isSynced = isWhole ? found.file.isDurableAt(step) : !header || found.file.durableFrom(header) < step
      if (isSynced && facts.isNameDurableAt(path, found, step)) continue
      const what = isSynced ? 'its name was synced' : 'its bytes were synced'
      yield { rule: 'R3', step, path, message: `an edit names the file before ${what}` }
    }
  }
}

/** Of the first log of a life, which goes on growing, an edit needs the header. */
function namesOf({ edit, replayFrom }: ManifestStep): { readonly name: string; readonly isWhole: boolean }[] {
  const names = (edit.added ?? []).map(({ number }) => ({ name: tableName(number), isWhole: true }))
  const { number = 0 } = edit.clean ?? {}
  const { firstLog = 0 } = edit.opened ?? {}
  if (number > 0 && number >= replayFrom) names.push({ name: walName(number), isWhole: true })
  if (firstLog > 0 && firstLog >= replayFrom) names.push({ name: walName(firstLog), isWhole: false })
  return names
}

/** R4: CURRENT is swung after the sync of its bytes and of the manifest it names; that is relied on after a sync of the directory. */
function* noEarlySwing({ facts, manifests, directory }: StoreTrace): Iterable<TraceViolation> {
  for (const { number, entry, durableFrom } of manifests.swings) {
    if (entry.operation !== 'rename') continue
    const step = entry.begun
    const path = `${directory}/${manifestName(number)}`
    const manifest = facts.nameAt(path, step)
    const line = facts.nameAt(entry.path, step)
    const isLineDurable = line?.file.isDurableAt(step) ?? true
    if (!isLineDurable) yield { rule: 'R4', step, path: entry.path, message: 'it becomes CURRENT before its sync' }
    const isThere = manifest?.file.isDurableAt(step) && facts.isNameDurableAt(path, manifest, step)
    if (!isThere) yield { rule: 'R4', step, path, message: 'CURRENT names the manifest before its sync' }
    const early = manifest?.file.changes.find(({ begun }) => begun > step && begun < durableFrom)
    if (early === undefined || early.life !== entry.life) continue
    yield { rule: 'R4', step: early.begun, path, message: 'the manifest goes on before its CURRENT is durable' }
  }
  for (const { number, entry } of removals(facts, directory, 'manifest')) {
    if (!manifests.inForceAt(entry.begun).includes(number)) continue
    const message = `a power cut could leave ${CURRENT} with the manifest that is removed`
    yield { rule: 'R4', step: entry.begun, path: entry.path, message }
  }
}

/** R5: a log is removed only after a synced edit that moves the replay point past it, unless it holds nothing and is named by nothing. */
function* noEarlyLogRemoval({ facts, manifests, directory }: StoreTrace): Iterable<TraceViolation> {
  for (const { number, entry } of removals(facts, directory, 'wal')) {
    const log = facts.nameAt(entry.path, entry.begun)?.file
    const records = log?.changes.slice(1).some(isDone) ?? true
    const needing = manifests.possibleAt(entry.begun).some((possible) => {
      return possible.replayFrom <= number && (records || possible.firstLog === number)
    })
    if (!needing) continue
    yield { rule: 'R5', step: entry.begun, path: entry.path, message: 'the log is removed while replay may need it' }
  }
}

/** R6: a table is removed only after a synced edit that no longer names it, and when nobody has it open. */
function* noEarlyTableRemoval({ facts, manifests, directory }: StoreTrace): Iterable<TraceViolation> {
  for (const { number, entry } of removals(facts, directory, 'table')) {
    const step = entry.begun
    const { path } = entry
    const isNamed = manifests.possibleAt(step).some(({ tables }) => tables.has(number))
    if (isNamed) yield { rule: 'R6', step, path, message: 'the table is removed while a manifest may name it' }
    const handles = [...(facts.nameAt(path, step)?.file.handles.values() ?? [])]
    const isOpen = handles.some(({ opened, closed }) => opened < step && closed > step)
    if (isOpen) yield { rule: 'R6', step, path, message: 'the table is removed while it is open' }
  }
}

interface Removal {
  readonly number: number
  readonly entry: TraceEntry
}

/** Unlinks, and renames to elsewhere, of the store's files of a kind; what has failed may have been done all the same. */
function* removals(facts: TraceFacts, directory: string, kind: 'wal' | 'table' | 'manifest'): Iterable<Removal> {
  for (const entry of facts.trace) {
    if ((entry.operation !== 'unlink' && entry.operation !== 'rename') || entry.result === 'NOT_FOUND') continue
    if (!entry.path.startsWith(`${directory}/`)) continue
    const parsed = parseFileName(entry.path.slice(directory.length + 1))
    if (parsed?.kind === kind) yield { number: parsed.number, entry }
  }
}
