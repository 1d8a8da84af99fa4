import type { Job } from '../../fs/job.ts'
import type { EntryStream } from '../../iterator/entry-stream.ts'
import type { TableEntry } from '../../manifest/table-entry.ts'
import type { OutputPlace } from './output-tables.ts'
import { type TableTask, writeTables } from './table-job.ts'

/** A flush is one table, unless one giant batch made its memtable larger than this. */
const MAX_FLUSHED_TABLE_BYTES = 256 * 1024 * 1024

/** What a flush is to do: plain data. */
export interface FlushTask extends Omit<TableTask, 'level' | 'tableBytes' | 'boundaries' | 'category' | 'olderRanges'> {
  /** False only where the store holds no table: then a tombstone that no snapshot needs has nothing to hide. */
  readonly keepTombstones: boolean
}

/** Writes a memtable, whose entries `source` streams, as one run of level 0 and returns its tables. The job closes `source`. */
export function flushJob(place: OutputPlace, source: EntryStream, task: FlushTask): Job<TableEntry[]> {
  return writeTables(place, source, {
    ...task,
    level: 0,
    tableBytes: MAX_FLUSHED_TABLE_BYTES,
    boundaries: [],
    olderRanges: [],
    category: 'flush',
  })
}
