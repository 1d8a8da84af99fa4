import { olderRanges, validateChoice } from '../../src/compaction/choice-rules.ts'
import { compareKeys, type KeyRange } from '../../src/compaction/key-range.ts'
import type { Choice, CompactionState, CompactionStrategy } from '../../src/compaction/strategy.ts'
import type { TableEntry } from '../../src/manifest/table-entry.ts'
import { Version } from '../../src/manifest/version.ts'
import { tableEntry } from '../../test/support/table-entries.ts'
import {
  concat,
  isPut,
  keyBytes,
  keyNumber,
  keyOf,
  newestOf,
  newestOnly,
  pack,
  SEQUENCES_MAX,
  sequenceOf,
} from './simulated-entries.ts'

/** Bytes of one entry of a simulated table. */
export const ENTRY_BYTES = 100

/** A choice that is being carried out. */
interface Running {
  readonly choice: Exclude<Choice, { kind: 'idle' }>
  readonly older: readonly KeyRange[]
}

interface Place {
  readonly level: number
  readonly run: number
  readonly oldestMs: number
  readonly newestMs: number
}

/** Runs a strategy over tables that are only lists of numbers: no disk, no time, the same for the same input. */
export class CompactionSimulator {
  version: Version = Version.empty
  flushes = 0
  merges = 0
  moves = 0
  flushedBytes = 0
  mergedBytes = 0
  droppedBytes = 0
  nowMs = 0
  strategy: CompactionStrategy
  readonly busy: Set<number> = new Set()
  readonly #running: Running[] = []
  readonly #contents = new Map<number, Float64Array>()
  #nextNumber = 1
  #nextSequence = 1

  constructor(strategy: CompactionStrategy) {
    this.strategy = strategy
  }

  get state(): CompactionState {
    return { levels: this.version.levels, busy: this.busy, nowMs: this.nowMs }
  }

  /** Flushed and merged over flushed bytes: 1 where nothing was merged. */
  get writeAmplification(): number {
    return this.flushedBytes === 0 ? 1 : (this.flushedBytes + this.mergedBytes) / this.flushedBytes
  }

