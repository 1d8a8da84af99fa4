import type { FileSystem } from '../../src/fs/file-system.ts'
import { Kind } from '../../src/key/kind.ts'
import { OperationReader } from '../../src/key/operations.ts'
import { idToText, readFooter } from '../../src/table/format.ts'
import { scanTable } from '../../src/table/table-scan.ts'
import { readGroupHeader } from '../../src/wal/commit-group.ts'
import { RecordType } from '../../src/wal/format.ts'
import { LogReader } from '../../src/wal/log-reader.ts'

export interface SeenEntry {
  readonly key: string
  readonly sequence: number
  readonly isDelete: boolean
}

/** Every entry of a table or a log that is whole; none of any other file. */
export function entriesInFile(disk: FileSystem, path: string): SeenEntry[] {
  if (path.endsWith('.sst')) return tableEntries(disk, path)
  return path.endsWith('.wal') ? logEntries(disk, path) : []
}

function tableEntries(disk: FileSystem, path: string): SeenEntry[] {
  const file = disk.open(path, 'read')
  const bytes = file.sizeSync()
  const id = idToText(readFooter(file, bytes).id)
  file.close()
  const cursor = scanTable(disk, path, { id, bytes })
  const entries: SeenEntry[] = []
  for (cursor.seekToFirst(); cursor.valid; cursor.next()) {
    const key = textOf(cursor.key, cursor.keyStart, cursor.keyEnd)
    entries.push({ key, sequence: cursor.sequence, isDelete: cursor.kind === Kind.Delete })
  }
  cursor.close()
  return entries
}

function logEntries(disk: FileSystem, path: string): SeenEntry[] {
  const reader = LogReader.open(disk, path)
  const entries: SeenEntry[] = []
  for (let record = reader.next(); record !== undefined; record = reader.next()) {
    if (record.type !== RecordType.Operations) continue
    const group = readGroupHeader(reader.bytes, record.payloadStart, record.end, reader.header!, path)
    const operations = new OperationReader(reader.bytes, group.start, record.end, path)
    for (let sequence = group.firstSequence; operations.next(); sequence++) {
      const key = textOf(reader.bytes, operations.keyStart, operations.keyEnd)
      entries.push({ key, sequence, isDelete: operations.kind === Kind.Delete })
    }
  }
  return entries
}

function textOf(bytes: Uint8Array, start: number, end: number): string {
  return new TextDecoder().decode(bytes.subarray(start, end))
}
