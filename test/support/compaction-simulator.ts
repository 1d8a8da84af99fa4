import { olderRanges, validateChoice } from '../../src/compaction/choice-rules.ts'
import { compareKeys, type KeyRange } from '../../src/compaction/key-range.ts'
import type { Choice, CompactionState, CompactionStrategy } from '../../src/compaction/strategy.ts'
import type { TableEntry } from '../../src/manifest/table-entry.ts'
import { Version } from '../../src/manifest/version.ts'
import { tableEntry } from './table-entries.ts'

/** Bytes of one entry of a simulated table. */
export const ENTRY_BYTES = 100

const SEQUENCES = 2 ** 20

/** An entry as one number that sorts in internal order: key (32 bits), sequence (20 bits, descending), put or delete. */
function pack(key: number, sequence: number, isPut: boolean): number {
  return (key * SEQUENCES + (SEQUENCES - 1 - sequence)) * 2 + (isPut ? 1 : 0)
}

const keyOf = (entry: number): number => Math.floor(entry / (SEQUENCES * 2))
const sequenceOf = (entry: number): number => SEQUENCES - 1 - (Math.floor(entry / 2) % SEQUENCES)
const isPut = (entry: number): boolean => entry % 2 === 1

export function keyBytes(key: number): Uint8Array {
  return Uint8Array.of(key >>> 24, key >>> 16, key >>> 8, key)
}

/** A choice that is being carried out. */
interface Running {
  readonly choice: Exclude<Choice, { kind: 'idle' }>
  readonly older: readonly KeyRange[]
}

/** Runs a strategy over tables that are only lists of numbers: no disk, no time, the same for the same input. */
export class CompactionSimulator {
  version: Version = Version.empty
  flushedBytes = 0
  mergedBytes = 0
  moves = 0
  nowMs = 0
  readonly busy: Set<number> = new Set()
  readonly #strategy: CompactionStrategy
  readonly #running: Running[] = []
  readonly #contents = new Map<number, Float64Array>()
  #nextNumber = 1
  #nextSequence = 1

  constructor(strategy: CompactionStrategy) {
    this.#strategy = strategy
  }

  get state(): CompactionState {
    return { levels: this.version.levels, busy: this.busy, nowMs: this.nowMs }
  }

  /** Flushes over flushed bytes: 1 where nothing was merged. */
  get writeAmplification(): number {
    return (this.flushedBytes + this.mergedBytes) / this.flushedBytes
  }

  /** Writes keys in order, a negative one deleting its absolute value, and makes them a run of level 0. */
  flush(keys: readonly number[]): void {
    const entries = Float64Array.from(keys, (key) => pack(Math.abs(key), this.#nextSequence++, key >= 0))
    const run = this.#nextNumber
    const added = this.#tables(newestOnly(entries.sort()), 0, run, Number.POSITIVE_INFINITY, [])
    for (const table of added) this.flushedBytes += table.bytes
    this.version = this.version.apply(added, [])
  }

  /** Does what the strategy wants until it wants no more; returns how many choices that took. */
  drain(most = 10_000): number {
    for (let steps = 0; steps < most; steps++) {
      const choice = this.#strategy.pick(this.state)
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
    } else if (choice.kind === 'merge') {
      const merged = newestOnly(concat(inputs.map((table) => this.#contents.get(table.number)!)).sort())
      const kept = withoutTombstones(merged, older)
      added = this.#tables(kept, choice.level, choice.run, choice.tableBytes, choice.boundaries)
      for (const table of added) this.mergedBytes += table.bytes
    }
    this.version = this.version.apply(added, choice.tables)
    for (const table of choice.tables) this.busy.delete(table)
  }

  /** What a read finds: runs in order of age, and the first that holds the key answers. Undefined where it is absent or deleted. */
  read(key: number): number | undefined {
    const bytes = keyBytes(key)
    for (const level of this.version.levels) {
      for (const run of level.runs) {
        const table = run.tables.find(
          (each) => compareKeys(each.smallest, bytes) <= 0 && compareKeys(bytes, each.largest) <= 0,
        )
        const entry = table && this.#contents.get(table.number)!.find((each) => keyOf(each) === key)
        if (entry !== undefined) return isPut(entry) ? sequenceOf(entry) : undefined
      }
    }
    return undefined
  }

  /** The bytes of each level. */
  get levelBytes(): number[] {
    return this.version.levels.map((level) => level.bytes)
  }

  #tables(
    entries: Float64Array,
    level: number,
    run: number,
    tableBytes: number,
    boundaries: readonly Uint8Array[],
  ): TableEntry[] {
    const tables: TableEntry[] = []
    let start = 0
    let boundary = 0
    for (let i = 0; i < entries.length; i++) {
      const bytes = (i - start) * ENTRY_BYTES
      let isPassing = false
      while (boundary < boundaries.length && compareKeys(boundaries[boundary]!, keyBytes(keyOf(entries[i]!))) <= 0) {
        boundary++
        isPassing = true
      }
      if (i > start && (bytes >= tableBytes || (isPassing && bytes >= tableBytes / 2))) {
        tables.push(this.#table(entries.slice(start, i), level, run))
        start = i
      }
    }
    if (start < entries.length) tables.push(this.#table(entries.slice(start), level, run))
    return tables
  }

  #table(entries: Float64Array, level: number, run: number): TableEntry {
    const number = this.#nextNumber++
    this.#contents.set(number, entries)
    return tableEntry({
      number,
      level,
      run,
      smallest: keyBytes(keyOf(entries[0]!)),
      largest: keyBytes(keyOf(entries.at(-1)!)),
      bytes: entries.length * ENTRY_BYTES,
      entries: entries.length,
      tombstones: entries.filter((entry) => !isPut(entry)).length,
      oldestMs: this.nowMs,
      newestMs: this.nowMs,
    })
  }
}

/** The first of each key, which is its newest. */
function newestOnly(sorted: Float64Array): Float64Array {
  return sorted.filter((entry, i) => i === 0 || keyOf(entry) !== keyOf(sorted[i - 1]!))
}

function withoutTombstones(entries: Float64Array, older: readonly KeyRange[]): Float64Array {
  return entries.filter((entry) => {
    if (isPut(entry)) return true
    const key = keyBytes(keyOf(entry))
    return older.some((range) => compareKeys(range.smallest, key) <= 0 && compareKeys(key, range.largest) <= 0)
  })
}

function concat(parts: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
