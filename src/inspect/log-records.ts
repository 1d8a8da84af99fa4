import { HEADER_BYTES } from '../wal/format.ts'
import type { LogReader, LogRecord } from '../wal/log-reader.ts'
import { damageOf, type Findings } from './findings.ts'

/** What was used of a log. */
export interface RecordTally {
  records: number
  /** With the header. */
  bytes: number
}

const NO_RECORD = 'no intact record is there'

/**
 * Hands on every intact record of a log, past whatever is damaged between them, and takes note of that. Where `use`
 * finds that a record breaks a rule, it throws, and the record is noted, too. Yields after each record.
 */
export function* useRecords(
  reader: LogReader,
  file: string,
  findings: Findings | undefined,
  tally: RecordTally,
  use: (record: LogRecord) => void,
): Generator<void> {
  tally.bytes = HEADER_BYTES
  let end = HEADER_BYTES
  const lost = (from: number, to: number, why: string): void => findings?.unreadableAt(file, from, to - from, why)
  for (;;) {
    const { record, why } = nextRecord(reader)
    const next = record?.offset ?? reader.bytes.length
    if (end < next) lost(end, next, why)
    if (record === undefined) return
    end = record.end
    try {
      use(record)
      tally.records++
      tally.bytes += end - record.offset
    } catch (error) {
      lost(record.offset, end, damageOf(error))
    }
    yield
  }
}

/** The next intact record, wherever it is; `why` tells of what lies before it, or of why there is none. */
function nextRecord(reader: LogReader): { readonly record: LogRecord | undefined; readonly why: string } {
  let why = NO_RECORD
  try {
    const record = reader.next()
    if (record !== undefined || reader.atEnd) return { record, why }
  } catch (error) {
    why = damageOf(error)
  }
  try {
    return { record: reader.resume(), why }
  } catch (error) {
    return { record: undefined, why: damageOf(error) }
  }
}
