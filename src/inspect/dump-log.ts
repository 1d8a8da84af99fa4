import type { FileSystem } from '../fs/file-system.ts'
import { Kind } from '../key/kind.ts'
import { countOperations, OperationReader } from '../key/operations.ts'
import { readGroupHeader } from '../wal/commit-group.ts'
import { decodeLink, decodeSeal, type Link } from '../wal/control-records.ts'
import { RecordType } from '../wal/format.ts'
import { LogReader, type LogRecord } from '../wal/log-reader.ts'
import { type DumpedDamage, type DumpedHeader, dumpedHeader, framesOf } from './dump-frames.ts'
import { damageOf } from './findings.ts'

/** Where a record lies, and how much of the file was known durable when it was written. */
interface Placed {
  readonly offset: number
  readonly length: number
  readonly syncedUpTo: number
}

export interface DumpedOperation {
  readonly type: 'put' | 'delete'
  readonly sequence: number
  readonly key: Uint8Array
  /** Of a put. */
  readonly value: Uint8Array | undefined
}

export type DumpedLogItem =
  | DumpedHeader
  | DumpedDamage
  | (Placed & { readonly type: 'link' } & Link)
  | (Placed & { readonly type: 'promise' })
  | (Placed & { readonly type: 'seal'; readonly lastSequence: number })
  /** A commit group; its operations follow. */
  | (Placed & {
      readonly type: 'group'
      readonly firstSequence: number
      readonly operations: number
      readonly timeMs: number
    })
  | DumpedOperation
  /** What one commit group of a B-tree changes on its pages; these bytes are not taken apart. */
  | (Placed & { readonly type: 'btree' })
  | (Placed & { readonly type: 'edit' })

/** All that a log says, in the order of the file. Views of keys and values hold as long as the caller likes. */
export function* dumpLog(fileSystem: FileSystem, path: string): Generator<DumpedLogItem> {
  const reader = LogReader.open(fileSystem, path)
  const { header, bytes } = reader
  if (header === undefined) {
    yield { type: 'damage', offset: 0, length: bytes.length, why: 'its creation was cut short', isProven: false }
    return
  }
  yield dumpedHeader(header, bytes.length)
  for (const frame of framesOf(reader)) {
    if (frame.type === 'damage') yield frame
    else yield* recordItems(reader, frame.record)
  }
}

/** A record that is intact and yet breaks a rule is damage, too. */
function* recordItems(reader: LogReader, record: LogRecord): Generator<DumpedLogItem> {
  const { offset, end } = record
  try {
    yield* itemsOf(reader, record)
  } catch (error) {
    yield { type: 'damage', offset, length: end - offset, why: damageOf(error), isProven: true }
  }
}

function* itemsOf({ bytes, header, path }: LogReader, record: LogRecord): Generator<DumpedLogItem> {
  const { type, offset, payloadStart, end, syncedUpTo } = record
  const place = { offset, length: end - offset, syncedUpTo }
  switch (type) {
    case RecordType.Link:
      return yield { type: 'link', ...place, ...decodeLink(bytes, payloadStart, end, path) }
    case RecordType.Seal:
      return yield { type: 'seal', ...place, lastSequence: decodeSeal(bytes, payloadStart, end, path) }
    case RecordType.Promise:
      return yield { type: 'promise', ...place }
    case RecordType.BTree:
      return yield { type: 'btree', ...place }
    case RecordType.ManifestEdit:
      return yield { type: 'edit', ...place }
    case RecordType.Operations: {
      const { firstSequence, timeMs, start } = readGroupHeader(bytes, payloadStart, end, header!, path)
      const count = countOperations(bytes, start, end, path)
      yield { type: 'group', ...place, firstSequence, operations: count, timeMs }
      const operations = new OperationReader(bytes, start, end, path)
      for (let sequence = firstSequence; operations.next(); sequence++) {
        const isPut = operations.kind === Kind.Put
        const key = bytes.subarray(operations.keyStart, operations.keyEnd)
        const value = isPut ? bytes.subarray(operations.valueStart, operations.valueEnd) : undefined
        yield { type: isPut ? 'put' : 'delete', sequence, key, value }
      }
    }
  }
}
