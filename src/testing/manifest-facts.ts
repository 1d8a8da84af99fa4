import { parentOf } from '../fs/absolute-path.ts'
import { decodeCurrent } from '../manifest/current-file.ts'
import { CURRENT, parseFileName } from '../manifest/file-names.ts'
import type { VersionEdit } from '../manifest/version-edit.ts'
import { decodeVersionEdit } from '../manifest/version-edit-codec.ts'
import { RecordType } from '../wal/format.ts'
import type { TraceEntry } from './file-calls.ts'
import { recordOf } from './log-facts.ts'
import { isDone, type TracedFile, type TraceFacts } from './trace-facts.ts'

/** What a manifest says after some edits, as far as the rules ask. */
export interface ManifestStep {
  readonly edit: VersionEdit
  readonly written: TraceEntry
  /** From when on a power cut cannot take the edit. */
  readonly durableFrom: number
  /** The tables that it names after this edit. */
  readonly tables: ReadonlySet<number>
  readonly firstLog: number
  readonly replayFrom: number
  readonly reservedThrough: number
}

/** That CURRENT was given another manifest, or taken away (number 0). */
export interface Swing {
  readonly number: number
  readonly entry: TraceEntry
  readonly durableFrom: number
}

/** Which states a store's manifests could have after a power cut at any step of a trace. */
export class ManifestFacts {
  readonly steps: Map<number, ManifestStep[]> = new Map()
  readonly swings: Swing[] = []
  readonly #facts: TraceFacts

  /** REQUIRES a trace with bytes, from the making of the store on. */
  constructor(facts: TraceFacts, directory: string) {
    this.#facts = facts
    for (const entry of facts.trace) {
      const parsed =
        parentOf(entry.path) === directory ? parseFileName(entry.path.slice(directory.length + 1)) : undefined
      if (parsed?.kind === 'manifest') this.#addToManifest(parsed.number, entry)
      const isSwing = entry.operation === 'rename' && entry.to === `${directory}/${CURRENT}`
      const isEnd = entry.operation === 'unlink' && parsed?.kind === 'current'
      if (isSwing || isEnd) {
        const number = isSwing ? this.#numberIn(entry) : 0
        this.swings.push({ number, entry, durableFrom: facts.namesDurableFrom(directory, entry.ended) })
      }
    }
  }

  /** The manifests that could be the store's after a power cut at `step`: the last that is durably so, and all that came later. */
  inForceAt(step: number): readonly number[] {
    const swings = this.swings.filter(({ entry }) => entry.begun < step)
    const last = swings.findLastIndex(({ durableFrom }) => durableFrom < step)
    return swings.slice(Math.max(0, last)).map(({ number }) => number)
  }

  /** All that they could say then. */
  possibleAt(step: number): readonly ManifestStep[] {
    return this.inForceAt(step).flatMap((number) => {
      const written = (this.steps.get(number) ?? []).filter((each) => each.written.begun < step)
      const last = written.findLastIndex(({ durableFrom }) => durableFrom < step)
      return written.slice(Math.max(0, last))
    })
  }

  /** File numbers up to this one can never be given out again by a life that begins after `step`. */
  reservedAt(step: number): number {
    const possible = this.possibleAt(step)
    return possible.length === 0 ? 0 : Math.min(...possible.map(({ reservedThrough }) => reservedThrough))
  }

  #addToManifest(number: number, entry: TraceEntry): void {
    // A making of a store that was cut short may leave a number to the next one.
    if (entry.operation === 'open' && entry.mode === 'create' && isDone(entry)) this.steps.set(number, [])
    if (entry.operation !== 'append' || !isDone(entry)) return
    const file = this.#facts.fileOfCall(entry)
    const record = recordOf(entry)
    if (file === undefined || record?.type !== RecordType.ManifestEdit) return
    const edit = decodeVersionEdit(record.payload, entry.path)
    const steps = this.steps.get(number) ?? []
    steps.push(stepAfter(steps.at(-1), edit, entry, file))
    this.steps.set(number, steps)
  }

  #numberIn({ path, begun }: TraceEntry): number {
    const written = this.#facts.nameAt(path, begun)?.file.changes.find(isDone)?.data
    try {
      return written === undefined ? 0 : decodeCurrent(written)
    } catch {
      return 0
    }
  }
}

function stepAfter(
  before: ManifestStep | undefined,
  edit: VersionEdit,
  written: TraceEntry,
  file: TracedFile,
): ManifestStep {
  const tables = new Set(before?.tables)
  for (const number of edit.removed ?? []) tables.delete(number)
  for (const { number } of edit.added ?? []) tables.add(number)
  return {
    edit,
    written,
    durableFrom: file.durableFrom(written),
    tables,
    firstLog: edit.opened?.firstLog ?? before?.firstLog ?? 0,
    replayFrom: Math.max(before?.replayFrom ?? 0, edit.replayFrom ?? 0),
    reservedThrough: Math.max(before?.reservedThrough ?? 0, edit.reservedThrough ?? 0),
  }
}
