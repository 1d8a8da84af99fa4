import type { LogHeader } from '../wal/format.ts'
import type { LogReader, LogRecord } from '../wal/log-reader.ts'
import { damageOf } from './findings.ts'

/** Bytes of a file that are not what they should be. */
export interface DumpedDamage {
  readonly type: 'damage'
  readonly offset: number
  readonly length: number
  readonly why: string
  /** Whether these bytes are known to have been durable; otherwise they may be a torn write, which is no damage. */
  readonly isProven: boolean
}

/** The first record of every log and manifest. */
export interface DumpedHeader {
  readonly type: 'header'
  readonly number: number
  readonly epoch: number
  /** 32 hex digits. */
  readonly databaseId: string
  readonly baseSequence: number
  /** Milliseconds since 1970. */
  readonly baseTimeMs: number
  readonly bytes: number
}

export function dumpedHeader(header: LogHeader, bytes: number): DumpedHeader {
  const { number, epoch, databaseId, baseSequence, baseTimeMs } = header
  return {
    type: 'header',
    number,
    epoch,
    databaseId: Buffer.from(databaseId).toString('hex'),
    baseSequence,
    baseTimeMs,
    bytes,
  }
}

export type Frame = { readonly type: 'record'; readonly record: LogRecord } | DumpedDamage

/** Every intact record of a log, and the damage between them. */
export function* framesOf(reader: LogReader): Generator<Frame> {
  for (;;) {
    const { record, why } = nextIn(reader)
    if (record !== undefined) {
      yield { type: 'record', record }
      continue
    }
    if (reader.atEnd) return
    const offset = reader.position
    // Asked before going on: it looks behind where the reader stands.
    const isProven = attempt(() => reader.proofOfLoss()) !== undefined
    const next = attempt(() => reader.resume())
    const length = (next?.offset ?? reader.bytes.length) - offset
    yield { type: 'damage', offset, length, why, isProven }
    if (next === undefined) return
    yield { type: 'record', record: next }
  }
}

function nextIn(reader: LogReader): { readonly record: LogRecord | undefined; readonly why: string } {
  try {
    return { record: reader.next(), why: 'no intact record is there' }
  } catch (error) {
    return { record: undefined, why: damageOf(error) }
  }
}

/** Undefined where a file was made so that it would take too long, or needs a newer version. */
function attempt(look: () => LogRecord | undefined): LogRecord | undefined {
  try {
    return look()
  } catch (error) {
    damageOf(error)
    return undefined
  }
}
