import { ByteReader } from '../bytes/reader.ts'
import { countOperations } from '../key/operations.ts'
import { readGroupHeader } from '../wal/commit-group.ts'
import { HEADER_BYTES, RecordType } from '../wal/format.ts'
import { decodeLogHeader } from '../wal/log-header.ts'
import type { TraceEntry } from './file-calls.ts'
import type { TracedFile } from './trace-facts.ts'

/** A record of a log or manifest, as it was appended: each with one write. */
export interface TracedRecord {
  readonly type: number
  readonly payload: Uint8Array
}

/** Undefined for the header of the file, and where the trace has no bytes. */
export function recordOf({ data, path, offset }: TraceEntry): TracedRecord | undefined {
  if (data === undefined || offset < HEADER_BYTES) return undefined
  const reader = new ByteReader(data, 8, data.length, path)
  const type = reader.u8()
  const size = reader.varint()
  reader.varint()
  return { type, payload: data.subarray(reader.offset, reader.offset + size) }
}

/** The sequences of a commit group. */
export interface TracedGroup {
  readonly first: number
  readonly last: number
}

/** The group that an append to a log wrote, undefined for all else. */
export function groupOf(log: TracedFile, append: TraceEntry): TracedGroup | undefined {
  const record = recordOf(append)
  const header = log.changes[0]?.data
  if (record?.type !== RecordType.Operations || header === undefined) return undefined
  const { payload } = record
  const { firstSequence, start } = readGroupHeader(
    payload,
    0,
    payload.length,
    decodeLogHeader(header, log.path),
    log.path,
  )
  return { first: firstSequence, last: firstSequence + countOperations(payload, start, payload.length, log.path) - 1 }
}

/** A promise says only what is durable without it: nothing relies on its bytes. */
export function isPromise(append: TraceEntry): boolean {
  const isFramed = append.category === 'wal' || append.category === 'manifest'
  return isFramed && recordOf(append)?.type === RecordType.Promise
}
