import { syncFailed } from '../../errors.ts'
import { type Job, SLICE } from '../../fs/job.ts'
import type { EntryStream } from '../../iterator/entry-stream.ts'
import type { TableEntry } from '../../manifest/table-entry.ts'
import { type OutputPlace, type OutputPlan, OutputTables } from './output-tables.ts'
import { readBack } from './read-back.ts'
import { type SurvivalRules, Survivors } from './survivors.ts'

/** What a flush and a merge have in common: plain data, which may be sent to a worker. */
export interface TableTask extends OutputPlan, SurvivalRules {
  /** Bytes handled between two yields; default 1 MiB, a few milliseconds of work. */
  readonly sliceBytes?: number
}

const DEFAULT_SLICE_BYTES = 1 << 20

/**
 * A table that is being written is synced each time it has grown by so much. All at its end would be tens of milliseconds of a disk's work, which
 * the log's syncs, and the system where it needs to read a map of free blocks, would stand behind.
 */
const SYNC_BYTES = 4 << 20

/**
 * Writes what survives of `source` into tables, makes them durable and reads them back. The result may enter the manifest. `source` is
 * closed; a job that fails or is abandoned removes its files.
 */
export function* writeTables(place: OutputPlace, source: EntryStream, task: TableTask): Job<TableEntry[]> {
  const { sliceBytes = DEFAULT_SLICE_BYTES } = task
  const outputs = new OutputTables(place, task)
  const survivors = new Survivors(task)
  const tables: TableEntry[] = []
  let isUnlinking = true
  try {
    source.seekToFirst()
    while (source.valid) {
      writeSlice(source, survivors, outputs, sliceBytes)
      yield SLICE
      yield* outputs.finishEnded()
      yield* syncWritten(outputs, tables)
      const file = outputs.takeUnsynced(SYNC_BYTES)
      if (file !== undefined) yield { kind: 'sync', file }
    }
    outputs.endTable()
    yield* outputs.finishEnded()
    yield* syncWritten(outputs, tables)
    if (tables.length > 0) {
      try {
        // Without this, power loss could take the names of synced files that the manifest already counts on.
        yield { kind: 'sync-directory', directory: place.directory }
      } catch (cause) {
        // This poisons the store: nothing is unlinked any more.
        isUnlinking = false
        throw syncFailed(place.directory, cause)
      }
    }
    for (const table of tables) yield* readBack(place, table, sliceBytes)
    isUnlinking = false
    return tables
  } finally {
    source.close()
    outputs.close()
    if (isUnlinking) outputs.unlink()
  }
}

/** Handles `sliceBytes` of the source, or what is left of it. A plain function: the loop is hot. */
function writeSlice(source: EntryStream, survivors: Survivors, outputs: OutputTables, sliceBytes: number): void {
  for (let left = sliceBytes; left > 0 && source.valid; source.next()) {
    left -= ENTRY_COST_BYTES + source.keyEnd - source.keyStart + source.valueEnd - source.valueStart
    if (survivors.keep(source)) outputs.add(source, survivors.isNewKey)
  }
}

/** What an entry counts as besides its key and value: about the time that it takes, however small it is. */
const ENTRY_COST_BYTES = 32

function* syncWritten(outputs: OutputTables, tables: TableEntry[]): Job<void> {
  for (let written = outputs.takeWritten(); written !== undefined; written = outputs.takeWritten()) {
    const { table, file } = written
    try {
      // Without this, the manifest could come to name a table whose bytes never reached the disk.
      yield { kind: 'sync', file }
    } finally {
      file.close()
    }
    tables.push(table)
  }
}
