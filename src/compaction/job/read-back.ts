import { compareBytes } from '../../bytes/compare.ts'
import { corruption, type VarveError } from '../../errors.ts'
import { type Job, SLICE } from '../../fs/job.ts'
import { tableName } from '../../manifest/file-names.ts'
import type { TableEntry } from '../../manifest/table-entry.ts'
import { checkTable } from '../../table/table-check.ts'
import type { TableSummary } from '../../table/table-summary.ts'
import type { OutputPlace } from './output-tables.ts'

/** All that a table knows of itself, but its keys. */
const COMPARED = [
  'bytes',
  'entries',
  'tombstones',
  'rangeDeletes',
  'merges',
  'entriesWithoutExpiry',
  'largestExpiryMs',
  'userBytes',
  'smallestSequence',
  'largestSequence',
  'oldestMs',
  'newestMs',
  'codec',
] as const

/**
 * Reads a new table from its file, every byte of it, before the manifest may name it: what memory or disk spoiled on the way is found while
 * the inputs are still there. CORRUPTION where it is not the table that was written; with `onDamage`, it goes on behind each place that is damaged.
 */
export function* readBack(
  place: OutputPlace,
  table: TableEntry,
  sliceBytes: number,
  onDamage?: (error: VarveError) => void,
): Job<void> {
  const path = `${place.directory}/${tableName(table.number)}`
  const file = place.fileSystem.open(path, 'read')
  try {
    const check = checkTable(file, table, onDamage)
    let handled = 0
    let step = check.next()
    for (; !step.done; step = check.next()) {
      handled += step.value
      if (handled < sliceBytes) continue
      handled = 0
      yield SLICE
    }
    const wrong = step.value === undefined ? undefined : difference(step.value, table)
    if (wrong !== undefined) throw corruption(`a table is not what is known of it: its ${wrong} differ`, path)
  } finally {
    file.close()
  }
}

function difference(read: TableSummary, table: TableEntry): string | undefined {
  if (compareBytes(read.smallest, table.smallest) !== 0) return 'smallest keys'
  if (compareBytes(read.largest, table.largest) !== 0) return 'largest keys'
  return COMPARED.find((field) => read[field] !== table[field])
}
