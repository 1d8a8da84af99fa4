import { flushJob } from '../compaction/job/flush-job.ts'
import { mergeJob, outputCount } from '../compaction/job/merge-job.ts'
import type { OutputPlace } from '../compaction/job/output-tables.ts'
import type { Job } from '../fs/job.ts'
import type { EntryCursor } from '../iterator/entry-cursor.ts'
import { compareInternal, MAX_KEY_BYTES } from '../key/internal-key.ts'
import { tableName } from '../manifest/file-names.ts'
import type { TableEntry } from '../manifest/table-entry.ts'
import { Memtable } from '../memtable/memtable.ts'
import { scanTable } from '../table/table-scan.ts'
import type { TableOptions } from '../table/table-writer.ts'

/** Runs merged at a time: memory for each is a read-ahead buffer and an index. */
const MERGE_WIDTH = 16
/** A sorted memtable is one table, but where one giant entry made it more. */
const NUMBERS_FOR_ONE = 8
/** The deepest level of leveled compaction as it is by default: there a new store's one run may stay. */
const LEVEL = 6
const KEYSPACE = 0

/** All keys: a merge that is not the last must keep deletes, for what they hide may be in any other run. */
const ALL_KEYS = [{ smallest: new Uint8Array(0), largest: new Uint8Array(MAX_KEY_BYTES + 1).fill(0xff) }]

export interface RunOptions {
  readonly memtableBytes: number
  readonly tableBytes: number
  readonly tables: TableOptions
}

/**
 * Takes entries in any order and puts them in order: in memory as many as fit, then in tables, which are merged in the
 * end.
 */
export class SalvagedRuns {
  readonly #place: OutputPlace
  readonly #options: RunOptions
  #memtable = new Memtable()
  #cursor: EntryCursor
  #runs: TableEntry[][] = []
  #nextNumber = 1
  readonly #nowMs: number
  #oldestMs = Number.POSITIVE_INFINITY
  #newestMs = 0

  constructor(place: OutputPlace, options: RunOptions) {
    this.#place = place
    this.#options = options
    this.#cursor = this.#memtable.cursor()
    this.#nowMs = Math.floor(place.runtime.now())
  }

  /** The first file number that no table has. */
  get nextNumber(): number {
    return this.#nextNumber
  }

  get isFull(): boolean {
    return this.#memtable.entryBytes >= this.#options.memtableBytes
  }

  /** Notes when entries were committed that come now, in milliseconds since 1970; absent where nobody knows. */
  noteTimes(times: { readonly oldestMs: number; readonly newestMs: number } | undefined): void {
    const { oldestMs, newestMs } = times ?? { oldestMs: this.#nowMs, newestMs: this.#nowMs }
    this.#oldestMs = Math.min(this.#oldestMs, oldestMs)
    this.#newestMs = Math.max(this.#newestMs, newestMs)
  }

  /** Copies the entry. What comes twice is taken once: a log and a table may both hold it. */
  add(
    sequence: number,
    kind: number,
    key: Uint8Array,
    keyStart: number,
    keyEnd: number,
    value: Uint8Array,
    valueStart: number,
    valueEnd: number,
  ): void {
    const found = this.#cursor
    found.seek(key, keyStart, keyEnd, sequence)
    const isThere =
      found.valid &&
      compareInternal(found.key, found.keyStart, found.keyEnd, found.sequence, key, keyStart, keyEnd, sequence) === 0
    if (!isThere) this.#memtable.insert(sequence, kind, key, keyStart, keyEnd, value, valueStart, valueEnd)
  }

  /** Writes what is in memory to a run of its own. */
  *spill(): Job<void> {
    if (this.#memtable.entries === 0) return
    const first = this.#takeNumbers(NUMBERS_FOR_ONE)
    const tables = yield* flushJob(this.#place, this.#memtable.cursor(), {
      keyspace: KEYSPACE,
      run: first,
      numbers: { first, count: NUMBERS_FOR_ONE },
      options: this.#options.tables,
      snapshots: [],
      keepTombstones: true,
      oldestMs: this.#oldestMs,
      newestMs: this.#newestMs,
    })
    this.#runs.push(tables)
    this.#memtable = new Memtable()
    this.#cursor = this.#memtable.cursor()
  }

  /** Merges everything into one run of the deepest level, without deletes, and returns its tables. */
  *finish(): Job<TableEntry[]> {
    yield* this.spill()
    while (this.#runs.length > MERGE_WIDTH) yield* this.#mergeOnce()
    if (this.#runs.length === 0) return []
    return yield* this.#merge(this.#runs.flat(), LEVEL, [])
  }

  *#mergeOnce(): Job<void> {
    const runs = this.#runs
    this.#runs = []
    for (let i = 0; i < runs.length; i += MERGE_WIDTH) {
      this.#runs.push(yield* this.#merge(runs.slice(i, i + MERGE_WIDTH).flat(), 0, ALL_KEYS))
    }
  }

  *#merge(inputs: TableEntry[], level: number, olderRanges: typeof ALL_KEYS): Job<TableEntry[]> {
    const { tableBytes, tables: options } = this.#options
    const count = outputCount(inputs, tableBytes)
    const first = this.#takeNumbers(count)
    const environment = { ...this.#place, openInput: (table: TableEntry) => this.#openInput(table) }
    const outputs = yield* mergeJob(environment, {
      inputs,
      keyspace: KEYSPACE,
      level,
      run: first,
      tableBytes,
      boundaries: [],
      numbers: { first, count },
      options,
      snapshots: [],
      olderRanges,
    })
    for (const { number } of inputs) this.#place.fileSystem.unlinkSync(`${this.#place.directory}/${tableName(number)}`)
    return outputs
  }

  #openInput(table: TableEntry): EntryCursor {
    return scanTable(this.#place.fileSystem, `${this.#place.directory}/${tableName(table.number)}`, table)
  }

  #takeNumbers(count: number): number {
    const first = this.#nextNumber
    this.#nextNumber += count
    return first
  }
}
