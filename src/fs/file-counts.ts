import type { WriteCategory } from './file-system.ts'

/** A call counts under the same name in its synchronous and its asynchronous form. */
export type FileOperation =
  | 'status'
  | 'list'
  | 'makeDirectory'
  | 'removeDirectory'
  | 'open'
  | 'rename'
  | 'unlink'
  | 'syncDirectory'
  | 'lock'
  | 'lockHolder'
  | 'read'
  | 'append'
  | 'write'
  | 'truncate'
  | 'sync'

/** Plain numbers, so that a worker can send its own back. Bytes and syncs count when they succeeded, calls when they were made. */
export interface FileCounts {
  readonly writtenBytes: Record<WriteCategory, number>
  readBytes: number
  syncs: number
  directorySyncs: number
  readonly calls: Record<FileOperation, number>
  /** Handles that are open now. */
  openFiles: number
}

export function emptyCounts(): FileCounts {
  return {
    writtenBytes: {
      wal: 0,
      flush: 0,
      compaction: 0,
      manifest: 0,
      page: 0,
      'double-write': 0,
      other: 0,
    },
    readBytes: 0,
    syncs: 0,
    directorySyncs: 0,
    calls: {
      status: 0,
      list: 0,
      makeDirectory: 0,
      removeDirectory: 0,
      open: 0,
      rename: 0,
      unlink: 0,
      syncDirectory: 0,
      lock: 0,
      lockHolder: 0,
      read: 0,
      append: 0,
      write: 0,
      truncate: 0,
      sync: 0,
    },
    openFiles: 0,
  }
}

/** Adds what another thread has counted. */
export function addCounts(counts: FileCounts, more: FileCounts): void {
  counts.readBytes += more.readBytes
  counts.syncs += more.syncs
  counts.directorySyncs += more.directorySyncs
  counts.openFiles += more.openFiles
  addEach(counts.writtenBytes, more.writtenBytes)
  addEach(counts.calls, more.calls)
}

function addEach<Name extends string>(sums: Record<Name, number>, more: Readonly<Record<Name, number>>): void {
  for (const name of Object.keys(more) as Name[]) sums[name] += more[name]
}
