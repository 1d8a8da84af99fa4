import { compareSlices } from '../../bytes/compare.ts'
import type { FileHandle, FileSystem, WriteCategory } from '../../fs/file-system.ts'
import { type Job, SLICE } from '../../fs/job.ts'
import type { EntryStream } from '../../iterator/entry-stream.ts'
import { tableName } from '../../manifest/file-names.ts'
import type { TableEntry } from '../../manifest/table-entry.ts'
import type { Runtime } from '../../runtime.ts'
import { type TableOptions, TableWriter } from '../../table/table-writer.ts'

const ID_BYTES = 16

/** What new tables are to be: plain data. */
export interface OutputPlan {
  readonly keyspace: number
  readonly level: number
  readonly run: number
  /** An output ends once it holds this much, in bytes. */
  readonly tableBytes: number
  /** Ascending user keys: an output that holds half of `tableBytes` ends before it would pass one. */
  readonly boundaries: readonly Uint8Array[]
  readonly options: TableOptions
  /** The file numbers reserved for the outputs. The table with the last one is not cut. */
  readonly numbers: { readonly first: number; readonly count: number }
  readonly category: WriteCategory
  /** Commit times of the oldest and newest entry, in milliseconds since 1970. */
  readonly oldestMs: number
  readonly newestMs: number
}

/** Where new tables are made. */
export interface OutputPlace {
  readonly fileSystem: FileSystem
  /** Absolute path. */
  readonly directory: string
  /** Its random bytes become table ids. */
  readonly runtime: Runtime
}

/** An output whose bytes are all written but not synced. */
export interface WrittenTable {
  readonly table: TableEntry
  readonly file: FileHandle
}

interface OpenTable {
  readonly number: number
  readonly id: Uint8Array
  readonly file: FileHandle
  readonly writer: TableWriter
  /** About how much of it was synced. */
  syncedBytes: number
}

/** Writes entries, which come in internal order, into as many tables as they need. No two of them hold one user key. */
export class OutputTables {
  readonly #place: OutputPlace
  readonly #plan: OutputPlan
  readonly #created: string[] = []
  #open: OpenTable | undefined
  /** Tables that take no more entries and are still to be finished. */
  readonly #ended: OpenTable[] = []
  readonly #written: WrittenTable[] = []
  #boundary = 0

  constructor(place: OutputPlace, plan: OutputPlan) {
    this.#place = place
    this.#plan = plan
  }

  /** Adds the current entry of `entry`; `isNewKey` says whether it is the first of its user key. */
  add(entry: EntryStream, isNewKey: boolean): void {
    if (isNewKey && this.#endsBefore(entry)) this.endTable()
    this.#open ??= this.#create()
    const { key, keyStart, keyEnd, sequence, kind, value, valueStart, valueEnd } = entry
    this.#open.writer.add(key, keyStart, keyEnd, sequence, kind, value, valueStart, valueEnd)
  }

  /** The file of the table being written, once it has grown by `bytes` since it was made or taken here: the caller is to sync it. */
  takeUnsynced(bytes: number): FileHandle | undefined {
    const open = this.#open
    if (open === undefined || open.writer.bytesWritten - open.syncedBytes < bytes) return undefined
    open.syncedBytes = open.writer.bytesWritten
    return open.file
  }

  /** Ends the table being written, where there is one. `finishEnded` must follow. */
  endTable(): void {
    if (this.#open === undefined) return
    this.#ended.push(this.#open)
    this.#open = undefined
  }

  /** Writes what is left of the tables that ended: a slice for each step, because a filter takes long to fill. */
  *finishEnded(): Job<void> {
    const { keyspace, level, run, oldestMs, newestMs } = this.#plan
    for (let ended = this.#ended[0]; ended !== undefined; ended = this.#ended[0]) {
      const steps = ended.writer.finishInSteps({ oldestMs, newestMs })
      let step = steps.next()
      for (; !step.done; step = steps.next()) yield SLICE
      const { number, id, file } = ended
      const name = { number, id: Buffer.from(id).toString('hex'), keyspace, level, run }
      this.#ended.shift()
      this.#written.push({ table: { ...step.value, ...name, valueFiles: [], globalSequence: 0 }, file })
    }
  }

  /** The oldest table that was finished and not taken yet; its file is the caller's to sync and close. */
  takeWritten(): WrittenTable | undefined {
    return this.#written.shift()
  }

  /** Closes every file that the caller has not taken. */
  close(): void {
    this.#open?.file.close()
    for (const { file } of this.#ended) file.close()
    for (const { file } of this.#written) file.close()
  }

  /** Unlinks every file that was made. One that stays, because the disk refuses, has no name in the manifest: an opening removes it. */
  unlink(): void {
    for (const path of this.#created) {
      try {
        this.#place.fileSystem.unlinkSync(path)
      } catch {}
    }
  }

  #endsBefore(entry: EntryStream): boolean {
    const { boundaries, tableBytes, numbers } = this.#plan
    let isPassing = false
    while (this.#boundary < boundaries.length && isAtOrBefore(boundaries[this.#boundary]!, entry)) {
      this.#boundary++
      isPassing = true
    }
    if (this.#open === undefined || this.#created.length === numbers.count) return false
    const bytes = this.#open.writer.bytesWritten
    return bytes >= tableBytes || (isPassing && bytes >= tableBytes / 2)
  }

  #create(): OpenTable {
    const { fileSystem, directory, runtime } = this.#place
    const { numbers, options, category } = this.#plan
    const number = numbers.first + this.#created.length
    const path = `${directory}/${tableName(number)}`
    const file = fileSystem.open(path, 'create', category)
    this.#created.push(path)
    const id = runtime.random(new Uint8Array(ID_BYTES))
    return { number, id, file, writer: new TableWriter(file, id, options), syncedBytes: 0 }
  }
}

function isAtOrBefore(boundary: Uint8Array, entry: EntryStream): boolean {
  return compareSlices(boundary, 0, boundary.length, entry.key, entry.keyStart, entry.keyEnd) <= 0
}
