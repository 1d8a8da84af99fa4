import { ByteReader } from '../bytes/reader.ts'
import { varintLength, writeVarint } from '../bytes/varint.ts'
import type { ByteWriter } from '../bytes/writer.ts'
import type { JobRun } from '../fs/job-run.ts'
import { type LogHeader, RECORD_HEADER_BYTES_MAX } from './format.ts'

/*
 * The payload of an operations record is one commit group:
 *
 *     first sequence   varint, minus the log's base sequence
 *     commit time      varint, ms, minus the log's base time
 *     batches          whole ones, one after another: see key/operations.ts
 *
 * Its operations have the sequences from the first one on, one each.
 */

/** Room before a group's batches for the record's header and the group's own. */
export const GROUP_HEADROOM: number = RECORD_HEADER_BYTES_MAX + 7 + 7

/** Writes the group's header so that it ends at `end`, and returns where it begins. */
export function writeGroupHeader(
  frame: Uint8Array,
  end: number,
  log: LogHeader,
  firstSequence: number,
  timeMs: number,
): number {
  const sequence = firstSequence - log.baseSequence
  const time = timeMs - log.baseTimeMs
  const start = end - varintLength(sequence) - varintLength(time)
  writeVarint(frame, writeVarint(frame, start, sequence), time)
  return start
}

export interface GroupHeader {
  readonly firstSequence: number
  readonly timeMs: number
  /** Where the batches begin. */
  readonly start: number
}

export function readGroupHeader(
  bytes: Uint8Array,
  start: number,
  end: number,
  log: LogHeader,
  file: string,
): GroupHeader {
  const reader = new ByteReader(bytes, start, end, file)
  const firstSequence = log.baseSequence + reader.varint()
  const timeMs = log.baseTimeMs + reader.varint()
  return { firstSequence, timeMs, start: reader.offset }
}

/** One caller who waits for a write. */
export class Waiter {
  readonly isPower: boolean
  /** How many operations of the group come up to here, this write's included. */
  readonly operations: number
  /** Bytes it takes in the queue. */
  readonly bytes: number
  readonly resolve: (sequence: number) => void
  readonly reject: (error: unknown) => void

  constructor(
    isPower: boolean,
    operations: number,
    bytes: number,
    resolve: (sequence: number) => void,
    reject: (error: unknown) => void,
  ) {
    this.isPower = isPower
    this.operations = operations
    this.bytes = bytes
    this.resolve = resolve
    this.reject = reject
  }
}

/**
 * Writes that will share one log record. An 'applied' group holds 'none' writes that are in the memtable and resolved already; they keep their
 * sequences and their place in the queue whatever happens to others.
 */
export class CommitGroup {
  readonly kind: 'group' | 'applied'
  readonly writer: ByteWriter
  readonly waiters: Waiter[] = []
  operations = 0
  needsSync = false
  /** Set when the group is written; at once for an applied one. */
  firstSequence = 0

  constructor(kind: 'group' | 'applied', writer: ByteWriter) {
    this.kind = kind
    this.writer = writer
    writer.reserve(GROUP_HEADROOM)
    writer.length = GROUP_HEADROOM
  }

  get bytes(): number {
    return this.writer.length - GROUP_HEADROOM
  }

  get lastSequence(): number {
    return this.firstSequence + this.operations - 1
  }
}

/** Work that needs the queue to itself, in its place in the order. */
export class CommitTask {
  readonly kind = 'task'
  readonly start: () => JobRun
  readonly resolve: () => void
  readonly reject: (error: unknown) => void

  constructor(start: () => JobRun, resolve: () => void, reject: (error: unknown) => void) {
    this.start = start
    this.resolve = resolve
    this.reject = reject
  }
}
