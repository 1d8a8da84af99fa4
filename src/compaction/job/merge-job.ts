import { type Job, SLICE } from '../../fs/job.ts'
import { ConcatenatingCursor } from '../../iterator/concatenating-cursor.ts'
import type { EntryCursor } from '../../iterator/entry-cursor.ts'
import { MergingCursor } from '../../iterator/merging-cursor.ts'
import type { TableEntry } from '../../manifest/table-entry.ts'
import { Version } from '../../manifest/version.ts'
import type { OutputPlace } from './output-tables.ts'
import { type TableTask, writeTables } from './table-job.ts'

/** What a merge is to do: plain data, which may be sent to a worker. */
export interface MergeTask extends Omit<TableTask, 'oldestMs' | 'newestMs' | 'keepTombstones' | 'category'> {
  readonly inputs: readonly TableEntry[]
}

export interface MergeEnvironment extends OutputPlace {
  /** A cursor over a whole table, past the block cache; the job closes it. */
  openInput(table: TableEntry): EntryCursor
}

/** Merges tables into new ones and returns their entries: none where nothing survives. */
export function* mergeJob(environment: MergeEnvironment, task: MergeTask): Job<TableEntry[]> {
  const { inputs, ...plan } = task
  const runs = inputRuns(environment, inputs)
  const source = runs.length === 1 ? runs[0]! : new MergingCursor(runs)
  yield* openEach(runs, source)
  return yield* writeTables(environment, source, {
    ...plan,
    keepTombstones: false,
    category: 'compaction',
    oldestMs: Math.min(...inputs.map((table) => table.oldestMs)),
    newestMs: Math.max(...inputs.map((table) => table.newestMs)),
  })
}

/** How many file numbers a merge may need: outputs are not cut before they hold half of `tableBytes`. */
export function outputCount(inputs: readonly TableEntry[], tableBytes: number): number {
  let bytes = 0
  for (const table of inputs) bytes += Math.max(table.bytes, table.userBytes + 16 * table.entries)
  return Math.ceil((2 * bytes) / tableBytes) + 1
}

/** One stream for each run, whose tables are opened one at a time. */
function inputRuns(environment: MergeEnvironment, inputs: readonly TableEntry[]): EntryCursor[] {
  const runs = Version.of(inputs).levels.flatMap((level) => level.runs)
  return runs.map(({ tables }) => new ConcatenatingCursor(tables, (part) => environment.openInput(tables[part]!)))
}

/** Opens the first table of each run in a slice of its own: together, indexes, filters and first blocks of many are a lot. */
function* openEach(runs: readonly EntryCursor[], source: EntryCursor): Job<void> {
  let isOpen = false
  try {
    for (const run of runs) {
      run.seekToFirst()
      yield SLICE
    }
    isOpen = true
  } finally {
    if (!isOpen) source.close()
  }
}
