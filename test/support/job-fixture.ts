import { compareBytes } from '../../src/bytes/compare.ts'
import { flushJob } from '../../src/compaction/job/flush-job.ts'
import { type MergeEnvironment, type MergeTask, mergeJob, outputCount } from '../../src/compaction/job/merge-job.ts'
import type { FileSystem } from '../../src/fs/file-system.ts'
import type { Job, Step } from '../../src/fs/job.ts'
import type { EntryCursor } from '../../src/iterator/entry-cursor.ts'
import { tableName } from '../../src/manifest/file-names.ts'
import type { TableEntry } from '../../src/manifest/table-entry.ts'
import { Memtable } from '../../src/memtable/memtable.ts'
import { nodeRuntime } from '../../src/runtime.ts'
import { scanTable } from '../../src/table/table-scan.ts'
import { current, inTableOrder, type TableItem } from './table-fixture.ts'

/** The directory that jobs of tests work in. */
export const DIRECTORY = '/store'

const SETTINGS = {
  keyspace: 0,
  snapshots: [],
  options: { blockBytes: 512, filterBitsPerKey: 10, compression: 'none' },
  sliceBytes: 2048,
} as const

/** A place for jobs; `open` counts the files that are open. */
export interface JobPlace extends MergeEnvironment {
  open: number
}

export function jobPlace(fileSystem: FileSystem): JobPlace {
  if (fileSystem.status(DIRECTORY) === undefined) fileSystem.makeDirectory(DIRECTORY)
  const place: JobPlace = {
    fileSystem,
    directory: DIRECTORY,
    runtime: nodeRuntime,
    open: 0,
    openInput: (table) => openTable(fileSystem, table),
  }
  const open = fileSystem.open.bind(fileSystem)
  fileSystem.open = (...args) => {
    const file = open(...args)
    const close = file.close.bind(file)
    place.open++
    file.close = () => {
      close()
      file.close = close
      place.open--
    }
    return file
  }
  return place
}

/** Drives a job as a store does, with synchronous syncs; `seen` gets every step before it is carried out. */
export function drive<Result>(place: JobPlace, job: Job<Result>, seen: (step: Step) => void = () => {}): Result {
  let next = job.next()
  while (!next.done) {
    const step = next.value
    try {
      seen(step)
      if (step.kind === 'sync') step.file.syncSync()
      else if (step.kind === 'sync-directory') place.fileSystem.syncDirectorySync(step.directory)
    } catch (error) {
      next = job.throw(error)
      continue
    }
    next = job.next()
  }
  return next.value
}

export function cursorOver(items: readonly TableItem[]): EntryCursor {
  const memtable = new Memtable()
  for (const { key, sequence, kind, value } of items) {
    memtable.insert(sequence, kind, key, 0, key.length, value, 0, value.length)
  }
  return memtable.cursor()
}

/** The flush of `items` as run `number` of level 0, its one table with that number. */
export function flushOf(place: JobPlace, number: number, items: readonly TableItem[]): Job<TableEntry[]> {
  return flushJob(place, cursorOver(items), {
    ...SETTINGS,
    run: number,
    keepTombstones: true,
    numbers: { first: number, count: 1 },
    oldestMs: number,
    newestMs: number + 1,
  })
}

export function mergeOf(
  place: JobPlace,
  inputs: readonly TableEntry[],
  task: Partial<MergeTask> = {},
): Job<TableEntry[]> {
  const tableBytes = task.tableBytes ?? 4096
  return mergeJob(place, {
    ...SETTINGS,
    inputs,
    level: 1,
    run: 0,
    tableBytes,
    boundaries: [],
    olderRanges: [],
    numbers: { first: 100, count: outputCount(inputs, tableBytes) },
    ...task,
  })
}

/** All entries of tables, in internal order. */
export function itemsOf(fileSystem: FileSystem, tables: readonly TableEntry[]): TableItem[] {
  const items: TableItem[] = []
  for (const table of tables) {
    const cursor = openTable(fileSystem, table)
    for (cursor.seekToFirst(); cursor.valid; cursor.next()) items.push(current(cursor)!)
    cursor.close()
  }
  return items.sort(inTableOrder)
}

/** What readers can tell apart: for every key the newest version at or below each snapshot, and the newest of all. */
export function visibleItems(items: readonly TableItem[], snapshots: readonly number[]): TableItem[] {
  const sorted = [...items].sort(inTableOrder)
  return sorted.filter((item) =>
    [...snapshots, Number.MAX_SAFE_INTEGER].some(
      (at) => sorted.find((each) => compareBytes(each.key, item.key) === 0 && each.sequence <= at) === item,
    ),
  )
}

function openTable(fileSystem: FileSystem, table: TableEntry): EntryCursor {
  return scanTable(fileSystem, `${DIRECTORY}/${tableName(table.number)}`, table)
}