  /** Entries of all tables over keys that a reader would find; 1 where there are no tables. */
  get spaceAmplification(): number {
    const all = concat([...this.version.tables()].map((table) => this.#contents.get(table.number)!)).sort()
    const live = newestOnly(all).filter(isPut).length
    return all.length === 0 ? 1 : all.length / live
  }

  /** How many runs a read of a missing key asks. */
  get runs(): number {
    return this.version.levels.reduce((sum, level) => sum + level.runs.length, 0)
  }

  /** The bytes of each level. */
  get levelBytes(): number[] {
    return this.version.levels.map((level) => level.bytes)
  }

  /** Writes keys in order, a negative one (-0, too) deleting its absolute value, and makes them a run of level 0. */
  flush(keys: readonly number[], oldestMs: number = this.nowMs): void {
    if (this.#nextSequence + keys.length > SEQUENCES_MAX)
      throw new Error(`at most ${SEQUENCES_MAX} entries can be flushed`)
    const entries = Float64Array.from(keys, (key) => {
      const isDelete = key < 0 || Object.is(key, -0)
      return pack(Math.abs(key), this.#nextSequence++, !isDelete)
    })
    const place = { level: 0, run: this.#nextNumber, oldestMs, newestMs: this.nowMs }
    const added = this.#tables(newestOnly(entries.sort()), place, Number.POSITIVE_INFINITY, [])
    for (const table of added) this.flushedBytes += table.bytes
    this.version = this.version.apply(added, [])
    this.flushes++
  }

  /** Does what the strategy wants until it wants no more; returns how many choices that took. */
  drain(most = 10_000): number {
    for (let steps = 0; steps < most; steps++) {
      const choice = this.strategy.pick(this.state)
      if (choice.kind === 'idle') return steps
      this.execute(choice)
    }
    throw new Error(`the strategy is not idle after ${most} choices`)
  }

  execute(choice: Choice): void {
    this.start(choice)
    this.finishAll()
  }

  finishAll(): void {
    while (this.#running.length > 0) this.finish(0)
  }

  /** Begins what a strategy chose: its tables are busy, and what its output depends on is settled, until `finish`. */
  start(choice: Choice): void {
    validateChoice(this.state, choice)
    if (choice.kind === 'idle') return
    this.#running.push({ choice, older: olderRanges(this.state, choice) })
    for (const table of choice.tables) this.busy.add(table)
  }

  /** Installs the result of one of the choices begun, the `index`-th modulo their number. */
  finish(index: number): void {
    const [job] = this.#running.splice(index % Math.max(1, this.#running.length), 1)
    if (job === undefined) return
    const { choice, older } = job
    const named = new Set(choice.tables)
    const inputs = [...this.version.tables()].filter((table) => named.has(table.number))
    let added: TableEntry[] = []
    if (choice.kind === 'move') {
      this.moves++
      added = inputs.map((table) => ({ ...table, level: choice.level, run: choice.run }))
    } else if (choice.kind === 'merge') added = this.#merge(choice, inputs, older)
    else for (const table of inputs) this.droppedBytes += table.bytes
    this.version = this.version.apply(added, choice.tables)
    for (const table of choice.tables) this.busy.delete(table)
  }

  /** What a read finds: runs in order of age, and the first that holds the key answers. Undefined where it is absent or deleted. */
  read(key: number): number | undefined {
    for (const level of this.version.levels) {
      for (const run of level.runs) {
        const table = run.tables.find((each) => keyNumber(each.smallest) <= key && key <= keyNumber(each.largest))
        const entry = table && newestOf(this.#contents.get(table.number)!, key)
        if (entry !== undefined) return isPut(entry) ? sequenceOf(entry) : undefined
      }
    }
    return undefined
  }

  #merge(
    choice: Extract<Choice, { kind: 'merge' }>,
    inputs: readonly TableEntry[],
    older: readonly KeyRange[],
  ): TableEntry[] {
    this.merges++
    const merged = newestOnly(concat(inputs.map((table) => this.#contents.get(table.number)!)).sort())
    const place = {
      level: choice.level,
      run: choice.run,
      oldestMs: Math.min(...inputs.map((table) => table.oldestMs)),
      newestMs: Math.max(...inputs.map((table) => table.newestMs)),
    }
    const tables = this.#tables(withoutTombstones(merged, older), place, choice.tableBytes, choice.boundaries)
    for (const table of tables) this.mergedBytes += table.bytes
    return tables
  }

  #tables(entries: Float64Array, place: Place, tableBytes: number, boundaries: readonly Uint8Array[]): TableEntry[] {
    const cuts = boundaries.map(keyNumber)
    const tables: TableEntry[] = []
    let start = 0
    let cut = 0
    for (let i = 0; i < entries.length; i++) {
      const bytes = (i - start) * ENTRY_BYTES
      let isPassing = false
      for (; cut < cuts.length && cuts[cut]! <= keyOf(entries[i]!); cut++) isPassing = true
      if (i > start && (bytes >= tableBytes || (isPassing && bytes >= tableBytes / 2))) {
        tables.push(this.#table(entries.slice(start, i), place))
        start = i
      }
    }
    if (start < entries.length) tables.push(this.#table(entries.slice(start), place))
    return tables
  }

  #table(entries: Float64Array, place: Place): TableEntry {
    const number = this.#nextNumber++
    this.#contents.set(number, entries)
    return tableEntry({
      number,
      ...place,
      smallest: keyBytes(keyOf(entries[0]!)),
      largest: keyBytes(keyOf(entries.at(-1)!)),
      bytes: entries.length * ENTRY_BYTES,
      entries: entries.length,
      tombstones: entries.filter((entry) => !isPut(entry)).length,
    })
  }
}

function withoutTombstones(entries: Float64Array, older: readonly KeyRange[]): Float64Array {
  return entries.filter((entry) => {
    if (isPut(entry)) return true
    const key = keyBytes(keyOf(entry))
    return older.some((range) => compareKeys(range.smallest, key) <= 0 && compareKeys(key, range.largest) <= 0)
  })
}
